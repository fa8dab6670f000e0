"""The functions as built, run from the built layer and nothing else, as Lambda does."""

import json
import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("functions/*/app.py"))
# What Lambda's own runtime brings to Python code: boto3 and what it stands on.
RUNTIME = ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"]
ENVIRONMENT = {
    "CLIENTS_FILE": "default",
    "ISSUER": "https://op.example",
    "CLIENT_ID": "app",
    "REDIRECT_URIS": "com.example.app:/callback",
    "CLIENT_SECRET_NAME": "app",
    "SECRET_PREFIX": "latchkey/",
    "KEYS_TABLE": "keys",
    "POWERTOOLS_SERVICE_NAME": "latchkey",
    "POWERTOOLS_METRICS_NAMESPACE": "Latchkey",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}
INVOKE = """
import json, sys, types
sys.dont_write_bytecode = True
event, *paths = sys.argv[1:]
sys.path += paths
import app, relying_party
context = types.SimpleNamespace(
    function_name="built", memory_limit_in_mb=1024, aws_request_id="1",
    invoked_function_arn="arn", get_remaining_time_in_millis=lambda: 8000,
)
answer = app.lambda_handler(json.loads(event), context)
print(json.dumps([relying_party.__file__, answer.get("statusCode") or answer["status"]]))
"""
EMPTY_REQUEST = {
    "version": "2.0",
    "rawQueryString": "",
    "headers": {"content-type": "application/json"},
    "body": "{}",
    "isBase64Encoded": False,
    "requestContext": {"requestId": "1"},
}

like_lambda = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13)
    or (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="the built x86_64 layer runs on Python 3.13 on Linux on x86_64",
)


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    for name in RUNTIME:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (tmp_path / source.name).symlink_to(source)
    return tmp_path


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_function_is_its_handler_and_nothing_else(build: Path, folder: Path) -> None:
    (handler,) = (build / f"{folder.name.title().replace('_', '')}Function").iterdir()

    assert handler.name == "app.py"
    assert handler.read_bytes() == (folder / "app.py").read_bytes()


@like_lambda
@pytest.mark.parametrize(
    ("function", "event", "status"),
    [
        ("TokenExchange", EMPTY_REQUEST | {"routeKey": "POST /token/exchange"}, 400),
        ("TokenRefresh", EMPTY_REQUEST | {"routeKey": "POST /token/refresh"}, 400),
        ("TokenVerify", EMPTY_REQUEST | {"routeKey": "POST /token/verify"}, 401),
        ("JwksRefresh", {}, 400),
    ],
)
def test_a_function_answers_with_its_layer_and_lambda_s_runtime_alone(
    build: Path, runtime: Path, function: str, event: dict[str, object], status: int
) -> None:
    layer = build / "RelyingPartyLayerX8664/python"
    # -I and -S: neither this repository nor its environment is in reach.
    command = [sys.executable, "-I", "-S", "-c", INVOKE, json.dumps(event)]
    paths = [build / f"{function}Function", layer, runtime]

    done = subprocess.run(  # noqa: S603 our own interpreter and our own files
        [*command, *paths],
        env=ENVIRONMENT | {"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == [str(layer / "relying_party/__init__.py"), status]


def test_the_built_template_has_no_yaml_aliases(build: Path) -> None:
    # CloudFormation knows none; SAM writes each out.
    text = (build / "template.yaml").read_text(encoding="utf-8")

    assert "&id" not in text
    assert ": *" not in text
