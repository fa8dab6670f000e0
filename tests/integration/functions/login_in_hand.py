"""An app whose sign-ins begin at /login, with the user's browser."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from local.phone import Phone, build_challenge
from local.provider.accounts import USERS
from tests.integration.functions.harness import EXCHANGE, Answer, Functions
from tests.integration.functions.observed_provider import Provider

VERIFIER = "the-apps-own-verifier-" * 2
CHALLENGE = build_challenge(VERIFIER)
_FORM = "application/x-www-form-urlencoded"
REDIRECT_URIS = {
    "demo": ("demo-app", "com.example.demo:/callback"),
    "relayed": ("relayed-app", "com.example.relayed:/callback"),
    "posted": ("posted-app", "com.example.posted:/callback"),
    "allowing": ("allowing-app", "com.example.allowing:/callback"),
    "native": ("demo-native-app", "com.example.native:/callback"),
}


class LoginInHand:
    """Calls the doors of a sign-in one by one."""

    def __init__(self, provider: Provider, functions: Functions) -> None:
        self._provider = provider
        self._functions = functions

    def begin(self, client: str, **parameters: str) -> Answer:
        """Ask /login."""
        client_id, redirect_uri = REDIRECT_URIS[client]
        form = {"client_id": client_id, "redirect_uri": redirect_uri, **parameters}
        return self.post("login", "POST /login", form)

    def begun(self, client: str, **parameters: str) -> dict[str, str]:
        """Ask /login, and be answered."""
        answer = self.begin(client, **parameters)
        assert answer.status == 200, answer
        return answer.body

    def browse(self, begun: Mapping[str, str]) -> dict[str, str]:
        """Sign in where the answer of /login leads; return what the provider sends back."""
        url = begun["authorization_url"].replace("response_mode=form_post", "response_mode=query")
        phone = Phone(self._provider.url, "", "")
        phone.browser.trust_env = False
        page = phone.browser.get(url, timeout=10)
        alice = {"username": USERS[0].username, "password": USERS[0].password}
        return dict(parse_qsl(urlsplit(phone._submit(page, alice)).query))

    def relay(self, client: str, answer: Mapping[str, str], method: str = "GET") -> dict[str, Any]:
        """Bring the provider's *answer* to the callback; return ours as Lambda does."""
        query, body = (urlencode(answer), "") if method == "GET" else ("", urlencode(answer))
        return self.relay_raw(client, query, body)

    def relay_raw(self, client: str, query: str, body: str = "") -> dict[str, Any]:
        """Bring just these octets to the callback."""
        method = "POST" if body else "GET"
        route = f"{method} /login/callback/{{client}}"
        event = _event(route, body, rawQueryString=query, pathParameters={"client": client})
        answer: dict[str, Any] = self._functions.invoke("login", event)
        return answer

    def relayed(self, client: str, answer: Mapping[str, str], method: str = "GET") -> Any:
        """Return what the app's link then says."""
        page = self.relay(client, answer, method)
        assert page["statusCode"] == 303, page
        link = page["headers"]["Location"]
        assert link.startswith(REDIRECT_URIS[client][1] + "?")
        return dict(parse_qsl(urlsplit(link).query))

    def exchange(
        self, client: str, begun: Mapping[str, str], answer: Mapping[str, str], **changes: str
    ) -> Answer:
        """Exchange what came back, with *changes*; an empty one leaves its parameter out."""
        form = {
            "client_id": REDIRECT_URIS[client][0],
            "code": answer["code"],
            "state": begun["state"],
            "login_session": begun["login_session"],
            "iss": answer.get("iss", ""),
            **changes,
        }
        return self.post(EXCHANGE, "POST /token/exchange", form)

    def post(self, function: str, route: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Post a form to a door."""
        answer = self._functions.invoke(function, _event(route, urlencode(form), headers=headers))
        return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))

    def get(self, route: str, **members: Any) -> Answer:
        """Get a door of the login function."""
        answer = self._functions.invoke("login", _event(route, "", **members))
        return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))


def _event(
    route: str, body: str, headers: Mapping[str, str] | None = None, **members: Any
) -> dict[str, Any]:
    context = {"requestId": "r", "routeKey": route, "domainName": "gateway.example"}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawQueryString": "",
        "headers": {"content-type": _FORM, "host": "attacker.example", **(headers or {})},
        "requestContext": context,
        "body": body,
        "isBase64Encoded": False,
        **members,
    }


def discover(provider: Provider) -> dict[str, Any]:
    """Return what the provider says of itself."""
    url = f"{provider.url}/.well-known/openid-configuration"
    metadata: dict[str, Any] = requests.get(url, timeout=10).json()
    return metadata
