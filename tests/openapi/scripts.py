"""For every door, requests that together bring about each answer that is documented."""

from collections.abc import Callable, Mapping
from typing import Any

from local.containers import FunctionError
from local.front import MAX_BODY_BYTES, MAX_HEADER_BYTES
from tests.integration.functions import observed_provider as at_the_provider
from tests.integration.functions.observed_provider import answer_with, answer_with_json, drop
from tests.openapi.api import SIGNED, Event
from tests.openapi.hand import (
    EXCHANGE,
    INTROSPECT,
    LOGIN,
    METADATA,
    POSTED,
    REDIRECTED,
    REFRESH,
    REVOKE,
    TOKEN,
    VERIFY,
    Hand,
)
from tests.tokens import tampered

UNAVAILABLE = answer_with(503, b"<html>", Retry_After="1")
WITHOUT_ID_TOKEN = {"access_token": "a", "token_type": "Bearer"}
ABOUT_THE_GRANT = (
    "invalid_grant",
    "invalid_scope",
    "interaction_required",
    "login_required",
    "consent_required",
)


def let_the_gateway_answer(hand: Hand, route: str) -> None:
    """Send what it does not let through, and break the function behind it."""
    hand.ask_anything(route, headers={"X-Large": "x" * MAX_HEADER_BYTES})
    hand.ask_anything(route, data=b"x" * (MAX_BODY_BYTES + 1))
    hand.ask_broken(route, _end)
    hand.ask_hurried(route)


def let_the_function_fail(hand: Hand, route: str) -> None:
    """Hand it an event that API Gateway never makes."""
    hand.ask_broken(route, lambda event: {**event, "headers": None})


def _end(_: Event) -> Event:
    raise FunctionError("the container has ended")


def exchange(hand: Hand) -> None:
    """POST /token/exchange."""
    _ask_for_tokens(hand, EXCHANGE)
    for answer in (None, answer_with_json({"sub": "somebody else"}), drop):
        request = hand.sign_in("curious").form
        if answer is not None:
            hand.provider.instead["/userinfo"] = answer
        hand.api.ask(EXCHANGE, request)
    hand.api.ask(EXCHANGE, hand.relayed(user='{"name": {"firstName": "Alice"}}'))


def refresh(hand: Hand) -> None:
    """POST /token/refresh."""
    _ask_for_tokens(hand, REFRESH)
    request = hand.right(REFRESH)
    hand.provider.instead[at_the_provider.TOKEN] = answer_with_json(WITHOUT_ID_TOKEN)
    hand.api.ask(REFRESH, **request)
    del hand.provider.instead[at_the_provider.TOKEN]
    _ask_for_another_scope(hand, REFRESH)


def token(hand: Hand) -> None:
    """POST /oauth2/token."""
    _ask_for_tokens(hand, TOKEN)
    _ask_for_another_scope(hand, TOKEN)
    code = {"grant_type": "authorization_code"}
    hand.api.ask(TOKEN, hand.sign_in().form | code)
    hand.api.ask(TOKEN, hand.sign_in("allowing").form | code)
    hand.api.ask(TOKEN, {"grant_type": "password", "client_id": "demo-app"})
    hand.api.ask(TOKEN, code, headers={"Authorization": "Basic YTpi"})


def _ask_for_tokens(hand: Hand, route: str) -> None:
    """Ask rightly, wrongly, and with a provider that refuses or fails."""
    bad = {**hand.tokens(), "id_token": "no JWT"}
    right = hand.right(route)["body"]
    hand.api.ask(route, right)
    hand.api.ask(route, right)
    hand.api.ask(route, {"client_id": "demo-app"})
    hand.api.ask(route, right | {"client_id": "unheard-of"})
    provider_says = [
        *(answer_with_json({"error": code}, 400) for code in ABOUT_THE_GRANT),
        answer_with_json({"error": "invalid_client"}, 401),
        answer_with_json({"error": "server_error"}, 500),
        answer_with_json(bad),
        UNAVAILABLE,
        drop,
    ]
    for answer in provider_says:
        request = hand.right(route)
        hand.provider.instead[at_the_provider.TOKEN] = answer
        hand.api.ask(route, **request)
        del hand.provider.instead[at_the_provider.TOKEN]


def _ask_for_another_scope(hand: Hand, route: str) -> None:
    """Refresh, and then again with the token that has been replaced."""
    right = hand.right(route)["body"]
    hand.api.ask(route, right | {"scope": "openid"})
    hand.api.ask(route, right | {"scope": "openid email"})


