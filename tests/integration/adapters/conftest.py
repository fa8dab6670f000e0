"""An issuer that misbehaves, one for each test."""

from collections.abc import Iterator

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
