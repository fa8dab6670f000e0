"""Every failure: its code, its status and what the caller may see.

Three families, told apart by what the caller has to do:

- ``OAuthError``: the request, or the grant it carries, is refused (RFC 6749 §5.2).
- ``InvalidToken``: a token was examined and must not be trusted (RFC 6750 §3.1).
- ``Problem``: nothing was decided, try again later (RFC 9457). It never carries an
  ``error`` member, because OAuth libraries take any ``error`` as the end of the grant.

``detail`` is for the log alone. It never holds a token, code, verifier, secret or nonce.
"""

from collections.abc import Iterable
from typing import ClassVar

from relying_party.reason import Reason as Reason  # noqa: PLC0414 - part of the errors


class ConfigurationError(Exception):
    """The clients file or the environment is wrong: one line with the place and the mend."""


class RelyingPartyError(Exception):
    """Root of what a request can end in. Never raised directly."""

    status: ClassVar[int]

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class OAuthError(RelyingPartyError):
    """RFC 6749 §5.2. Never raised directly."""

    status = 400
    error: ClassVar[str]
    description: ClassVar[str]


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or malformed. ``detail`` names it and may be shown."""

    error = "invalid_request"
    description = "The request is missing a parameter, repeats one, or is malformed."


class InvalidClient(OAuthError):
    """The ``client_id`` is not configured here, or client credentials were sent by the app."""

    error = "invalid_client"
    description = "The client is not known here."


class UnwantedCredentials(InvalidClient):
    """Client credentials came in the ``Authorization`` header (RFC 6749 §5.2)."""

    status = 401


class InvalidGrant(OAuthError):
    """The code or the refresh token is no longer good: the app has to sign its user in again."""

    error = "invalid_grant"
    description = "The code or the refresh token is invalid, expired or revoked."


class InvalidScope(OAuthError):
    """The issuer refused the requested scope."""

    error = "invalid_scope"
    description = "The requested scope is invalid or exceeds what was granted."


class UnauthorizedClient(OAuthError):
    """The client may not use this door or this way of asking."""

    error = "unauthorized_client"
    description = "The client is not allowed to make this request."


class UnsupportedGrantType(OAuthError):
    """The token endpoint knows codes and refresh tokens (RFC 6749 §5.2)."""

    error = "unsupported_grant_type"
    description = "The grant type is not supported."


class UnsupportedTokenType(OAuthError):
    """The issuer does not revoke such tokens (RFC 7009 §2.2.1). Here they are forgotten."""

    error = "unsupported_token_type"
    description = "The authorization server does not revoke tokens of this type."


class InteractionRequired(OAuthError):
    """The issuer wants to see the user (OIDC Core §3.1.2.6)."""

    error = "interaction_required"
    description = "The authorization server requires the user to interact."


class LoginRequired(OAuthError):
    """The issuer wants the user to authenticate (OIDC Core §3.1.2.6)."""

    error = "login_required"
    description = "The authorization server requires the user to sign in."


class ConsentRequired(OAuthError):
    """The issuer wants the user's consent (OIDC Core §3.1.2.6)."""

    error = "consent_required"
    description = "The authorization server requires the user's consent."


class InvalidToken(RelyingPartyError):
    """The token was examined and must not be trusted (RFC 6750 §3.1)."""

    status = 401

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


class MissingToken(RelyingPartyError):
    """No token was presented: a bare challenge, without an error code (RFC 6750 §3.1)."""

    status = 401


class InsufficientScope(RelyingPartyError):
    """The token is good, but its scope does not cover the request (RFC 6750 §3.1)."""

    status = 403

    def __init__(self, scope: Iterable[str]) -> None:
        self.scope = " ".join(sorted(scope))
        """The scope that is needed."""
        super().__init__(self.scope)


class Problem(RelyingPartyError):
    """Nothing was decided about the grant or the token (RFC 9457). Never raised directly."""

    reason: ClassVar[str]
    description: ClassVar[str]

    def __init__(self, detail: str = "", *, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds after which trying again makes sense."""


class TemporarilyUnavailable(Problem):
    """Something needed is out of reach; nothing was sent that could have been carried out."""

    status = 503
    reason = "temporarily_unavailable"
    description = "Not available at this moment. Keep the session and try again."


class KeysUnavailable(TemporarilyUnavailable):
    """The token could not be examined: no usable JWK Set. Says nothing about the token."""


class NoAnswer(Problem):
    """The issuer got the request, and its whole answer never came: the outcome is unknown."""

    status = 504
    reason = "no_answer"
    description = "The issuer did not answer in time. Keep the session and try again."


class IssuerFailed(Problem):
    """The issuer answered something that is neither tokens nor an OAuth error."""

    status = 502
    reason = "issuer_failed"
    description = "The issuer's answer could not be used. Keep the session and try again."


class IssuerRefusedUs(Problem):
    """The issuer blames the request that we built: our credentials or configuration are wrong."""

    status = 502
    reason = "issuer_refused_us"
    description = "The issuer does not accept this service's request."


class ClientRefused(IssuerRefusedUs):
    """The issuer does not accept the client's credentials: ``invalid_client``."""


class IdTokenRefused(Problem):
    """The issuer's token response carried an ID Token that must not be trusted."""

    status = 502
    reason = "id_token_refused"
    description = "The issuer's ID Token was refused."


class UserinfoRefused(Problem):
    """The issuer's UserInfo Endpoint answered about another user (OIDC Core §5.3.2)."""

    status = 502
    reason = "userinfo_refused"
    description = "What the issuer says about the user was refused."


class GrantConflict(Problem):
    """The refresh token was replaced by an answer for another scope: use that one's."""

    status = 409
    reason = "grant_conflict"
    description = "This refresh token has just been replaced. Use the new one."


class InternalError(Problem):
    """A fault of our own. The log has the traceback; the caller learns nothing."""

    status = 500
    reason = "internal_error"
    description = "Something went wrong here. Keep the session and try again."
