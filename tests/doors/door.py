"""Every door, asked the same way: the event it wants goes in, what it says comes out."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from relying_party.authorizer_api import Unauthorized, Unavailable
from relying_party.errors import (
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    TemporarilyUnavailable,
)
from relying_party.protocol.parameters import MAX_BODY_OCTETS
from relying_party.protocol.verified_token import VerifiedToken
from tests.doors.said import Said, Verdict

Asked = Mapping[str, Any]
"""The parameters beside the token, by their names at the verify door."""

METHOD_ARN = "arn:aws:execute-api:eu-central-1:123456789012:api/prod/GET/things/1"
ROLE_ARN = "arn:aws:sts::123456789012:assumed-role/backend/session"

# What fits into a header is what RFC 6750 §2.1 lets a bearer token be
_FITS_A_HEADER = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class Stand(Protocol):
    """Functions to be asked: the real ones, or their insides with an issuer in memory."""

    def verify(self, event: Any) -> Any:
        """Invoke the function behind verify, introspect, direct invocation and batch."""

    def authorize(self, event: Any) -> Any:
        """Invoke the authorizer."""

    def call(self, token: str, asked: Asked) -> VerifiedToken:
        """Call the layer in this process."""


class Carries(Enum):
    """Where a door's request holds the token."""

    HEADER = auto()
    BODY = auto()
    DATA = auto()
    """In a Python object, which can hold anything."""


@dataclass(frozen=True)
class Door:
    """One way in."""

    name: str
    ask: Callable[[Stand, str, Asked], Said]
    parameters: frozenset[str]
    """What a request at this door can say beside the token."""
    token_uses: frozenset[str] = frozenset({"id_token", "access_token"})
    carries: Carries = Carries.BODY

    def can_ask(self, token: str, asked: Asked) -> bool:
        """Tell whether this very question can be asked here."""
        token_use = asked.get("token_use", "id_token")
        others = {name for name, value in asked.items() if value is not None} - {"token_use"}
        return self._fits(token) and token_use in self.token_uses and others <= self.parameters

    def _fits(self, token: str) -> bool:
        if self.carries is Carries.HEADER:
            return bool(_FITS_A_HEADER.fullmatch(token))
        in_body = len(token) < MAX_BODY_OCTETS / 2 and token.isprintable()
        return token != "" and (in_body or self.carries is Carries.DATA)


def http_event(route_key: str, **members: Any) -> dict[str, Any]:
    """Return what API Gateway sends for one request."""
    context = {"requestId": "request-1", "routeKey": route_key, **members.pop("context", {})}
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawQueryString": "",
        "headers": {},
        "requestContext": context,
        "isBase64Encoded": False,
        **members,
    }


