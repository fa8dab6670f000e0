"""`tests/e2e` against the deployed stack, as a caller with the documented policy alone."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal.app import App
from rehearsal.deployed import NAME
from rehearsal.report import Report, require

_CALLER = "smoke-test"
_POLICY = "tests/e2e/policy.json"
_NOT_HERE = "not on an emulator: "
_COMMAND = ["-m", "pytest", "tests/e2e", "-q", "-rs", "--no-header", "-p", "no:cacheprovider"]


def run_smoke_tests(app: App, tree: Path, aws: Mapping[str, str], report: Report) -> None:
    """Run them from the tree that was deployed, and list what an emulator cannot answer."""
    policy = (tree / _POLICY).read_text(encoding="utf-8")
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own tests
        [sys.executable, *_COMMAND],
        cwd=tree,
        env={**aws, **_create_caller(app, policy), **_variables(app)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = _attend(process, app)
    require(process.wait() == 0, "the smoke tests failed:\n" + "".join(lines))
    skipped = [line.split(": ", 1)[1].strip() for line in lines if line.startswith("SKIPPED")]
    others = [reason for reason in skipped if not reason.startswith(_NOT_HERE)]
    require(not others, f"the smoke tests left out what an emulator can answer: {others}")
    report.say(f"the smoke tests of make smoke-aws: {lines[-1].strip()}")
    for reason in skipped:
        report.say(f"  {reason}")


def _create_caller(app: App, policy: str) -> dict[str, str]:
    """Keys of a user who has that policy and no other."""
    iam = app.stack.client("iam")
    iam.create_user(UserName=_CALLER)
    iam.put_user_policy(UserName=_CALLER, PolicyName=_CALLER, PolicyDocument=policy)
    key = iam.create_access_key(UserName=_CALLER)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def _variables(app: App) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "STACK": NAME,
        "EMULATOR": "1",
        "AUTHORIZER_API": "1",
        "SIGN_IN": "1",
        "API_URL": app.stack.url,
        "CLIENT": app.client.name,
        "CLIENT_ID": app.client.client_id,
        "REDIRECT_URI": app.client.redirect_uri,
    }


def _attend(process: "subprocess.Popen[str]", app: App) -> list[str]:
    """Sign in where the tests ask for it, as the person before the terminal would."""
    assert process.stdin is not None  # noqa: S101 - for mypy: both are pipes
    assert process.stdout is not None  # noqa: S101 - as above
    lines = []
    for line in process.stdout:
        if line.startswith(app.issuer):
            process.stdin.write(app.follow(line.strip()) + "\n")
            process.stdin.flush()
        else:
            lines.append(line)
    return lines
