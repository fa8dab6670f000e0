"""A provider as the specifications have it, at the ports: what every dialect starts from."""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from relying_party.application.ports import FetchedKeys, FetchFailed
from relying_party.protocol.client import Client
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.id_token import build_token_hash
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.pkce import build_code_challenge
from relying_party.protocol.provider_metadata import parse_provider_metadata
from tests.tokens import NOW, SUBJECT, Json, SigningKey, key_set, signing_key

DISCOVERY = Path(__file__).parent / "discovery"

# Long enough for HS256, and full of what Basic authentication has to encode
SECRET = "a secret: of+more than 32 octets/%"

API = "https://api.example.com"


@dataclass(frozen=True)
class SignIn:
    """What a provider remembers of an authorization request."""

    client_id: str
    redirect_uri: str | None = None
    code_challenge: str | None = None
    nonce: str | None = None
    refresh_token: str = ""


class Provider:
    """Answers by URL; a dialect says what its provider does otherwise."""

    document: ClassVar[str] = ""
    discovery_url: ClassVar[str] = ""
    issuer: str = ""
    methods: frozenset[str] = frozenset({"client_secret_basic", "client_secret_post"})
    native_redirect_uri: str | None = None
    """What came with the request behind a code of the provider's own SDK."""
    gives_refresh_tokens: ClassVar[bool] = True
    rotates: ClassVar[bool] = False
    id_token_on_refresh: ClassVar[bool] = True
    hashes_access_token: ClassVar[bool] = False

    def __init__(self) -> None:
        self.metadata: Json = json.loads((DISCOVERY / f"{self.document}.json").read_text("utf-8"))
        self.issuer = self.issuer or self.metadata["issuer"]
        self.secrets = [SECRET]
        self.public: set[str] = set()
        """Clients that are registered without a secret."""
        self.published: SigningKey = signing_key(kid="key-1")
        self.key = self.published
        """What the next tokens are signed with."""
        self.codes: dict[str, SignIn] = {}
        self.refresh_tokens: dict[str, SignIn] = {}
        self.requests: list[FormRequest] = []
        self.changes: Json = {}
        """What the next ID Tokens say otherwise."""
        self._issued = 0

    def stored_secret(self, client: Client) -> str:
        """Return what Secrets Manager holds for *client*."""
        return SECRET

    def keys(self) -> list[SigningKey | Json]:
        """Return the members of the JWK Set."""
        return [self.published]

    def fetch_keys(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        """``FetchKeys``: nothing is found but where the provider has it."""
        if issuer.metadata_url != self.discovery_url:
            raise FetchFailed(f"404 at {issuer.metadata_url}")
        try:
            metadata = parse_provider_metadata(json.dumps(self.metadata).encode(), issuer)
        except ValueError as error:
            raise FetchFailed(str(error)) from None
        if metadata["jwks_uri"] != self.metadata["jwks_uri"]:
            raise FetchFailed("404 at the jwks_uri")
        document = key_set(*self.keys())
        return FetchedKeys(document.decode(), parse_key_set(document), metadata)

    def post_form(self, request: FormRequest, *, timeout: float) -> HttpReply:
        """``PostForm``."""
        self.requests.append(request)
        if request.url == self.token_endpoint:
            return self.token(request)
        if request.url == self.revocation_endpoint:
            return self.revoke(request)
        return HttpReply(404, {}, b"")

    @property
    def token_endpoint(self) -> str:
        return str(self.metadata["token_endpoint"])

    @property
    def revocation_endpoint(self) -> str | None:
        return self.metadata.get("revocation_endpoint")

    def begin(self, sign_in: SignIn) -> str:
        """Return a code, as the authorization endpoint would after *sign_in*."""
        code = self._new("code")
        self.codes[code] = sign_in
        return code

    def token(self, request: FormRequest) -> HttpReply:
        if self.authentication(request) is None:
            return self.refuse("invalid_client", 401)
        fields = request.fields
        if fields["grant_type"] == "authorization_code":
            sign_in = self.codes.pop(fields["code"], None)
            fits = sign_in is not None and self.fits(sign_in, request)
        else:
            sign_in = self.refresh_tokens.get(fields["refresh_token"])
            fits = sign_in is not None and self.may_refresh(sign_in, request)
        return self.answer(sign_in, fields) if sign_in and fits else self.refuse("invalid_grant")

    def authentication(self, request: FormRequest) -> str | None:
        """Return the method by which the client has proved itself, or None."""
        client_id, method, secret = _credentials(request)
        if client_id in self.public:
            return method if method == "none" else None
        return method if method in self.methods and secret in self.secrets else None

    def fits(self, sign_in: SignIn, request: FormRequest) -> bool:
        """RFC 6749 §4.1.3 and RFC 7636 §4.6."""
        fields = request.fields
        return (
            _credentials(request)[0] == sign_in.client_id
            and fields.get("redirect_uri") == sign_in.redirect_uri
            and self.proves(sign_in, fields)
        )

    def proves(self, sign_in: SignIn, fields: Mapping[str, str]) -> bool:
        """Tell whether the verifier is the challenge's; one without the other is refused too."""
        verifier = fields.get("code_verifier")
        return sign_in.code_challenge == (verifier and build_code_challenge(verifier))

    def may_refresh(self, sign_in: SignIn, request: FormRequest) -> bool:
        return _credentials(request)[0] == sign_in.client_id

    def answer(self, sign_in: SignIn, fields: Mapping[str, str]) -> HttpReply:
        refreshed = fields["grant_type"] == "refresh_token"
        members: Json = {
            "access_token": self.access_token(sign_in),
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        if not refreshed or self.returns_id_token(fields):
            members["id_token"] = self.id_token(sign_in, members["access_token"], refreshed)
        if self.gives_refresh_tokens and (self.rotates or not refreshed):
            members["refresh_token"] = self.give_refresh_token(sign_in, fields)
        return HttpReply(200, {}, json.dumps(members).encode())

    def returns_id_token(self, fields: Mapping[str, str]) -> bool:
        """Tell whether a refresh with *fields* gets an ID Token."""
        return self.id_token_on_refresh

    def give_refresh_token(self, sign_in: SignIn, fields: Mapping[str, str]) -> str:
        self.refresh_tokens.pop(fields.get("refresh_token", ""), None)
        token = self._new("rt")
        self.refresh_tokens[token] = sign_in
        return token

    def id_token(self, sign_in: SignIn, access_token: str, refreshed: bool = False) -> str:  # noqa: FBT001, FBT002
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": sign_in.client_id,
            "iat": NOW,
            "exp": NOW + 3600,
            "nonce": None if refreshed else sign_in.nonce,
            **self.claims(sign_in),
            **self.changes,
        }
        if self.hashes_access_token:
            claims["at_hash"] = build_token_hash(access_token, self.key.alg)
        return self.key.sign({name: value for name, value in claims.items() if value is not None})

    def claims(self, sign_in: SignIn) -> Json:
        """Return what the provider adds to, or changes about, an ID Token."""
        return {}

    def access_token(self, sign_in: SignIn) -> str:
        return self._new("opaque-at")

    def sign_access_token(self, claims: Json) -> str:
        times = {"iat": NOW, "exp": NOW + 3600, "jti": self._new("jti")}
        return self.key.sign({"iss": self.issuer, "sub": SUBJECT, **times, **claims})

    def refuse(self, error: str, status: int = 400) -> HttpReply:
        body = {"error": error, "error_description": "what a person may read"}
        return HttpReply(status, {}, json.dumps(body).encode())

    def revoke(self, request: FormRequest) -> HttpReply:
        if self.authentication(request) is None:
            return self.refuse("invalid_client", 401)
        self.refresh_tokens.pop(request.fields["token"], None)
        return HttpReply(200, {}, b"")

    def _new(self, kind: str) -> str:
        self._issued += 1
        return f"{kind}-{self._issued}"


def _credentials(request: FormRequest) -> tuple[str, str, Any]:
    """Return the client, its method and its secret (RFC 6749 §2.3.1)."""
    fields = request.fields
    if "Authorization" in request.headers:
        text = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        client_id, _, secret = text.partition(":")
        return unquote_plus(client_id), "client_secret_basic", unquote_plus(secret)
    if "client_assertion" in fields:
        return fields["client_id"], "private_key_jwt", fields["client_assertion"]
    method = "client_secret_post" if "client_secret" in fields else "none"
    return fields["client_id"], method, fields.get("client_secret")