def json_event(route_key: str, body: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """Return the same with a JSON body."""
    headers = {"content-type": "application/json"}
    return http_event(route_key, headers=headers, body=json.dumps(body), **members)


def iam_context(arn: str = ROLE_ARN) -> dict[str, Any]:
    """Return what API Gateway adds to ``requestContext`` once IAM has let somebody in."""
    return {"authorizer": {"iam": {"userArn": arn, "accountId": "123456789012"}}}


def authorizer_event(token: str) -> dict[str, Any]:
    """Return what an HTTP API sends to its authorizer (payload 2.0)."""
    headers = {"authorization": f"Bearer {token}"}
    return {"version": "2.0", "type": "REQUEST", "routeKey": "GET /things", "headers": headers}


def rest_event(token: str) -> dict[str, Any]:
    """Return what a REST API sends to its REQUEST authorizer."""
    value = f"Bearer {token}"
    return {
        "type": "REQUEST",
        "methodArn": METHOD_ARN,
        "headers": {"Authorization": value},
        "multiValueHeaders": {"Authorization": [value]},
    }


def _verify_in_body(stand: Stand, token: str, asked: Asked) -> Said:
    body = {"token": token, **asked}
    return _of_http(stand.verify(json_event("POST /token/verify", body)))


def _verify_in_header(stand: Stand, token: str, asked: Asked) -> Said:
    event = json_event("POST /token/verify", asked)
    event["headers"] = {**event["headers"], "authorization": f"Bearer {token}"}
    return _of_http(stand.verify(event))


def _of_http(answer: Mapping[str, Any]) -> Said:
    status, body = answer["statusCode"], json.loads(answer["body"])
    assert answer["headers"]["Cache-Control"] == "no-store"
    if status == 200:
        return Said(Verdict.GOOD, f"200, `active` {_json(body['active'])}", **_who(body))
    if status == 401 and "error" not in body:
        return Said(Verdict.NO_TOKEN, "401, no `error`")
    if status == 401:
        return Said(Verdict.BAD, f"401 `{body['error']}`, `reason`", body["reason"])
    return _of_other_status(status, body)


def _of_other_status(status: int, body: Mapping[str, Any]) -> Said:
    code = body["error"] if status < 500 else body["reason"]
    assert status < 500 or "error" not in body
    verdict = {403: Verdict.INSUFFICIENT_SCOPE, 400: Verdict.SENSELESS}.get(
        status, Verdict.UNEXAMINABLE
    )
    return Said(verdict, f"{status} `{code}`")


def _introspect(stand: Stand, token: str, asked: Asked) -> Said:
    event = json_event("POST /oauth2/introspect", {"token": token}, context=iam_context())
    answer = stand.verify(event)
    body = json.loads(answer["body"])
    if body == {"active": False}:
        return Said(Verdict.BAD, f"{answer['statusCode']}, `active` false")
    return _of_http({**answer, "body": json.dumps({**body, "claims": body})})


def _directly(stand: Stand, token: str, asked: Asked) -> Said:
    return _of_data(stand.verify({"token": token, **asked}))


def _in_a_batch(stand: Stand, token: str, asked: Asked) -> Said:
    """Ask between two others, of which one is hopeless."""
    request = {"token": token, **asked}
    answer = stand.verify({"tokens": [{"token": "hopeless", **asked}, request, {}]})
    assert answer["status"] == 200
    assert len(answer["verdicts"]) == 3
    return _of_data(answer["verdicts"][1])


def _of_data(data: Mapping[str, Any]) -> Said:
    status = data["status"]
    if status == 200:
        active = _json(data["active"])
        return Said(Verdict.GOOD, f"`status` 200, `active` {active}", **_who(data))
    if status == 401:
        answer = f"`status` 401, `active` {_json(data['active'])}, `reason`"
        return Said(Verdict.BAD, answer, data["reason"])
    assert "active" not in data
    said = _of_other_status(status, data)
    return Said(said.verdict, f"`status` {said.answer}")


def _authorize_http(stand: Stand, token: str, asked: Asked) -> Said:
    return authorize(stand, authorizer_event(token))


def _authorize_rest(stand: Stand, token: str, asked: Asked) -> Said:
    return authorize(stand, rest_event(token))


def authorize(stand: Stand, event: Mapping[str, Any]) -> Said:
    """Ask the authorizer; what it raises is its answer too."""
    try:
        answer = stand.authorize(event)
    except Unauthorized as refusal:
        return Said(Verdict.BAD, f"raises `{refusal}`")
    except Unavailable:
        return Said(Verdict.UNEXAMINABLE, "raises `Unavailable`")
    subject = answer.get("context", {}).get("sub")
    if "isAuthorized" in answer:
        verdict = Verdict.GOOD if answer["isAuthorized"] else Verdict.BAD
        return Said(verdict, f"`isAuthorized` {_json(answer['isAuthorized'])}", subject=subject)
    (statement,) = answer["policyDocument"]["Statement"]
    allowed = statement["Effect"] == "Allow"
    verdict = Verdict.GOOD if allowed else Verdict.INSUFFICIENT_SCOPE
    return Said(verdict, f"`{statement['Effect']}`", subject=subject)


def _call(stand: Stand, token: str, asked: Asked) -> Said:
    try:
        verified = stand.call(token, asked)
    except InvalidToken as refusal:
        return Said(Verdict.BAD, "raises `InvalidToken`, `reason`", refusal.reason.value)
    except InsufficientScope:
        return Said(Verdict.INSUFFICIENT_SCOPE, "raises `InsufficientScope`")
    except TemporarilyUnavailable:
        return Said(Verdict.UNEXAMINABLE, "raises `TemporarilyUnavailable`")
    except InvalidRequest:
        return Said(Verdict.SENSELESS, "raises `InvalidRequest`")
    return Said(Verdict.GOOD, "returns it", subject=verified.claims.get("sub"))


def _who(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"subject": body["claims"].get("sub")}


def _json(value: object) -> str:
    return json.dumps(value)


_ALL = frozenset({"client_id", "nonce", "access_token", "code", "max_age", "acr_values", "scope"})
_CONFIGURED = frozenset({"client_id", "scope"})
_ACCESS = frozenset({"access_token"})

VERIFY = Door("`POST /token/verify`", _verify_in_body, _ALL)
VERIFY_HEADER = Door("`POST /token/verify`", _verify_in_header, _ALL, carries=Carries.HEADER)
INTROSPECT = Door("`POST /oauth2/introspect`", _introspect, frozenset(), _ACCESS)
DIRECT = Door("direct, batch", _directly, _ALL, carries=Carries.DATA)
BATCH = Door("direct, batch", _in_a_batch, _ALL, carries=Carries.DATA)
HTTP_API = Door("authorizer, HTTP API", _authorize_http, _CONFIGURED, carries=Carries.HEADER)
REST_API = Door("authorizer, REST API", _authorize_rest, _CONFIGURED, carries=Carries.HEADER)
PYTHON = Door("Python", _call, _ALL, carries=Carries.DATA)

DOORS = (VERIFY, VERIFY_HEADER, INTROSPECT, DIRECT, BATCH, HTTP_API, REST_API, PYTHON)
