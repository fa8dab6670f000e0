"""The authorization response (RFC 6749 §4.1.2, OIDC Core §3.1.2.5, RFC 9207)."""

import re
from dataclasses import dataclass, field

from relying_party.errors import InvalidGrant, InvalidRequest
from relying_party.protocol.authorization_request import with_query
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.login_session import LoginSession, parse_user
from relying_party.protocol.parameters import Parameters

# RFC 6749 appendix A.7 and A.11
_ERROR = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]{1,256}")
_CODE = re.compile(r"[\x20-\x7E]{1,4096}")


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What the provider says about the sign-in: a code, or why there is none."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    error: str | None = None
    iss: str | None = None
    user: JsonObject | None = field(default=None, repr=False)
    """Apple's, unsigned; only the first time that somebody signs in."""


def parse_authorization_response(parameters: Parameters) -> AuthorizationResponse:
    """Return the response that *parameters* spell.

    Raises:
        InvalidRequest: no state; neither code nor error, or both; or a malformed one.
    """
    code, error = parameters.optional("code"), parameters.optional("error")
    if (code is None) is (error is None):
        raise InvalidRequest("neither a code nor an error, or both")
    if not _CODE.fullmatch(code or "-") or not _ERROR.fullmatch(error or "-"):
        raise InvalidRequest("a malformed code or error")
    user = parameters.optional("user")
    return AuthorizationResponse(
        state=parameters.required("state"),
        code=code,
        error=error,
        iss=parameters.optional("iss"),
        user=parse_user(user) if user and code else None,
    )


def require_issuer_of_response(
    response: AuthorizationResponse, session: LoginSession, issuer: Issuer
) -> None:
    """Refuse an answer that another issuer gave (RFC 9207 §2.4, mix-up).

    Raises:
        InvalidRequest: ``iss`` is missing although the issuer promises it.
        InvalidGrant: it is another's.
    """
    if response.iss is None:
        if session.promises_iss:
            raise InvalidRequest("iss is missing")
    elif not issuer.identifies_as(response.iss):
        raise InvalidGrant("iss is another issuer's")


def build_app_link(session: LoginSession, response: AuthorizationResponse) -> str:
    """Return the app's own link with the answer in it; only what the app can use goes on."""
    members = {
        "code": response.code,
        "error": response.error,
        "state": response.state,
        "iss": response.iss,
    }
    present = {name: value for name, value in members.items() if value is not None}
    return with_query(session.redirect_uri, present)
