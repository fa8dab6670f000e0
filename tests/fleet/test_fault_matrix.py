"""All 120 combinations of faults, by the real fetch and the real store adapter."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product

import pytest

from relying_party.adapters.issuer_http import MAX_BODY_OCTETS, IssuerHttp
from relying_party.application.ports import FetchedKeys
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import DEFAULT_SOFT_AGE, HARD_AGE
from tests.fleet import fault_matrix
from tests.fleet.fault_matrix import BUSY, ISSUERS, MEMORIES, OK, STORES, Outcome, promised
from tests.fleet.virtual_dynamodb import Fault
from tests.fleet.virtual_fleet import ACCEPTED, VirtualFleet, token_by
from tests.integration.adapters.misbehaving_issuer import (
    HOST,
    JWKS,
    Answer,
    MisbehavingIssuer,
    Wire,
    nobody_there,
    reply,
)
from tests.tokens import key_set, signing_key

KEY = signing_key()
KEYS = reply(200, key_set(KEY))
SHORT, LONG = 0.3, 30.0
"""Seconds that a fetch gets here: from an issuer that drips, and where something else ends it."""

AGES = {
    "fresh": 120,
    "soft-stale": DEFAULT_SOFT_AGE + 60,
    "hard-stale": DEFAULT_SOFT_AGE + HARD_AGE + 1,
}
FAULTS = {"ok": Fault.NONE, "throttled": Fault.THROTTLED, "down": Fault.DOWN}


def drip(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    wire.drip(b" ")


def truncate(wire: Wire) -> None:
    wire.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"keys": [')
    wire.drop()


ANSWERS: dict[str, Answer] = {
    OK: KEYS,
    "500": reply(500, b"boom"),
    BUSY: reply(429, b"{}", Retry_After=str(fault_matrix.RETRY_AFTER)),
    "HTML": reply(200, b"<html>We'll be back soon</html>", Content_Type="text/html"),
    "slow": drip,
    "oversize": reply(200, key_set(KEY) + b" " * MAX_BODY_OCTETS),
    "truncated": truncate,
    "empty": reply(200, b'{"keys": []}'),
    "redirect": reply(302, b"", Location="/elsewhere"),
}


class RealFetch:
    """Fetches from a server on loopback (``FetchKeys``), or from where nobody listens."""

    def __init__(self, server: MisbehavingIssuer) -> None:
        self.base = server.url
        self.attempts = 0
        self.patience = LONG
        self._http = IssuerHttp()

    def __call__(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        self.attempts += 1
        endpoints = {"jwks_uri": self.base + JWKS, "token_endpoint": self.base + "/token"}
        local = issuer._replace(endpoints=endpoints, allow_loopback_http=True)
        return self._http.fetch_keys(local, timeout=self.patience)


@pytest.fixture(scope="module")
def server() -> Iterator[MisbehavingIssuer]:
    server = MisbehavingIssuer()
    yield server
    server.close()


def outcome_of(server: MisbehavingIssuer, issuer: str, store: str, memory: str) -> Outcome:
    fleet, fetch = VirtualFleet(), RealFetch(server)
    container = fleet.container(fetch=fetch)
    server.answers = {JWKS: KEYS, "/elsewhere": KEYS}
    if memory != "empty":
        fleet.warm([container], token_by(KEY))
    fleet.forget()
    fetch.attempts = 0
    with ExitStack() as stack:
        if issuer == "down":
            fetch.base = f"http://{HOST}:{stack.enter_context(nobody_there())}"
        else:
            server.answers[JWKS] = ANSWERS[issuer]
        fetch.patience = SHORT if issuer == "slow" else fetch.patience
        fleet.dynamodb.fault = lambda *_: FAULTS[store]
        server.received.clear()
        fleet.present([container], token_by(KEY), after=AGES.get(memory, 0))
        fleet.time.run()
    assert [one.path for one in server.received] == [JWKS] * (
        0 if issuer == "down" else fetch.attempts
    )
    [verdict] = fleet.verdicts
    status = {ACCEPTED: 200, "503": 503}.get(verdict.said, 401)
    return Outcome(status, fetch.attempts, frozenset(fleet.events), verdict.retry_after)


@pytest.mark.parametrize(
    ("issuer", "store", "memory"), [*product(ISSUERS, STORES, MEMORIES)], ids=lambda one: one
)
def test_a_good_token_meets_what_is_promised(
    server: MisbehavingIssuer, issuer: str, store: str, memory: str
) -> None:
    started = time.monotonic()
    assert outcome_of(server, issuer, store, memory) == promised(issuer, store, memory)
    assert time.monotonic() - started < LONG, "the fetch took all the time there was"


def test_the_documentation_says_what_is_promised() -> None:
    page = fault_matrix.DOCS.read_text(encoding="utf-8")
    assert fault_matrix.table() in page, "run `python -m tests.fleet.fault_matrix`"
