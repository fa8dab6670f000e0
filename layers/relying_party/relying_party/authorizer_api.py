"""The edge for API Gateway's Lambda authorizers.

What API Gateway can carry is less than what we know. A REST API answers 401 where the
authorizer raises exactly "Unauthorized", and 403 for a policy that denies; an HTTP API
answers 403 for ``isAuthorized: false``. Everything else that is raised is a 500, and that is
what a token gets that could not be examined: never Deny, which apps take for a sign-out.
"""

from collections.abc import Callable, Mapping
from typing import Any

from relying_party.adapters.telemetry import (
    begin_invocation,
    record_failure,
    record_unexpected,
    record_verified,
)
from relying_party.application.verify_request import VerifyRequest
from relying_party.errors import (
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    MissingToken,
    RelyingPartyError,
)
from relying_party.http_api import deadline_of
from relying_party.protocol.bearer import require_one_token
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.parameters import Parameters
from relying_party.verdict import build_authorizer_context

_DOOR = "authorizer"
_PRINCIPAL = "sub"
_HEADER = "authorization"


class Unauthorized(Exception):
    """Its text is what makes a REST API answer 401."""


class Unavailable(Exception):
    """The token could not be examined: API Gateway answers 500."""


class AuthorizerApi:
    """Authorizes a request by the bearer token in it."""

    def __init__(
        self, verify: VerifyRequest, parameters: Parameters, clock: Callable[[], float]
    ) -> None:
        self._verify = verify
        # Parsed once: what nobody could ever answer must end the cold start, and not pass for
        # the fault of a token
        self._question = verify.parse(parameters)
        self._clock = clock

    def __call__(self, event: Mapping[str, Any], context: Any) -> JsonObject:
        """Return the simple response, or the policy, that *event* asks for.

        Raises:
            Unauthorized: to a REST API, a token that is missing or bad.
            Unavailable: the token could not be examined.
        """
        begin_invocation(context.aws_request_id)
        is_rest = "methodArn" in event
        try:
            claims = self._authorize(event, context)
        except (InvalidToken, MissingToken, InvalidRequest) as refusal:
            record_failure(_DOOR, refusal)
            if is_rest:
                raise Unauthorized("Unauthorized") from None
            return {"isAuthorized": False}
        except InsufficientScope as refusal:
            record_failure(_DOOR, refusal)
            return _policy("Deny", event, {}) if is_rest else {"isAuthorized": False}
        return _policy("Allow", event, claims) if is_rest else _simple(claims)

    def _authorize(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the context of a good token."""
        try:
            token = require_one_token(_authorization(event), None)
            deadline = deadline_of(context, self._clock())
            verified = self._verify.judge(token, self._question, deadline=deadline)
            record_verified(_DOOR)
            return build_authorizer_context(verified)
        except (InvalidToken, MissingToken, InvalidRequest, InsufficientScope):
            raise
        except RelyingPartyError as failure:
            record_failure(_DOOR, failure)
        except Exception as error:  # noqa: BLE001 - the last resort: nobody sees a stack trace
            record_unexpected(error)
        raise Unavailable("the token could not be examined")


def _authorization(event: Mapping[str, Any]) -> str | None:
    """Return the header, joined with commas where it came twice.

    An HTTP API has joined it already. A REST API shows the last one in ``headers`` and all of
    them in ``multiValueHeaders``; the integration behind it may well read the first.
    """
    several = event.get("multiValueHeaders") or {
        name: [value] for name, value in (event.get("headers") or {}).items()
    }
    values = [value for name, each in several.items() if name.lower() == _HEADER for value in each]
    return ",".join(values) if values else None


def _simple(claims: Mapping[str, Any]) -> JsonObject:
    return {"isAuthorized": True, "context": dict(claims)}


def _policy(effect: str, event: Mapping[str, Any], claims: Mapping[str, Any]) -> JsonObject:
    """Return a policy for this very request.

    A wider one would, once it is cached, let a token through to what it was not asked for;
    the result's time to live should be 0 all the same, since a cached decision outlives
    ``exp`` and a withdrawn key.
    """
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": effect,
        "Resource": event["methodArn"],
    }
    return {
        "principalId": str(claims.get(_PRINCIPAL, "anonymous")),
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": dict(claims),
    }
