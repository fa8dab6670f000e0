"""The issuer's token endpoint: build the request, judge the reply (RFC 6749 §4.1.3, §5, §6)."""

import re
from dataclasses import dataclass, field

from relying_party.errors import (
    ClientRefused,
    ConsentRequired,
    InteractionRequired,
    InvalidGrant,
    InvalidScope,
    IssuerFailed,
    IssuerRefusedUs,
    LoginRequired,
    OAuthError,
    RelyingPartyError,
    TemporarilyUnavailable,
)
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.json_object import JsonObject

_OK, _TOO_MANY, _UNAVAILABLE, _SERVER_ERROR = 200, 429, 503, 500

# What the issuer says about the grant, and what the app has to hear
_ABOUT_THE_GRANT: dict[str, type[OAuthError]] = {
    error.error: error
    for error in (
        InvalidGrant,
        InvalidScope,
        InteractionRequired,
        LoginRequired,
        ConsentRequired,
    )
}

# What it says about the request that we built: never the app's fault, never the end of a grant
_ABOUT_US = (
    "invalid_request",
    "unauthorized_client",
    "unsupported_grant_type",
)

# Python refuses to read numbers of thousands of digits; nobody means one
_SECONDS = re.compile(r"[0-9]{1,9}")

_MEMBERS = ("access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token")


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """A successful response (RFC 6749 §5.1, OIDC Core §3.1.3.3)."""

    members: JsonObject = field(repr=False)
    """The standard members that came, as they came; anything else is left out."""

    @property
    def access_token(self) -> str:
        """The access token."""
        return str(self.members["access_token"])

    @property
    def refresh_token(self) -> str | None:
        """The refresh token, where one came."""
        return self.members.get("refresh_token")

    @property
    def lifetime(self) -> int | None:
        """The access token's lifetime in seconds, where the issuer said it."""
        return self.members.get("expires_in")

    @property
    def id_token(self) -> str | None:
        """The ID Token, where one came."""
        return self.members.get("id_token")


def build_code_request(
    url: str,
    authentication: ClientAuthentication,
    *,
    code: str,
    redirect_uri: str | None,
    code_verifier: str | None,
) -> FormRequest:
    """Return the request that exchanges *code* (RFC 6749 §4.1.3, RFC 7636 §4.5)."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": code_verifier,
    }
    return _build_form(url, authentication, fields)


def build_refresh_request(
    url: str,
    authentication: ClientAuthentication,
    *,
    refresh_token: str,
    scope: str | None,
    code_verifier: str | None,
) -> FormRequest:
    """Return the request that refreshes (RFC 6749 §6).

    ``code_verifier`` is no parameter of any RFC here; Transmit Security Mosaic wants the one
    of the sign-in again.
    """
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "scope": scope,
        "code_verifier": code_verifier,
    }
    return _build_form(url, authentication, fields)


def _build_form(
    url: str, authentication: ClientAuthentication, fields: dict[str, str | None]
) -> FormRequest:
    present = {name: value for name, value in fields.items() if value is not None}
    return FormRequest(url, {**present, **authentication.fields}, authentication.headers)


def parse_token_response(reply: HttpReply) -> TokenResponse:
    """Return the tokens in *reply*.

    Raises:
        OAuthError: what the issuer says about the grant, passed on by its code alone.
        IssuerRefusedUs: what it says about the request that we built.
        TemporarilyUnavailable: it did not process the request and says when to come back.
        IssuerFailed: anything else, so that no outage ever looks like the end of a grant.
    """
    members = reply.json_object() or {}
    if reply.status == _OK and "error" not in members:
        return TokenResponse(_require_token_members(members))
    raise _failure(reply, members.get("error"))


def _failure(reply: HttpReply, error: object) -> RelyingPartyError:
    detail = f"token endpoint answered {reply.status}"
    retry_after = reply.retry_after()
    if reply.status == _TOO_MANY or (reply.status == _UNAVAILABLE and retry_after is not None):
        return TemporarilyUnavailable(detail, retry_after=retry_after or 1)
    if reply.status >= _SERVER_ERROR or not isinstance(error, str):
        return IssuerFailed(detail)
    if error in _ABOUT_THE_GRANT:
        return _ABOUT_THE_GRANT[error](detail)
    if error == "invalid_client":
        return ClientRefused(f"{detail} {error}")
    if error in _ABOUT_US:
        return IssuerRefusedUs(f"{detail} {error}")
    return IssuerFailed(f"{detail} with an unknown error code")


def _require_token_members(members: JsonObject) -> JsonObject:
    found = {name: members[name] for name in _MEMBERS if members.get(name) is not None}
    for name in ("access_token", "token_type"):
        _require(isinstance(found.get(name), str) and found[name], name)
    for name in ("refresh_token", "scope", "id_token"):
        _require(isinstance(found.get(name, ""), str), name)
    return _with_whole_lifetime(found)


def _with_whole_lifetime(members: JsonObject) -> JsonObject:
    """Return *members* with ``expires_in`` as whole seconds, or without it.

    Some issuers spell the number as a string. It is a hint (RFC 6749 §5.1: RECOMMENDED), so
    one that cannot be read costs nobody their tokens.
    """
    text = str(members.get("expires_in", "")).removesuffix(".0")
    others = {name: value for name, value in members.items() if name != "expires_in"}
    return {**others, "expires_in": int(text)} if _SECONDS.fullmatch(text) else others


def _require(fine: object, name: str) -> None:
    if not fine:
        raise IssuerFailed(f"token response with a missing or malformed {name}")
