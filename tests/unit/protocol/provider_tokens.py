"""An ID Token and an access token of one sign-in, as each provider writes them.

Sources: the providers' own descriptions of their tokens; the values are made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client
from relying_party.protocol.issuer import Issuer
from tests.tokens import NOW, SUBJECT, Json

API = "https://api.example/orders"
_TIMES = {"iat": NOW - 10, "exp": NOW + 3600}


@dataclass(frozen=True)
class ProviderTokens:
    """The claims of both tokens, and a client that is configured for them."""

    profile: AccessTokenProfile
    issuer: str
    client_id: str
    id_token: Json
    access_token: Json
    typ: str | None = "JWT"
    """In the access token's header."""
    audiences: frozenset[str] = frozenset({API})

    @property
    def client(self) -> Client:
        """As the clients file would have it."""
        return Client(
            name="app",
            issuer=Issuer("provider", self.issuer),
            client_id=self.client_id,
            access_token_profile=self.profile,
            access_token_audiences=self.audiences,
        )

    def changed(self, **claims: Any) -> "ProviderTokens":
        """Return the same with other claims in the access token; None takes one away."""
        members = {**self.access_token, **claims}
        present = {name: value for name, value in members.items() if value is not None}
        return replace(self, access_token=present)


RFC9068 = ProviderTokens(
    AccessTokenProfile.RFC9068,
    "https://issuer.example",
    "app",
    {"iss": "https://issuer.example", "sub": SUBJECT, "aud": "app", "nonce": "n", **_TIMES},
    {
        "iss": "https://issuer.example",
        "sub": SUBJECT,
        "aud": API,
        "client_id": "app",
        "scope": "orders:read orders:write",
        "jti": "dbe39bf3",
        **_TIMES,
    },
    typ="at+jwt",
)

_COGNITO = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE"
COGNITO = ProviderTokens(
    AccessTokenProfile.COGNITO,
    _COGNITO,
    "1example23456789",
    {
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "iss": _COGNITO,
        "aud": "1example23456789",
        "token_use": "id",
        "cognito:username": "alice",
        "origin_jti": "o",
        "auth_time": NOW - 10,
        "jti": "i",
        **_TIMES,
    },
    {
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "iss": _COGNITO,
        "client_id": "1example23456789",
        "token_use": "access",
        "scope": "openid orders/read orders/write",
        "username": "alice",
        "cognito:groups": ["customers"],
        "origin_jti": "o",
        "version": 2,
        "auth_time": NOW - 10,
        "jti": "a",
        **_TIMES,
    },
    typ=None,
    audiences=frozenset(),
)

_AUTH0 = "https://tenant.eu.auth0.com/"
_AUTH0_ID = {
    "iss": _AUTH0,
    "sub": "auth0|123456",
    "aud": "EXAMPLEclientid",
    "sid": "s",
    "nickname": "alice",
    "updated_at": "2025-06-15T15:06:00.000Z",
    **_TIMES,
}
_AUTH0_ACCESS = {
    "iss": _AUTH0,
    "sub": "auth0|123456",
    "aud": [API, f"{_AUTH0}userinfo"],
    "scope": "openid profile orders:read orders:write",
    "permissions": ["orders:read"],
    **_TIMES,
}
AUTH0 = ProviderTokens(
    AccessTokenProfile.AUTH0,
    _AUTH0,
    "EXAMPLEclientid",
    _AUTH0_ID,
    {**_AUTH0_ACCESS, "azp": "EXAMPLEclientid"},
)
AUTH0_RFC9068 = replace(
    AUTH0,
    typ="at+jwt",
    access_token={**_AUTH0_ACCESS, "client_id": "EXAMPLEclientid", "jti": "j"},
)

_OKTA = "https://dev-1.okta.com/oauth2/default"
OKTA = ProviderTokens(
    AccessTokenProfile.OKTA,
    _OKTA,
    "0oaEXAMPLE",
    {
        "sub": "00uEXAMPLE",
        "ver": 1,
        "iss": _OKTA,
        "aud": "0oaEXAMPLE",
        "jti": "ID.x",
        "amr": ["pwd"],
        "idp": "00oEXAMPLE",
        "auth_time": NOW - 10,
        **_TIMES,
    },
    {
        "ver": 1,
        "jti": "AT.x",
        "iss": _OKTA,
        "aud": "api://default",
        "cid": "0oaEXAMPLE",
        "uid": "00uEXAMPLE",
        "scp": ["openid", "orders:read", "orders:write"],
        "auth_time": NOW - 10,
        "sub": "alice@example.com",
        **_TIMES,
    },
    typ=None,
    audiences=frozenset({"api://default"}),
)

_TENANT = "11111111-2222-3333-4444-555555555555"
_ENTRA = f"https://login.microsoftonline.com/{_TENANT}/v2.0"
ENTRA = ProviderTokens(
    AccessTokenProfile.ENTRA,
    _ENTRA,
    "aaaaaaaa-0000-0000-0000-00000000000a",
    {
        "aud": "aaaaaaaa-0000-0000-0000-00000000000a",
        "iss": _ENTRA,
        "nbf": NOW - 10,
        "oid": "0000-oid",
        "sub": "pairwise-for-the-app",
        "tid": _TENANT,
        "ver": "2.0",
        **_TIMES,
    },
    {
        "aud": "bbbbbbbb-0000-0000-0000-00000000000b",
        "iss": _ENTRA,
        "nbf": NOW - 10,
        "azp": "aaaaaaaa-0000-0000-0000-00000000000a",
        "azpacr": "1",
        "oid": "0000-oid",
        "scp": "orders:read orders:write",
        "sub": "pairwise-for-the-api",
        "tid": _TENANT,
        "ver": "2.0",
        **_TIMES,
    },
    audiences=frozenset({"bbbbbbbb-0000-0000-0000-00000000000b"}),
)

_KEYCLOAK = "https://sso.example/realms/shop"
KEYCLOAK = ProviderTokens(
    AccessTokenProfile.KEYCLOAK,
    _KEYCLOAK,
    "shop-app",
    {
        "iss": _KEYCLOAK,
        "aud": "shop-app",
        "sub": "f:1:alice",
        "typ": "ID",
        "azp": "shop-app",
        "nonce": "n",
        "sid": "s",
        "at_hash": "h",
        "acr": "1",
        "email_verified": True,
        **_TIMES,
    },
    {
        "jti": "j",
        "iss": _KEYCLOAK,
        "aud": ["orders-api", "account"],
        "sub": "f:1:alice",
        "typ": "Bearer",
        "azp": "shop-app",
        "sid": "s",
        "acr": "1",
        "allowed-origins": ["https://shop.example"],
        "realm_access": {"roles": ["offline_access"]},
        "scope": "openid orders:read orders:write",
        **_TIMES,
    },
    audiences=frozenset({"orders-api"}),
)

PROVIDERS: Mapping[str, ProviderTokens] = {
    "RFC 9068": RFC9068,
    "Cognito": COGNITO,
    "Auth0": AUTH0,
    "Auth0, RFC 9068 profile": AUTH0_RFC9068,
    "Okta": OKTA,
    "Entra": ENTRA,
    "Keycloak": KEYCLOAK,
}
