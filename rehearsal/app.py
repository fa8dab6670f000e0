"""A mobile app and its user, at the doors of the deployed stack."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from local.phone import Phone
from local.provider.accounts import USERS
from rehearsal.clients import RehearsedClient
from rehearsal.deployed import DeployedStack
from rehearsal.report import require

ALICE = USERS[0]
Tokens = dict[str, Any]


@dataclass(frozen=True)
class App:
    """One client's app; `issuer` is the provider's URL."""

    stack: DeployedStack
    issuer: str
    client: RehearsedClient

    @property
    def phone(self) -> Phone:
        """It, with a browser that remembers nobody."""
        return Phone(self.issuer, self.client.client_id, self.client.redirect_uri)

    def sign_in(self) -> Tokens:
        """Sign alice in with PKCE of the app's own, and exchange the code."""
        form = self.phone.sign_in(ALICE.username, ALICE.password).form
        return _tokens(self.stack.post("/token/exchange", **form))

    def sign_in_by_login(self) -> Tokens:
        """Sign alice in with a request that `/login` made, and exchange the code."""
        begun = self.post("/login", redirect_uri=self.client.redirect_uri).json()
        require("authorization_url" in begun, f"/login answered {begun}")
        answer = dict(parse_qsl(urlsplit(self.follow(begun["authorization_url"])).query))
        require(answer.get("state") == begun["state"], "the redirect has another state")
        session = {"login_session": begun["login_session"]}
        return _tokens(self.post("/token/exchange", **answer, **session))

    def follow(self, authorization_url: str) -> str:
        """Where the provider leads alice's browser."""
        return self.phone.go_through(authorization_url, ALICE.username, ALICE.password)

    def refresh(self, tokens: Tokens) -> Tokens:
        """Refresh."""
        return _tokens(self.post("/token/refresh", refresh_token=tokens["refresh_token"]))

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form in this client's name."""
        return self.stack.post(path, client_id=self.client.client_id, **form)


def _tokens(answer: requests.Response) -> Tokens:
    path = urlsplit(answer.url).path.partition("$default")[2]
    require(
        answer.status_code == HTTPStatus.OK, f"{path}: {answer.status_code} {answer.text[:300]}"
    )
    tokens: Tokens = answer.json()
    return tokens
