"""Providers that people have accounts at, and what each does otherwise than the specifications.

Where that is written down is in the provider's page.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives import serialization

from relying_party.protocol.client import Client
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.providers.provider import Provider, SignIn
from tests.tokens import NOW, Json, SigningKey, private_key, signing_key

PEM = str(
    private_key("P-256")
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)
"""A key as Apple's ``.p8`` has it."""


class Google(Provider):
    document = "google"
    discovery_url = "https://accounts.google.com/.well-known/openid-configuration"
    native_redirect_uri = ""
    hashes_access_token = True

    def claims(self, sign_in: SignIn) -> Json:
        return {"azp": sign_in.client_id, "email": "a@example.com", "email_verified": True}


class Apple(Provider):
    document = "apple"
    discovery_url = "https://appleid.apple.com/.well-known/openid-configuration"
    methods = frozenset({"client_secret_post"})

    def stored_secret(self, client: Client) -> str:
        return PEM

    def authentication(self, request: FormRequest) -> str | None:
        """The secret is a JWT, signed with a key of the team and at most half a year long."""
        secret = request.fields.get("client_secret", "")
        public = private_key("P-256").public_key()
        try:
            claims = jwt.decode(
                secret, public, ["ES256"], audience=self.issuer, options={"verify_exp": False}
            )
        except jwt.PyJWTError:
            return None
        fits = (
            claims["iss"] == "TEAM123456"
            and claims["sub"] == request.fields["client_id"]
            and jwt.get_unverified_header(secret)["kid"] == "KEY1234567"
            and NOW - 60 <= claims["iat"] < claims["exp"] <= NOW + 15_777_000
        )
        return "client_secret_post" if fits else None

    def claims(self, sign_in: SignIn) -> Json:
        native = sign_in.redirect_uri is None
        nonce = sha256((sign_in.nonce or "").encode()).hexdigest() if native else sign_in.nonce
        said = {"nonce": nonce} if sign_in.nonce is not None else {}
        return {"email_verified": "true", "is_private_email": "false", **said}

    def revoke(self, request: FormRequest) -> HttpReply:
        return HttpReply(200, {}, b"")


class Facebook(Provider):
    document = "facebook"
    discovery_url = "https://www.facebook.com/.well-known/openid-configuration/"
    methods = frozenset({"client_secret_post"})
    gives_refresh_tokens = False

    @property
    def token_endpoint(self) -> str:
        return "https://graph.facebook.com/v24.0/oauth/access_token"

    def refuse(self, error: str, status: int = 400) -> HttpReply:
        members = {"message": "…", "type": "OAuthException", "code": 100, "fbtrace_id": "A"}
        return HttpReply(400, {}, json.dumps({"error": members}).encode())


class FacebookLimited(Provider):
    document = "facebook_limited"
    discovery_url = "https://limited.facebook.com/.well-known/openid-configuration/"

    @property
    def token_endpoint(self) -> str:
        return "none"


class Line(Provider):
    document = "line"
    discovery_url = "https://access.line.me/.well-known/openid-configuration"
    methods = frozenset({"client_secret_post"})
    id_token_on_refresh = False
    rotates = True

    def __init__(self) -> None:
        super().__init__()
        self.sdk_key = signing_key("ES256", kid="line-es")
        self.key = SigningKey("HS256", None, self.secrets[0].encode())

    def keys(self) -> list[SigningKey | Json]:
        return [self.sdk_key]

    def claims(self, sign_in: SignIn) -> Json:
        return {"amr": ["linesso"], "name": "A"}

    def give_refresh_token(self, sign_in: SignIn, fields: Mapping[str, str]) -> str:
        """The same one comes back."""
        return fields.get("refresh_token") or super().give_refresh_token(sign_in, fields)

    def revoke(self, request: FormRequest) -> HttpReply:
        named = "access_token" in request.fields and "token" not in request.fields
        return HttpReply(200, {}, b"") if named else self.refuse("invalid_request")
