"""How each failure looks on the wire. What the log gets to see is decided in ``http_api``."""

from http import HTTPStatus
from typing import Any

from relying_party.errors import (
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    MissingToken,
    OAuthError,
    Problem,
    RelyingPartyError,
    UnwantedCredentials,
)
from relying_party.protocol.bearer import build_challenge
from relying_party.protocol.json_object import JsonObject

JSON = "application/json"
PROBLEM = "application/problem+json"


def build_error(failure: RelyingPartyError) -> tuple[int, dict[str, str], JsonObject]:
    """Return status, headers and body of *failure*."""
    if isinstance(failure, OAuthError):
        return failure.status, _oauth_headers(failure), _oauth_body(failure)
    if isinstance(failure, Problem):
        headers = {"Content-Type": PROBLEM, "Retry-After": str(failure.retry_after)}
        return failure.status, headers, problem_body(failure)
    assert isinstance(failure, InvalidToken | InsufficientScope | MissingToken)  # noqa: S101 - all
    challenge = build_challenge(failure)
    headers = {"Content-Type": JSON, "WWW-Authenticate": challenge}
    # The gateway may rename the header, so the body says it too
    return failure.status, headers, {**token_body(failure), "www_authenticate": challenge}


def token_body(failure: InvalidToken | InsufficientScope | MissingToken) -> JsonObject:
    """Return what is said about a token that is refused, or is not there."""
    if isinstance(failure, InsufficientScope):
        return {
            "error": "insufficient_scope",
            "error_description": "The token does not cover this request.",
            "scope": failure.scope,
        }
    if isinstance(failure, MissingToken):
        return {"error_description": "Send a token: Authorization: Bearer, or token in the body."}
    return {
        "error": "invalid_token",
        "reason": failure.reason.value,
        "error_description": failure.reason.description,
    }


def problem_body(failure: Problem) -> JsonObject:
    """Return RFC 9457 members. There is no ``error`` among them: see ``errors``."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "detail": failure.description,
        "reason": failure.reason,
    }


def _oauth_headers(failure: OAuthError) -> dict[str, str]:
    # RFC 6749 §5.2 wants a challenge of the scheme that was tried; no credentials would do
    challenge = {"WWW-Authenticate": "Basic"} if isinstance(failure, UnwantedCredentials) else {}
    return {"Content-Type": JSON, **challenge}


def _oauth_body(failure: OAuthError) -> dict[str, Any]:
    # The detail of an invalid_request names the parameter, never its value
    shown = failure.detail if isinstance(failure, InvalidRequest) else ""
    return {"error": failure.error, "error_description": shown or failure.description}
