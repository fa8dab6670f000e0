"""What each door is there to hand out, and to whom. Nothing else leaves by any of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Given = Mapping[str, frozenset[str]]
"""By the member of an answer: the kinds of secrets that it is there to carry."""

NOTHING: frozenset[str] = frozenset()


def _kinds(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_CLAIMS = _kinds("nonce", "claim")
_TOKENS: Given = {
    "access_token": _kinds("access_token", "payload"),
    "refresh_token": _kinds("refresh_token"),
    "id_token": _kinds("id_token", "payload", "nonce", "claim"),
}
_USER: Given = {"identity": _CLAIMS, "userinfo": _CLAIMS, "user": _CLAIMS}
_TO_THE_APP: Given = {"Location": _kinds("code", "state"), "body": _kinds("code", "state")}

GIVEN: Mapping[str, Given] = {
    "POST /token/exchange": {**_TOKENS, **_USER},
    "POST /token/refresh": {**_TOKENS, **_USER},
    "POST /oauth2/token": _TOKENS,
    "POST /oauth2/revoke": {},
    "POST /token/verify": {"claims": _CLAIMS},
    "POST /oauth2/introspect": {"sub": _CLAIMS, "nonce": _CLAIMS, "username": _CLAIMS},
    "POST /login": {
        "authorization_url": _kinds("state", "nonce"),
        "state": _kinds("state"),
        "nonce": _kinds("nonce"),
        "login_session": _kinds("login_session"),
    },
    "GET /login/callback/{client}": _TO_THE_APP,
    "POST /login/callback/{client}": _TO_THE_APP,
    "GET /clients/{client}/.well-known/openid-configuration": {},
    "token_verify": {"claims": _CLAIMS, "verdicts": _CLAIMS},
    "token_exchange": {"identity": _CLAIMS},
    "jwks_refresh": {},
    "authorizer": {"context": _CLAIMS, "principalId": _CLAIMS},
}
"""By route, or by function for direct invocations; and only where the answer is a good one."""


def door_of(function: str, event: Any) -> str:
    """Return the door that *event* goes to."""
    is_http = isinstance(event, Mapping) and function != "authorizer" and "routeKey" in event
    return str(event["routeKey"]) if is_http else function


def parts_of(door: str, answer: Any) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield the name and the text of each part of *answer*, and the kinds that it may carry."""
    given = GIVEN.get(door, {}) if status_of(answer) in {200, 303} else {}
    for name, value in _members(answer):
        yield name, value if isinstance(value, str) else json.dumps(value), given.get(name, NOTHING)


def status_of(answer: Any) -> int:
    """Return an HTTP answer's status, or a direct one's; an authorizer's is as good as it says."""
    if "policyDocument" in answer:
        return 200 if answer["principalId"] != "anonymous" else 403
    if "isAuthorized" in answer:
        return 200 if answer["isAuthorized"] else 403
    return int(answer.get("statusCode", answer.get("status")))


def _members(answer: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "statusCode" not in answer:
        yield from answer.items()
        return
    yield from answer["headers"].items()
    if answer["headers"]["Content-Type"].endswith("json"):
        yield from json.loads(answer["body"]).items()
    else:
        yield "body", answer["body"]
