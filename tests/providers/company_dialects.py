"""Providers that a company is a customer of, and what each does otherwise than the specifications.

Where that is written down is in the provider's page.
"""

import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization

from relying_party.protocol.client import Client
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.providers.provider import API, Provider, SignIn
from tests.tokens import NOW, SUBJECT, Json, SigningKey, private_key, signing_key

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
MOSAIC_TENANT = "example-tenant"


class Auth0(Provider):
    document = "auth0"
    discovery_url = "https://auth.example.com/.well-known/openid-configuration"
    rotates = True

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "aud": [API, f"{self.issuer}userinfo"],
                "azp": sign_in.client_id,
                "scope": "openid offline_access",
            }
        )

    def refuse(self, error: str, status: int = 400) -> HttpReply:
        return super().refuse(error, 403 if error == "invalid_grant" else status)


class Mosaic(Provider):
    document = "mosaic"
    discovery_url = "https://api.transmitsecurity.io/cis/oidc/.well-known/openid-configuration"
    methods = frozenset({"client_secret_post"})
    rotates = True
    hashes_access_token = True

    def claims(self, sign_in: SignIn) -> Json:
        return {"tid": MOSAIC_TENANT, "amr": ["webauthn"], "acr": "urn:transmit:aal2"}

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "aud": "userid-api",
                "client_id": sign_in.client_id,
                "app_id": "app",
                "tid": MOSAIC_TENANT,
            }
        )

    def may_refresh(self, sign_in: SignIn, request: FormRequest) -> bool:
        """The verifier of the sign-in is wanted again."""
        return super().may_refresh(sign_in, request) and self.proves(sign_in, request.fields)

    def refuse(self, error: str, status: int = 400) -> HttpReply:
        body = {"message": ["Bad request"], "error_code": status}
        return HttpReply(status, {}, json.dumps(body).encode())


class Okta(Provider):
    document = "okta"
    discovery_url = "https://dev-133320.okta.com/oauth2/default/.well-known/openid-configuration"
    hashes_access_token = True

    def returns_id_token(self, fields: Mapping[str, str]) -> bool:
        return "openid" in fields.get("scope", "").split()

    def claims(self, sign_in: SignIn) -> Json:
        return {"ver": 1, "amr": ["pwd"], "idp": "00o1", "auth_time": NOW}

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "sub": "a@example.com",
                "aud": "api://default",
                "cid": sign_in.client_id,
                "uid": SUBJECT,
                "scp": ["openid", "offline_access"],
                "ver": 1,
            }
        )

    def revoke(self, request: FormRequest) -> HttpReply:
        super().revoke(request)
        return HttpReply(200, {}, b"")


class Entra(Provider):
    document = "entra"
    discovery_url = "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
    methods = frozenset({"client_secret_post", "client_secret_basic", "private_key_jwt"})
    issuer = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    tenant = TENANT
    rotates = True

    def keys(self) -> list[SigningKey | Json]:
        return [
            {**self.published.jwk, "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"},
            {**signing_key(kid="key-of-another", number=1).jwk, "issuer": _OF_ANOTHER},
        ]

    def claims(self, sign_in: SignIn) -> Json:
        return {"tid": self.tenant, "oid": "oid-1", "ver": "2.0"}

    def give_refresh_token(self, sign_in: SignIn, fields: Mapping[str, str]) -> str:
        """The old one goes on."""
        return super().give_refresh_token(sign_in, {})

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
                "azp": sign_in.client_id,
                "tid": self.tenant,
                "scp": "orders.read",
                "ver": "2.0",
            }
        )


_OF_ANOTHER = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"


class EntraOfOneTenant(Entra):
    discovery_url = (
        f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    )

    def __init__(self) -> None:
        super().__init__()
        self.metadata = json.loads(
            json.dumps(self.metadata).replace("{tenantid}", TENANT).replace("common", TENANT)
        )


class Cognito(Provider):
    document = "cognito"
    discovery_url = (
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_4OqDoWVrZ"
        "/.well-known/openid-configuration"
    )
    hashes_access_token = True

    @property
    def revocation_endpoint(self) -> str:
        """Where it is, though older metadata does not say so."""
        return "https://auth-groovycalamari.auth.us-east-1.amazoncognito.com/oauth2/revoke"

    def keys(self) -> list[SigningKey | Json]:
        return [self.published, signing_key(kid="key-2", number=1)]

    def claims(self, sign_in: SignIn) -> Json:
        return {"token_use": "id", "cognito:username": "a", "origin_jti": "o", "auth_time": NOW}

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "client_id": sign_in.client_id,
                "token_use": "access",
                "username": "a",
                "scope": "openid",
            }
        )


class Keycloak(Provider):
    document = "keycloak"
    discovery_url = "https://keycloak.example.com/realms/myrealm/.well-known/openid-configuration"
    methods = frozenset({"private_key_jwt", "client_secret_basic", "client_secret_post"})
    rotates = True
    hashes_access_token = True

    def keys(self) -> list[SigningKey | Json]:
        encryption = {**signing_key(kid="enc-1", number=1).jwk, "use": "enc", "alg": "RSA-OAEP"}
        return [encryption, self.published]

    def claims(self, sign_in: SignIn) -> Json:
        return {"typ": "ID", "azp": sign_in.client_id, "sid": "s", "acr": "1"}

    def access_token(self, sign_in: SignIn) -> str:
        return self.sign_access_token(
            {
                "aud": ["account", "orders"],
                "azp": sign_in.client_id,
                "typ": "Bearer",
                "scope": "openid",
                "sid": "s",
            }
        )

    def authentication(self, request: FormRequest) -> str | None:
        if "client_assertion" not in request.fields:
            return super().authentication(request)
        assertion = request.fields["client_assertion"]
        options: Any = {"verify_exp": False, "require": ["iss", "sub", "aud", "exp", "jti"]}
        try:
            claims = jwt.decode(
                assertion,
                private_key("RSA-2048", 7).public_key(),
                ["RS256"],
                audience=request.url,
                options=options,
            )
        except jwt.PyJWTError:
            return None
        client_id = request.fields["client_id"]
        return "private_key_jwt" if claims["iss"] == claims["sub"] == client_id else None

    def stored_secret(self, client: Client) -> str:
        if client.authentication != "private_key_jwt":
            return super().stored_secret(client)
        octets = private_key("RSA-2048", 7).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return str(octets.decode())


class Generic(Provider):
    document = "generic"
    discovery_url = "https://issuer.example.com/.well-known/openid-configuration"
    rotates = True
