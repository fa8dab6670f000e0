"""Right requests for every door, each with what it takes: a sign-in, a token, a state."""

import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from schemathesis import Case

from local.front import Front
from local.phone import Phone, SignIn
from local.provider.accounts import USERS
from tests.integration.functions.observed_provider import ObservedProvider, answer_with_json
from tests.openapi.api import SIGNED, Api, Between, as_it_is

EXCHANGE, REFRESH, VERIFY = "POST /token/exchange", "POST /token/refresh", "POST /token/verify"
TOKEN, REVOKE = "POST /oauth2/token", "POST /oauth2/revoke"
INTROSPECT, LOGIN = "POST /oauth2/introspect", "POST /login"
REDIRECTED, POSTED = "GET /login/callback/{client}", "POST /login/callback/{client}"
METADATA = "GET /clients/{client}/.well-known/openid-configuration"

Form = dict[str, str]
Request = dict[str, Any]
"""What `Api.ask` takes beside the route."""


class Restart(Protocol):
    """Has every container end; the next ones find no keys, and what is in *environment*."""

    def __call__(self, **environment: str) -> None:
        """Do so."""


@dataclass(frozen=True)
class Hand:
    """Makes requests that nothing is wrong with."""

    api: Api
    provider: ObservedProvider
    restart: Restart

    def begin(self) -> None:
        """Have new containers, no keys, and a provider without faults and opaque tokens."""
        self.restart()
        self.provider.begin()
        self.provider.instead["/introspect"] = answer_with_json({"active": False})

    def sign_in(self, name: str = "demo") -> SignIn:
        """Sign alice in at an app."""
        phone = Phone(self.provider.url, f"{name}-app", f"com.example.{name}:/callback")
        return phone.sign_in(USERS[0].username, USERS[0].password)

    def tokens(self) -> Mapping[str, str]:
        """Return the tokens of a new sign-in."""
        tokens: Mapping[str, str] = self.api.ask(EXCHANGE, self.sign_in().form).json()
        return tokens

    def begun(self) -> Mapping[str, str]:
        """Begin a sign-in that comes back by way of us."""
        form = {"client_id": "relayed-app", "redirect_uri": "com.example.relayed:/callback"}
        begun: Mapping[str, str] = self.api.ask(LOGIN, form).json()
        return begun

    def relayed(self, **posted: str) -> Form:
        """Sign in by way of us, with *posted* beside what the provider says."""
        begun = self.begun()
        phone = Phone(self.provider.url, "", "")
        link = phone.go_through(begun["authorization_url"], USERS[0].username, USERS[0].password)
        said = dict(parse_qsl(urlsplit(link).query))
        self.api.ask(POSTED, {**said, **posted}, path_parameters={"client": "relayed"})
        ours = {"client_id": "relayed-app", "code": said["code"]}
        return {**ours, "state": begun["state"], "login_session": begun["login_session"]}

    def redirect(self) -> Form:
        """Return what the provider says of such a sign-in."""
        return {"state": self.begun()["state"], "code": "a-code", "iss": self.provider.url}

    def right(self, route: str) -> Request:
        """Return a new request that *route* answers with success."""
        return {
            EXCHANGE: lambda: {"body": self.sign_in().form},
            REFRESH: lambda: {"body": self._refresh()},
            TOKEN: lambda: {"body": {**self._refresh(), "grant_type": "refresh_token"}},
            VERIFY: lambda: {"body": self._verification()},
            INTROSPECT: lambda: {
                "body": {"token": self.tokens()["access_token"]},
                "headers": {"Authorization": SIGNED},
            },
            REVOKE: lambda: {"body": {"client_id": "demo-app", "token": "any"}},
            LOGIN: lambda: {
                "body": {"client_id": "demo-app", "redirect_uri": "com.example.demo:/callback"}
            },
            REDIRECTED: lambda: {
                "query": self.redirect(),
                "path_parameters": {"client": "relayed"},
            },
            POSTED: lambda: {"body": self.redirect(), "path_parameters": {"client": "relayed"}},
            METADATA: lambda: {"path_parameters": {"client": "demo"}},
        }[route]()

    def ask_anything(self, route: str, **others: Any) -> None:
        """Send what may be no request at all, to a path that exists."""
        self.api.send(self._signed(route), **others)

    def ask_broken(self, route: str, between: Between) -> None:
        """Have *between* change the event on its way to the function."""
        self.api.between = between
        self.ask_anything(route)
        self.api.between = as_it_is

    def ask_hurried(self, route: str) -> None:
        """Have the function take longer than API Gateway waits."""
        released = threading.Event()
        with closing(Front(self.api.routes, lambda *_: released.wait(), print, 0)) as front:
            self.ask_anything(route, app=front)
            released.set()

    def _signed(self, route: str) -> Case[Any]:
        case: Case[Any] = self.api.operation(route).Case(
            path_parameters={"client": "demo"}, headers={"Authorization": SIGNED}
        )
        return case

    def _refresh(self) -> Form:
        return {"client_id": "demo-app", "refresh_token": self.tokens()["refresh_token"]}

    def _verification(self) -> Form:
        return {"client_id": "demo-app", "token": self.tokens()["id_token"]}
