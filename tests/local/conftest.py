"""Servers and ports for the tests of the local run."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from local.containers import ContainerPool
from local.server import LoopbackServer
from tests.local.echo_api import EchoApi
from tests.local.provider_client import ProviderClient
from tests.local.small_function import ENVIRONMENT, MakePool, write_function


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def api() -> Iterator[EchoApi]:
    with closing(LoopbackServer()) as server:
        yield EchoApi(server)


@pytest.fixture(scope="module")
def provider() -> ProviderClient:
    return ProviderClient()


@pytest.fixture
def make_pool(tmp_path: Path) -> Iterator[MakePool]:
    with ExitStack() as pools:

        def make(code: str, timeout: int = 5) -> ContainerPool:
            function = write_function(tmp_path, code, timeout)
            return pools.enter_context(closing(ContainerPool(function, ENVIRONMENT)))

        yield make
