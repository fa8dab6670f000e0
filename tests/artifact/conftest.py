"""What `make build` made, which `make artifact-test` makes anew first, and a run of all of it."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.stack import Code, RunningStack, start_stack
from tests.artifact.lambda_container import LambdaPool
from tests.artifact.places import RUNTIME, Places, find_places
from tests.integration.functions.harness import Functions
from tests.integration.functions.phone_in_hand import PhoneInHand

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "tests/integration/clients.toml"
BUILT_FOR_HERE = {"Architecture": "x86_64"}
# Where everything has to be proven, a test that is left out is a failure
leave_out = pytest.fail if os.environ.get("CI") == "true" else pytest.skip


@dataclass(frozen=True)
class StacksProvider:
    """The one that a stack has of its own."""

    url: str


class BuiltFunctions(Functions):
    """The same doors as in the tests of the sources, with what was built behind them."""

    def __init__(self, stack: RunningStack) -> None:
        super().__init__()
        self._stack = stack

    def invoke(self, function: str, event: Any, seconds: float = 0) -> Any:
        """Hand *event* to the container; the function's own timeout is its limit."""
        return self._stack.invoke(f"{function.title().replace('_', '')}Function", event)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def build() -> Path:
    folder = ROOT / ".aws-sam/build"
    if not (folder / "template.yaml").exists():
        leave_out("nothing is built here: run `make artifact-test`")
    return folder


@pytest.fixture(scope="session")
def places(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """How containers are started on this machine, if it can run what was built for Lambda."""
    here = (sys.version_info[:2], platform.system(), platform.machine())
    if here != ((3, 13), "Linux", "x86_64"):
        leave_out("the built x86_64 layer runs on Python 3.13 on Linux on x86_64")
    assert RUNTIME.is_dir(), "what Lambda's runtime brings is missing: run `make artifact-test`"
    return find_places(tmp_path_factory.mktemp("places"))


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the functions of the stack write."""
    return tmp_path_factory.mktemp("log") / "functions.log"


@pytest.fixture(scope="session")
def stack(build: Path, places: Places, log: Path) -> Iterator[RunningStack]:
    """Everything that was built, with its routes, its provider and its tables."""
    make_pool = partial(LambdaPool, places=places)
    code = Code(build / "template.yaml", BUILT_FOR_HERE, make_pool)
    with log.open("w") as logs, start_stack(0, CLIENTS, lambda _: None, logs, code) as stack:
        yield stack


@pytest.fixture
def functions(stack: RunningStack) -> BuiltFunctions:
    return BuiltFunctions(stack)


@pytest.fixture
def provider(stack: RunningStack) -> StacksProvider:
    return StacksProvider(str(stack.configuration.provider))


@pytest.fixture
def phone(provider: StacksProvider, functions: BuiltFunctions) -> PhoneInHand:
    return PhoneInHand(provider, functions)
