"""An issuer that misbehaves, one for each test; and what happens at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from relying_party.protocol.issuer import Issuer
from tests.integration.adapters.misbehaving_issuer import (
    JWKS,
    METADATA,
    MisbehavingIssuer,
    reply,
    reply_json,
)
from tests.tokens import key_set, signing_key


@pytest.fixture
def server() -> Iterator[MisbehavingIssuer]:
    """An issuer whose metadata and keys are fine until a test says otherwise."""
    server = MisbehavingIssuer()
    server.answers = {
        METADATA: reply_json(server.metadata),
        JWKS: reply(200, key_set(signing_key())),
    }
    yield server
    server.close()


@pytest.fixture
def issuer(server: MisbehavingIssuer) -> Issuer:
    """The same issuer as it is configured here."""
    return Issuer("issuer", server.url, allow_loopback_http=True)


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], object]]], list[object]]:
    """Do several things at the same moment, and return what came of each."""

    def run(calls: list[Callable[[], object]]) -> list[object]:
        barrier = Barrier(len(calls))

        def wait_and(call: Callable[[], object]) -> object:
            barrier.wait()
            return call()

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(wait_and, calls))

    return run
