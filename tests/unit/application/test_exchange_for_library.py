"""A library's code: PKCE binds it to the app, because the nonce is the library's to compare."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.exchange_code import CodeExchange, ExchangeCode
from relying_party.application.grant_flow import GrantFlow
from relying_party.application.login_sessions import LoginSessions
from relying_party.errors import InvalidRequest, OAuthError, UnauthorizedClient
from relying_party.protocol.client import Client
from relying_party.protocol.pkce import PkceMode
from tests.fakes import FakeTokenEndpoint
from tests.grants import DEADLINE, EXCHANGE, token_reply
from tests.tokens import CLIENT_ID

WITHOUT_NONCE = replace(EXCHANGE, nonce=None)


Exchange = Callable[..., str]


@pytest.fixture
def exchange(client: Client, flow: GrantFlow, logins: LoginSessions) -> Exchange:
    def call(asked: CodeExchange, **changes: Any) -> str:
        """Return the access token of a client with *changes* to its configuration."""
        service = ExchangeCode({CLIENT_ID: replace(client, **changes)}, flow, logins)
        tokens = service.for_library(asked, deadline=DEADLINE)
        return str(tokens.response.members["access_token"])

    return call


def test_a_code_with_its_verifier_is_exchanged(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply()
    assert exchange(WITHOUT_NONCE) == "at-1"


@pytest.mark.parametrize(
    ("mode", "verifier", "expected"),
    [
        (PkceMode.ENFORCE_ALONGSIDE, None, InvalidRequest),
        # An issuer that was sent no challenge may ignore any verifier: a stolen code's as well
        (PkceMode.ALLOW_ALONGSIDE, "a" * 43, UnauthorizedClient),
    ],
)
def test_a_code_that_nothing_binds_to_the_app_is_not_spent(
    exchange: Exchange,
    issuer: FakeTokenEndpoint,
    mode: PkceMode,
    verifier: str | None,
    expected: type[OAuthError],
) -> None:
    with pytest.raises(expected):
        exchange(replace(WITHOUT_NONCE, code_verifier=verifier), pkce=mode)
    assert issuer.requests == []
