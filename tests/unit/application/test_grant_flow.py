"""What both grants have in common: ask once, remember, verify what came."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import IdTokenRefused, KeysUnavailable, NoAnswer
from relying_party.protocol.pkce import PkceMode
from tests.fakes import EXAMPLE, FakeTokenEndpoint, Fleet
from tests.grants import EXCHANGE, REFRESH, VERIFIER, MemoryGrantStore, token_reply
from tests.tokens import id_token_claims, signing_key

Call = Callable[..., dict[str, Any]]

MOSAIC = EXAMPLE._replace(refresh_with_code_verifier=True)


def test_a_repeated_exchange_gets_the_same_tokens_from_one_request(
    exchange: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    first = exchange()
    issuer.reply = NoAnswer("asked again")
    assert exchange() == first
    assert len(issuer.requests) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "code-2"},
        {"code_verifier": "w" * 43},
        {"redirect_uri": "com.example.app:/other"},
    ],
)
def test_an_exchange_that_differs_in_a_secret_is_another_one(
    exchange: Call, issuer: FakeTokenEndpoint, changes: dict[str, str]
) -> None:
    redirect_uris = (str(EXCHANGE.redirect_uri), "com.example.app:/other")
    issuer.reply = token_reply()
    exchange(redirect_uris=redirect_uris)
    exchange(replace(EXCHANGE, **changes), redirect_uris=redirect_uris)
    assert len(issuer.requests) == 2


def test_an_exchange_without_a_verifier_is_never_replayed(
    exchange: Call, issuer: FakeTokenEndpoint, store: MemoryGrantStore
) -> None:
    """Whoever merely intercepted a code would get the tokens."""
    issuer.reply = token_reply()
    for _ in range(2):
        exchange(replace(EXCHANGE, code_verifier=None), pkce=PkceMode.ALLOW_ALONGSIDE)
    assert len(issuer.requests) == 2
    assert store.requests == {}


@pytest.mark.parametrize("door", ["exchange", "refresh"])
def test_with_a_window_of_nothing_every_request_is_the_issuers(
    request: pytest.FixtureRequest,
    issuer: FakeTokenEndpoint,
    store: MemoryGrantStore,
    door: str,
) -> None:
    call: Call = request.getfixturevalue(door)
    issuer.reply = token_reply(refresh_token="rt-2")
    for _ in range(2):
        call(replay_window=0)
    assert len(issuer.requests) == 2
    assert store.requests == {}
    assert len(store.grants) == 2, "the tokens have no records"


def test_scopes_in_another_order_are_the_same_request(
    refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-2")
    first = refresh(replace(REFRESH, scope="openid a"))
    assert refresh(replace(REFRESH, scope="a openid a")) == first
    assert len(issuer.requests) == 1


def test_the_sign_ins_verifier_is_kept_where_a_refresh_needs_it(
    exchange: Call, refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    exchange(issuer=MOSAIC)
    for number in (1, 2):
        issuer.reply = token_reply(None, refresh_token=f"rt-{number + 1}")
        refresh(replace(REFRESH, refresh_token=f"rt-{number}"), issuer=MOSAIC)
    assert [request.fields.get("code_verifier") for request in issuer.requests] == [VERIFIER] * 3


def test_the_apps_own_verifier_comes_first(
    exchange: Call, refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    exchange(issuer=MOSAIC)
    refresh(replace(REFRESH, code_verifier="w" * 43), issuer=MOSAIC)
    assert issuer.requests[-1].fields["code_verifier"] == "w" * 43


def test_elsewhere_no_verifier_is_kept(
    exchange: Call, refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(refresh_token="rt-1")
    exchange()
    refresh()
    assert "code_verifier" not in issuer.requests[-1].fields


def test_an_answer_whose_id_token_cannot_be_examined_yet_is_there_when_it_can(
    exchange: Call, issuer: FakeTokenEndpoint, fleet: Fleet
) -> None:
    """The issuer signs with a key that it has not published, and the code is spent."""
    new = signing_key(kid="new", number=1)
    issuer.reply = token_reply(new.sign(id_token_claims()), refresh_token="rt-1")
    with pytest.raises(KeysUnavailable):
        exchange()
    fleet.issuer.keys = (signing_key(), new)
    fleet.clock.advance(31)
    assert exchange()["refresh_token"] == "rt-1"
    assert len(issuer.requests) == 1


def test_an_answer_whose_id_token_is_bad_is_refused_each_time(
    exchange: Call, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(signing_key().sign(id_token_claims(aud="another-app")))
    for _ in range(2):
        with pytest.raises(IdTokenRefused):
            exchange()
    assert len(issuer.requests) == 1


def test_a_grant_learns_whose_it_is_from_the_first_id_token_that_it_sees(
    refresh: Call, issuer: FakeTokenEndpoint
) -> None:
    """Tokens from before this was installed come without a record."""
    issuer.reply = token_reply(refresh_token="rt-2")
    refresh()
    anothers = signing_key().sign(id_token_claims(nonce=None, sub="user-2"))
    issuer.reply = token_reply(anothers, refresh_token="rt-3")
    with pytest.raises(IdTokenRefused):
        refresh(replace(REFRESH, refresh_token="rt-2"))
