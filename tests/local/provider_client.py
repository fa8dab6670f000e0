"""A client of the embedded provider that can do everything right, and each thing wrong."""

import base64
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import jwt
from flask import Flask
from werkzeug.test import TestResponse

from local.phone import build_challenge
from local.provider.app import build_app
from local.provider.clients import RegisteredClient

ISSUER = "http://127.0.0.1:9"
SECRET = "a secret/with+all:of %them"
SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
CONFIDENTIAL = RegisteredClient(
    "confidential", ("com.example:/callback",), SCOPES, "client_secret_basic", SECRET
)
POSTING = RegisteredClient(
    "posting", ("com.example:/callback",), SCOPES, "client_secret_post", SECRET
)
PUBLIC = RegisteredClient("public", ("com.example.public:/callback",), SCOPES, "none")

INVALID_GRANT = (400, "invalid_grant")
INVALID_REQUEST = (400, "invalid_request")
INVALID_CLIENT = (401, "invalid_client")
INVALID_SCOPE = (400, "invalid_scope")


class ProviderClient:
    """One sign-in after another at a provider of its own."""

    def __init__(self) -> None:
        self.app: Flask = build_app(ISSUER, (CONFIDENTIAL, POSTING, PUBLIC))
        self._http = self.app.test_client()
        self.code_verifier = secrets.token_urlsafe(32)

    def get(self, path: str, **named: Any) -> TestResponse:
        return self._http.get(path, base_url=ISSUER, **named)

    def post(self, path: str, **named: Any) -> TestResponse:
        return self._http.post(path, base_url=ISSUER, **named)

    def request(self, client: RegisteredClient = CONFIDENTIAL, **changes: str | None) -> Any:
        """A good authorization request, but for `changes`; None takes a parameter out."""
        return without_none(
            {
                "response_type": "code",
                "client_id": client.client_id,
                "redirect_uri": client.redirect_uris[0],
                "scope": "openid profile offline_access",
                "state": "a state",
                "nonce": "a nonce",
                "code_challenge": build_challenge(self.code_verifier),
                "code_challenge_method": "S256",
                **changes,
            }
        )

    def authorize(self, **changes: Any) -> TestResponse:
        return self.get("/authorize", query_string=self.request(**changes))

    def login(self, request: Any, username: str = "alice", password: str = "") -> TestResponse:
        credentials = {"username": username, "password": password or "wonderland"}
        return self.post("/login", data=request | credentials)

    def sign_in(self, client: RegisteredClient = CONFIDENTIAL, **changes: str | None) -> str:
        """A fresh code."""
        return redirect_parameters(self.login(self.request(client, **changes)))["code"]

    def token(
        self,
        form: Mapping[str, str | None],
        client: RegisteredClient = CONFIDENTIAL,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """A token request with the client's own authentication, or with other `headers`."""
        if headers is None and client is CONFIDENTIAL:
            headers = basic(client.client_id, SECRET)
        elif headers is None:
            form = {"client_id": client.client_id, "client_secret": client.client_secret, **form}
        return self.post("/token", data=without_none(form), headers=headers)

    def code_form(
        self, code: str, client: RegisteredClient = CONFIDENTIAL, **changes: str | None
    ) -> dict[str, str | None]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uris[0],
            "code_verifier": self.code_verifier,
            **changes,
        }

    def exchange(self, client: RegisteredClient = CONFIDENTIAL, **changes: str | None) -> Any:
        """The tokens of a fresh sign-in."""
        response = self.token(self.code_form(self.sign_in(client, **changes), client), client)
        assert response.status_code == 200, response.text
        return response.json

    def refresh(
        self, refresh_token: str, client: RegisteredClient = CONFIDENTIAL, **changes: str
    ) -> TestResponse:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes}
        return self.token(form, client)

    def userinfo(self, access_token: str) -> TestResponse:
        return self.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})

    def verify(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token, by the keys that the provider publishes now."""
        jwk_set = jwt.PyJWKSet.from_dict(self.get("/jwks").get_json())
        key = jwk_set[jwt.get_unverified_header(token)["kid"]]
        return jwt.decode(token, key, ["RS256"], audience=audience, issuer=ISSUER)


def basic(client_id: str, client_secret: str) -> dict[str, str]:
    """The header of RFC 6749 §2.3.1."""
    credentials = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def redirect_parameters(response: TestResponse) -> dict[str, str]:
    """What a redirect to the app carries."""
    location = response.headers.get("Location", "")
    assert re.match(r"com\.example(\.public)?:/callback\?", location), response.text
    return dict(parse_qsl(urlsplit(location).query))


def without_none(parameters: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}


def error_of(response: TestResponse) -> tuple[int, str]:
    """The status and the OAuth error of a refusal that nobody may cache."""
    body: Any = response.get_json()
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, body["error"]
