"""An OpenID provider on loopback that misbehaves on command, as the conformance suite's does."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from werkzeug import Request, Response

from local.server import LoopbackServer
from relying_party.protocol.client_authentication import (
    AuthenticationMethod,
    build_client_authentication,
)
from tests.tokens import Json, SigningKey, key_set, signing_key

CLIENT_ID, CLIENT_SECRET = "conformance-app", "a secret of more than 32 octets: +%/"
REDIRECT_URI = "com.example.conformance:/callback"
METADATA = "/.well-known/openid-configuration"
SUBJECT = "conformance-user"

USER = {
    "sub": SUBJECT,
    "name": "Alice Example",
    "email": "alice@example.com",
    "email_verified": True,
    "phone_number": "+49 30 123456",
    "address": {"country": "DE"},
}


@dataclass
class Behaviour:
    """What one test tells the provider to do. As it stands, it does everything right."""

    claims: Json = field(default_factory=dict)
    """Changes to the ID Token of a sign-in; None takes a claim away."""
    refreshed_claims: Json = field(default_factory=dict)
    """The same for the ID Token of a refresh."""
    sign: Callable[[Json], str] | None = None
    """Signs ID Tokens in another way than with the first published key."""
    keys: list[SigningKey] = field(default_factory=lambda: [signing_key(kid="key-1")])
    before_signing: Callable[[], None] = lambda: None
    metadata: Json = field(default_factory=dict)
    jwks_path: str = "/jwks"
    userinfo: Callable[[], Response] | None = None
    introspection: Json = field(default_factory=lambda: {"active": False})


class Provider:
    """Answers every code with tokens, if the rest of the request is right."""

    def __init__(self) -> None:
        self._server = LoopbackServer()
        self.behaviour = Behaviour()
        self.seen: list[Request] = []
        self.nonce = self.code = self.redirect_uri = ""
        self.access_token = self.refresh_token = ""
        self._server.serve(self)

    @property
    def url(self) -> str:
        """Its issuer identifier."""
        return self._server.url

    def begin(self) -> None:
        """Forget everything, and behave."""
        self.behaviour, self.seen = Behaviour(), []

    def close(self) -> None:
        """End it."""
        self._server.close()

    def count(self, path: str) -> int:
        """How often *path* was asked for."""
        return sum(request.path == path for request in self.seen)

    def last(self, path: str) -> Request:
        """The latest request for *path*."""
        return [request for request in self.seen if request.path == path][-1]

    def authorize(self, nonce: str, redirect_uri: str = REDIRECT_URI) -> str:
        """Sign the user in, and return the code that is sent to *redirect_uri*."""
        self.nonce, self.redirect_uri = nonce, redirect_uri
        self.code = secrets.token_urlsafe(16)
        return self.code

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.get_data()
        self.seen.append(request)
        doors: Mapping[str, Callable[[Request], Response]] = {
            METADATA: self._metadata,
            self.behaviour.jwks_path: self._jwks,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/introspect": self._introspect,
        }
        response = doors.get(request.path, _not_found)(request)
        return response(environ, start_response)

    def _metadata(self, _: Request) -> Response:
        endpoints = {"token_endpoint": "/token", "userinfo_endpoint": "/userinfo"}
        endpoints["authorization_endpoint"] = "/authorize"
        endpoints["introspection_endpoint"] = "/introspect"
        endpoints["jwks_uri"] = self.behaviour.jwks_path
        members = {name: self.url + path for name, path in endpoints.items()}
        return as_json({"issuer": self.url, **members, **self.behaviour.metadata})

    def _jwks(self, _: Request) -> Response:
        return Response(key_set(*self.behaviour.keys), content_type="application/json")

    def _introspect(self, request: Request) -> Response:
        if not _is_authenticated(request):
            return as_json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        return as_json(self.behaviour.introspection)

    def _token(self, request: Request) -> Response:
        if not _is_authenticated(request):
            return as_json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        form = request.form
        if form["grant_type"] == "refresh_token" and form["refresh_token"] == self.refresh_token:
            return self._tokens(self.behaviour.refreshed_claims, nonce=None)
        if form.get("code") == self.code and form.get("redirect_uri") == self.redirect_uri:
            return self._tokens(self.behaviour.claims, nonce=self.nonce)
        return as_json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)

    def _tokens(self, changes: Json, nonce: str | None) -> Response:
        now = int(time.time())
        usual = {
            "iss": self.url,
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }
        members = {**usual, **changes}
        claims = {name: value for name, value in members.items() if value is not None}
        self.behaviour.before_signing()
        sign = self.behaviour.sign or self.behaviour.keys[0].sign
        self.access_token, self.refresh_token = secrets.token_hex(8), secrets.token_hex(8)
        return as_json(
            {
                "access_token": self.access_token,
                "token_type": "Bearer",
                "expires_in": 300,
                "refresh_token": self.refresh_token,
                "id_token": sign(claims),
            }
        )

    def _userinfo(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self.access_token}":
            return Response(status=HTTPStatus.UNAUTHORIZED)
        return self.behaviour.userinfo() if self.behaviour.userinfo else as_json(USER)


def _is_authenticated(request: Request) -> bool:
    basic = AuthenticationMethod.CLIENT_SECRET_BASIC
    expected = build_client_authentication(basic, CLIENT_ID, CLIENT_SECRET).headers
    return request.headers.get("Authorization") == expected["Authorization"]


def _not_found(_: Request) -> Response:
    return Response(status=HTTPStatus.NOT_FOUND)


def as_json(members: Json, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a response of JSON."""
    return Response(json.dumps(members), status, content_type="application/json")
