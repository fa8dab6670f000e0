"""Watches every test: a function that asks AWS for what its role does not grant fails that test."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.permissions.recorder import CALLS, record_this_process

if TYPE_CHECKING:
    from tests.permissions.calls import Call

_ROOT = Path(__file__).parents[2]
_IN_CONTAINERS = Path(__file__).with_name("container")


class Recording:
    """The file of calls, read as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def position(self) -> int:
        """Where the calls of whatever comes now will begin."""
        return self._path.stat().st_size

    def calls_since(self, position: int) -> set["Call"]:
        """The calls written from *position* on."""
        # The reader of templates is slow to import, and unit tests make no calls
        from tests.permissions.calls import parse_call  # noqa: PLC0415

        with self._path.open("rb") as file:
            file.seek(position)
            return {parse_call(line) for line in file}

    def judge_new_ones(self) -> None:
        """Fail the test that is running if it has made a call which nothing grants."""
        if (position := self.position()) > self._read:
            calls, self._read = self.calls_since(self._read), position
            if refused := sorted(str(call.needs) for call in calls if not call.is_granted):
                pytest.fail("no grant in template.yaml for " + "; ".join(refused), pytrace=False)


_recording: pytest.StashKey[Recording] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    folder = Path(tempfile.mkdtemp(prefix="latchkey-calls-"))
    calls = folder / "calls"
    calls.touch()
    os.environ[CALLS] = str(calls)
    os.environ["AWS_LAMBDA_EXEC_WRAPPER"] = str(_write_wrapper(folder, calls))
    record_this_process()
    config.stash[_recording] = Recording(calls)


def _write_wrapper(folder: Path, calls: Path) -> Path:
    """Write what Lambda would have start the runtime of a function that is watched."""
    path = os.pathsep.join(map(str, (_IN_CONTAINERS, _ROOT)))
    wrapper = folder / "wrapper"
    wrapper.write_text(
        f'#!/bin/sh\n{CALLS}={shlex.quote(str(calls))} PYTHONPATH={shlex.quote(path)} exec "$@"\n'
    )
    wrapper.chmod(0o700)
    return wrapper


def pytest_unconfigure(config: pytest.Config) -> None:
    del os.environ["AWS_LAMBDA_EXEC_WRAPPER"]
    shutil.rmtree(Path(os.environ.pop(CALLS)).parent)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    yield
    item.config.stash[_recording].judge_new_ones()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    item.config.stash[_recording].judge_new_ones()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    yield
    item.config.stash[_recording].judge_new_ones()


@pytest.fixture(scope="session")
def recording(pytestconfig: pytest.Config) -> Recording:
    """What the functions have asked of AWS so far."""
    return pytestconfig.stash[_recording]