def verify(hand: Hand) -> None:
    """POST /token/verify."""
    tokens = hand.tokens()
    ours, narrow = {"client_id": "demo-app"}, {"token_use": "access_token", "scope": "admin"}
    hand.api.ask(VERIFY, ours | {"token": tokens["id_token"]})
    hand.api.ask(VERIFY, ours | {"token": tampered(tokens["id_token"])})
    hand.api.ask(VERIFY, ours | {"token": tokens["access_token"], **narrow})
    hand.api.ask(VERIFY, {"token": "a", "client_id": "unheard-of"})
    hand.api.ask(VERIFY, {"token": "a", "client_id": "opaque-app", "token_use": "access_token"})
    hand.api.ask(VERIFY, {"token": "a", "token_use": "refresh_token"})
    hand.api.ask(VERIFY)
    _without_keys(hand)
    hand.api.ask(VERIFY, ours | {"token": tokens["id_token"]})


def introspect(hand: Hand) -> None:
    """POST /oauth2/introspect."""
    signed = {"Authorization": SIGNED}
    asked = {"token": hand.tokens()["access_token"]}
    hand.api.ask(INTROSPECT, asked, headers=signed)
    hand.api.ask(INTROSPECT, {"token": "a"}, headers=signed)
    hand.api.ask(INTROSPECT, {}, headers=signed)
    hand.api.ask(INTROSPECT, asked)
    hand.ask_broken(INTROSPECT, _without_authorizer)
    _without_keys(hand)
    hand.api.ask(INTROSPECT, asked, headers=signed)


def _without_authorizer(event: Event) -> Event:
    """What a template that has lost `Auth` lets through."""
    context = {**event["requestContext"]}
    del context["authorizer"]
    return {**event, "requestContext": context}


def revoke(hand: Hand) -> None:
    """POST /oauth2/revoke."""
    right = hand.right(REVOKE)["body"]
    hand.api.ask(REVOKE, right)
    hand.api.ask(REVOKE, {"client_id": "demo-app"})
    hand.api.ask(REVOKE, right | {"client_id": "unheard-of"})
    for answer in (
        answer_with_json({"error": "unsupported_token_type"}, 400),
        answer_with_json({"error": "invalid_client"}, 401),
        UNAVAILABLE,
    ):
        hand.provider.instead[at_the_provider.REVOCATION] = answer
        hand.api.ask(REVOKE, right)


def login(hand: Hand) -> None:
    """POST /login."""
    right = hand.right(LOGIN)["body"]
    hand.api.ask(LOGIN, right)
    hand.api.ask(LOGIN, {"client_id": "demo-app"})
    hand.api.ask(LOGIN, right | {"client_id": "unheard-of"})
    hand.api.ask(LOGIN, right | {"scope": "admin"})
    issuer = hand.provider.url
    nowhere = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks", "token_endpoint": f"{issuer}/token"}
    hand.begin()
    hand.provider.instead[at_the_provider.METADATA] = answer_with_json(nowhere)
    hand.api.ask(LOGIN, right)
    _without_keys(hand)
    hand.api.ask(LOGIN, right)


def redirected(hand: Hand) -> None:
    """GET /login/callback/{client}."""
    _relay(hand, REDIRECTED, "query")


def posted(hand: Hand) -> None:
    """POST /login/callback/{client}."""
    _relay(hand, POSTED, "body")


def _relay(hand: Hand, route: str, part: str) -> None:
    request = hand.right(route)
    hand.api.ask(route, **request)
    hand.api.ask(route, **request)
    hand.restart(LOGINS_TABLE="no-such-table")
    hand.api.ask(route, **{**request, part: {"state": "a", "code": "b"}})


def metadata(hand: Hand) -> None:
    """GET /clients/{client}/.well-known/openid-configuration."""
    for client in ("demo", "opaque", "unheard-of"):
        hand.api.ask(METADATA, path_parameters={"client": client})
    _without_keys(hand)
    hand.api.ask(METADATA, path_parameters={"client": "demo"})


def _without_keys(hand: Hand) -> None:
    hand.begin()
    hand.provider.instead[at_the_provider.METADATA] = UNAVAILABLE


SCRIPTS: Mapping[str, Callable[[Hand], Any]] = {
    EXCHANGE: exchange,
    REFRESH: refresh,
    VERIFY: verify,
    TOKEN: token,
    INTROSPECT: introspect,
    REVOKE: revoke,
    LOGIN: login,
    REDIRECTED: redirected,
    POSTED: posted,
    METADATA: metadata,
}
