"""How issuers that do not follow RFC 9068 write their access tokens.

Which of these a client's tokens follow is configured, never guessed from the token. Sources
are beside each profile; see also ``docs/access-tokens.md``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class AccessTokenProfile(StrEnum):
    """The value of ``access_token_profile`` in the clients file."""

    RFC9068 = "rfc9068"
    AUTH0 = "auth0"
    COGNITO = "cognito"
    ENTRA = "entra"
    KEYCLOAK = "keycloak"
    MOSAIC = "mosaic"
    OKTA = "okta"
    OPAQUE = "opaque"
    """Nothing to read in it: the issuer is asked (RFC 7662)."""


class AccessTokenRules(NamedTuple):
    """What the access tokens of one profile look like."""

    types: frozenset[str | None]
    """What ``typ`` in the header may be, in lower case; None where it may be missing."""
    has_audience: bool
    """Whether ``aud`` names the API that the token is for."""
    client_claims: tuple[str, ...]
    """Which claim names the client that the token was issued to: the first that is there."""
    scope_claims: tuple[str, ...] = ("scope",)
    """Which claim holds the scope: the first that is there."""
    fixed: Mapping[str, str] = MappingProxyType({})
    """Claims with the one value that they have."""
    needs_own_audience: bool = False
    """Whether ``aud`` is all that tells such a token from an ID Token."""


_JWT: frozenset[str | None] = frozenset({None, "jwt", "application/jwt"})
# RFC 9068 §4: "at+jwt", and nothing else, which is what keeps ID Tokens out
_AT_JWT: frozenset[str | None] = frozenset({"at+jwt", "application/at+jwt"})

RULES: Mapping[AccessTokenProfile, AccessTokenRules] = {
    AccessTokenProfile.RFC9068: AccessTokenRules(_AT_JWT, True, ("client_id",)),
    # Auth0, "Access Token Profiles": azp in its own profile, client_id in the RFC 9068 one
    AccessTokenProfile.AUTH0: AccessTokenRules(
        _JWT | _AT_JWT, True, ("azp", "client_id"), needs_own_audience=True
    ),
    # Cognito, "Understanding the access token": no aud, but client_id and token_use
    AccessTokenProfile.COGNITO: AccessTokenRules(
        _JWT, False, ("client_id",), fixed={"token_use": "access"}
    ),
    # Entra, "Access token claims reference": azp in v2.0 tokens; scp is a string
    AccessTokenProfile.ENTRA: AccessTokenRules(
        _JWT, True, ("azp",), ("scp",), {"ver": "2.0"}, needs_own_audience=True
    ),
    # Keycloak: the payload says typ Bearer, where an ID Token says ID; the header says at+jwt
    # where the client's switch for RFC 9068 is on
    AccessTokenProfile.KEYCLOAK: AccessTokenRules(
        _JWT | _AT_JWT, True, ("azp",), fixed={"typ": "Bearer"}
    ),
    # Mosaic, "User access tokens": client_id, and aud is "userid-api" or the resource
    AccessTokenProfile.MOSAIC: AccessTokenRules(
        _JWT | _AT_JWT, True, ("client_id",), needs_own_audience=True
    ),
    # Okta, custom authorization servers: cid, and scp as an array
    AccessTokenProfile.OKTA: AccessTokenRules(
        _JWT | _AT_JWT, True, ("cid",), ("scp", "scope"), needs_own_audience=True
    ),
}
"""Every profile whose tokens can be read."""
