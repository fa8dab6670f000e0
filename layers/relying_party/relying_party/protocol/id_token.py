"""What makes an ID Token good (OpenID Connect Core 1.0 §2, §3.1.3.7, §3.1.3.8, §12.2)."""

from dataclasses import dataclass
from hashlib import sha256, sha384, sha512, shake_256

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol import base64url
from relying_party.protocol.claims import (
    Claims,
    octets_of,
    require_audience,
    require_authorized_party,
    require_issuer,
    require_nonce,
    require_recent_sign_in,
    require_string,
    require_subject,
    require_times,
    require_values,
    same_text,
)
from relying_party.protocol.client import Client
from relying_party.protocol.jws import UnverifiedJws

# RFC 8725 §3.11: a token that says it is something else (at+jwt, logout+jwt) is something else
_TYPES = (None, "jwt", "application/jwt")


# Keycloak's, in the payload; its ID Tokens say "ID"
_OTHER_PAYLOAD_TYPES = ("Bearer", "Refresh", "Offline", "Logout")


@dataclass(slots=True, repr=False)
class Expectations:
    """What the request that asks for a token's verification knows about it."""

    nonce: str | None = None
    access_token: str | None = None
    code: str | None = None
    max_age: int | None = None
    """Seconds since the user's sign-in that are still acceptable."""
    acr_values: frozenset[str] = frozenset()
    """Authentication contexts of which one must have been reached; empty for any."""
    scope: frozenset[str] = frozenset()
    """What an access token must cover; of no meaning to an ID Token."""

    def __repr__(self) -> str:
        """Tell nothing that came with the sign-in."""
        return f"Expectations(max_age={self.max_age!r}, scope={sorted(self.scope)!r})"


def require_id_token(jws: UnverifiedJws, client: Client, expected: Expectations, now: float) -> str:
    """Return the issuer of *jws* if all it says fits *client*; its signature comes after.

    Everything here is cheap, so it runs before a key is looked for: a token that is refused
    here never causes a request to the issuer.

    Args:
        jws: the token, parsed.
        client: whom it must be for.
        expected: what the caller knows about the sign-in.
        now: seconds since the epoch.

    Raises:
        InvalidToken: with the reason.
    """
    claims = jws.unverified_claims
    # RFC 8725 §3.12: the payload itself may say that this is no ID Token. Keycloak and Cognito
    # sign every kind alike, with the same ``aud`` where one is configured so; ``events`` makes a
    # security event or logout token (RFC 8417 §2.2). Entra's and Okta's access tokens have a
    # scope in ``scp``; no ID Token of theirs does.
    if (
        jws.typ not in _TYPES
        or claims.get("token_use", "id") != "id"
        or claims.get("typ") in _OTHER_PAYLOAD_TYPES
        or "events" in claims
        or "scp" in claims
    ):
        raise InvalidToken(Reason.WRONG_TYPE)
    if jws.alg not in client.id_token_algorithms:
        raise InvalidToken(Reason.UNSUPPORTED_ALGORITHM)
    issuer = require_issuer(claims, client.issuer)
    # Most tokens are for this client alone and say so twice; there is no more to it then
    if not claims.get("aud") == claims.get("azp") == client.client_id:
        audience = require_audience(claims, client.accepted_audiences)
        require_authorized_party(claims, audience, client.accepted_parties)
    require_times(claims, now, client.clock_skew)
    require_subject(claims)
    if client.required_claims:
        require_values(claims, client.required_claims)
    require_expected(claims, jws.alg, client, expected, now)
    return issuer


def require_expected(
    claims: Claims, alg: str, client: Client, expected: Expectations, now: float
) -> None:
    """Refuse an ID Token with *claims* that is not the one which this request is about.

    Apart from the times this is all of the judgement that differs from request to request, so
    it is made anew for a token that was verified before.
    """
    if expected.nonce is not None:
        require_nonce(claims, expected.nonce, may_be_hashed=client.nonce_may_be_hashed)
    # Optional in the code flow (OIDC Core §3.1.3.6), but where it is there it must fit
    if expected.access_token is not None and "at_hash" in claims:
        require_token_hash(claims, "at_hash", expected.access_token, alg)
    if expected.code is not None and "c_hash" in claims:
        require_token_hash(claims, "c_hash", expected.code, alg)
    if expected.max_age is not None:
        require_recent_sign_in(claims, max_age=expected.max_age, now=now, skew=client.clock_skew)
    if expected.acr_values and require_string(claims, "acr") not in expected.acr_values:
        raise InvalidToken(Reason.INVALID_CLAIM, "acr is another")


def require_token_hash(claims: Claims, name: str, token: str, alg: str) -> None:
    """Refuse an ID Token that was issued beside another *token* (OIDC Core §3.1.3.8).

    Args:
        claims: of the ID Token.
        name: ``at_hash`` or ``c_hash``.
        token: the access token or code that the hash must be of.
        alg: the ID Token's algorithm, which names the hash.
    """
    if not same_text(require_string(claims, name), build_token_hash(token, alg)):
        raise InvalidToken(Reason.WRONG_TOKEN_HASH, name)


def build_token_hash(token: str, alg: str) -> str:
    """Return the left half of the hash of *token* (OIDC Core §3.1.3.6).

    EdDSA names no hash of its own: what Ed25519 and Ed448 hash with while they sign is used
    (RFC 8032 §5.1, §5.2), as node's oidc-provider does.
    """
    octets = octets_of(token)
    if alg == "Ed448":
        return base64url.encode(shake_256(octets).digest(57))
    digest = {"256": sha256, "384": sha384}.get(alg[-3:], sha512)(octets).digest()
    return base64url.encode(digest[: len(digest) // 2])
