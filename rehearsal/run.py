"""`make deploy-rehearsal`: builds and deploys the real template, without AWS.

Exit status 0 only if everything that it says was seen. docs/rehearsal.md tells what it shows and
what it cannot.
"""

import argparse
import platform
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import requests
from botocore.exceptions import BotoCoreError, ClientError

from local.dynamodb import Emulator, EmulatorError
from local.phone import SignInError
from local.provider.app import build_app
from local.server import LoopbackServer
from rehearsal.clients import RehearsedClient
from rehearsal.deployed import NAME, DeployedStack
from rehearsal.report import Report, UntruthError
from rehearsal.routes import RoutesError
from rehearsal.sam import Sam, SamError
from rehearsal.story import Story
from rehearsal.tree import Tree

_ROOT = Path(__file__).parent.parent
_MINISTACK = str(Path(__file__).with_name("patient_ministack.py"))
_LIMIT_SECONDS = 600  # for all of it; it takes one to two minutes
# Keys that ministack takes for the account's owner; with AUTH it has IAM decide about all others.
_OWNER = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AUTH": "true"}
_FAILURES = (
    BotoCoreError,
    ClientError,
    EmulatorError,
    RoutesError,
    SamError,
    SignInError,
    UntruthError,
    requests.RequestException,
    subprocess.SubprocessError,
)


def main() -> int:
    """Rehearse; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.run", description=__doc__)
    parser.add_argument("--sam", type=Path, required=True, help="the SAM CLI's environment")
    parser.add_argument("--emulator", type=Path, required=True, help="ministack's, on Python 3.13")
    arguments = parser.parse_args()
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        parser.error("the emulator runs what is built for Lambda: that takes Linux on x86_64")
    _end_on_signals()
    try:
        with _stage(arguments.sam, arguments.emulator) as story:
            story.tell()
    except _FAILURES as error:
        print(f"\nThe rehearsal failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def _stage(sam: Path, emulator: Path) -> Iterator[Story]:
    """The emulator, the provider and a copy of this tree; nothing of it stays."""
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="latchkey-")))
        report = Report()
        tree = Tree(_ROOT, folder / "tree")
        report.say("copied this tree, uncommitted changes included")
        python = emulator / "bin/python"
        cloud = _start_cloud(parts, folder / "cloud", python)
        demo = RehearsedClient("demo", f"demo/+%: {secrets.token_urlsafe(24)}")
        native = RehearsedClient("native")
        provider = parts.enter_context(closing(LoopbackServer()))
        provider.serve(build_app(provider.url, [demo.registration, native.registration]))
        cloud.put_secret(demo.full_secret_name, str(demo.secret))
        report.say(f"started ministack with IAM at {cloud.url}, a provider at {provider.url}")
        stack = DeployedStack(cloud.url, cloud.environment)
        command = Sam(sam, python, tree.folder, NAME, cloud.environment)
        yield Story(tree, command, stack, provider.url, demo, native, cloud.environment, report)


def _start_cloud(parts: ExitStack, folder: Path, python: Path) -> Emulator:
    folder.mkdir()
    cloud = Emulator(folder, str(python.absolute()), _OWNER, _MINISTACK)
    parts.enter_context(closing(cloud))
    cloud.wait_until_ready()
    return cloud


def _end_on_signals() -> None:
    """Whatever ends this run early, what it started ends with it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    signal.signal(signal.SIGALRM, _time_is_over)
    signal.alarm(_LIMIT_SECONDS)


def _time_is_over(*_: object) -> None:
    raise UntruthError(f"it took more than {_LIMIT_SECONDS} seconds")


if __name__ == "__main__":
    sys.exit(main())
