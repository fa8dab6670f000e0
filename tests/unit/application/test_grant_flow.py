"""What an issuer gave is kept before anything is made of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.exchange_code import ExchangeCode
from relying_party.application.grant_flow import GrantFlow
from relying_party.application.login_sessions import LoginSessions
from relying_party.application.refresh_tokens import RefreshTokens
from relying_party.errors import IdTokenRefused, KeysUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.replay import State
from tests.fakes import FakeTokenEndpoint
from tests.grants import DEADLINE, EXCHANGE, REFRESH, MemoryGrantStore, token_reply
from tests.tokens import CLIENT_ID, id_token_claims, signing_key

Call = Callable[..., dict[str, Any]]


def test_an_answer_is_stored_before_its_id_token_is_verified(
    flow: GrantFlow,
    client: Client,
    logins: LoginSessions,
    issuer: FakeTokenEndpoint,
    store: MemoryGrantStore,
) -> None:
    stored_by_then: list[State] = []

    def unavailable(*_: Any, **__: Any) -> Any:
        stored_by_then.extend(record.state for record in store.requests.values())
        raise KeysUnavailable

    issuer.reply = token_reply()
    endpoint = replace(flow.endpoint, verify=unavailable)  # type: ignore[arg-type]
    blind = ExchangeCode({CLIENT_ID: client}, replace(flow, endpoint=endpoint), logins)

    with pytest.raises(KeysUnavailable):
        blind(EXCHANGE, deadline=DEADLINE)
    again = ExchangeCode({CLIENT_ID: client}, flow, logins)(EXCHANGE, deadline=DEADLINE)

    assert stored_by_then == [State.ANSWERED]
    assert again.replayed
    assert len(issuer.requests) == 1


def test_whose_grant_it_is_comes_from_the_id_token_that_was_verified(
    flow: GrantFlow, client: Client, exchange: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    exchange()
    stranger = signing_key().sign({**id_token_claims(), "sub": "somebody else"})
    issuer.reply = token_reply(stranger, refresh_token="rt-2")

    assert flow.grants.find(client, "rt-1").subject
    with pytest.raises(IdTokenRefused):
        RefreshTokens({CLIENT_ID: client}, flow)(REFRESH, deadline=DEADLINE)
