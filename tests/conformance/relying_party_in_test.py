"""Latchkey as the suite sees it: a sign-in goes in, and either tokens or a refusal comes out."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.conformance.provider import CLIENT_ID, REDIRECT_URI, Provider
from tests.integration.functions.harness import EXCHANGE, REFRESH, Answer, Functions

CLIENT = "conformance"
"""Its name in the clients file."""


class RelyingPartyInTest:
    """The real functions, and an app that signs its user in at the suite's provider."""

    def __init__(self, provider: Provider, functions: Functions) -> None:
        self._provider = provider
        self._functions = functions

    def sign_in(self) -> Answer:
        """Have the provider sign the user in, and exchange the code."""
        nonce = secrets.token_urlsafe(16)
        return self._post(
            EXCHANGE,
            "/token/exchange",
            code=self._provider.authorize(nonce),
            redirect_uri=REDIRECT_URI,
            code_verifier=secrets.token_urlsafe(48),
            nonce=nonce,
        )

    def refresh(self, refresh_token: str) -> Answer:
        """Refresh."""
        return self._post(REFRESH, "/token/refresh", refresh_token=refresh_token)

    def accepted(self) -> dict[str, Any]:
        """Sign in, and return the tokens: the sign-in has succeeded, userinfo step and all."""
        answer = self.sign_in()
        assert answer.status == 200, answer
        assert self._provider.count("/userinfo") > 0
        return answer.body

    def refused(self, status: int = 502, reason: str = "id_token_refused") -> dict[str, Any]:
        """Sign in, and see it fail: no token comes out, and the provider's is not used."""
        asked = self._provider.count("/userinfo")
        answer = self.sign_in()
        assert (answer.status, answer.body.get("reason", answer.body.get("error"))) == (
            status,
            reason,
        ), answer
        assert not {"access_token", "id_token", "refresh_token", "userinfo"} & answer.body.keys()
        assert self._provider.count("/userinfo") == asked
        return answer.body

    def _post(self, function: str, path: str, **parameters: str) -> Answer:
        body = json.dumps({"client_id": CLIENT_ID, **parameters})
        return self._functions.post(function, _event(f"POST {path}", body, "application/json"))


class PostedTo(RelyingPartyInTest):
    """The same with ``response_mode=form_post``: the provider's answer comes to our callback."""

    def sign_in(self) -> Answer:
        begun, asked = self.begin()
        code = self._provider.authorize(asked["nonce"], asked["redirect_uri"])
        link = self.receive(code=code, state=asked["state"])
        return self._post(
            EXCHANGE,
            "/token/exchange",
            code=link["code"],
            state=link["state"],
            login_session=begun["login_session"],
        )

    def begin(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the answer of /login, and what its URL asks of the provider."""
        parameters = {"redirect_uri": REDIRECT_URI, "response_mode": "form_post"}
        begun = self._post("login", "/login", **parameters)
        assert begun.status == 200, begun
        asked = dict(parse_qsl(urlsplit(begun.body["authorization_url"]).query))
        assert asked["response_mode"] == "form_post"
        return begun.body, asked

    def receive(self, **answer: str) -> dict[str, str]:
        """Post the provider's *answer* to the callback; return what the app's link then says."""
        route = "POST /login/callback/{client}"
        event = _event(route, urlencode(answer), "application/x-www-form-urlencoded")
        page = self._functions.invoke("login", {**event, "pathParameters": {"client": CLIENT}})
        assert page["statusCode"] == 303, page
        link = urlsplit(page["headers"]["Location"])
        assert link._replace(query="").geturl() == REDIRECT_URI
        return dict(parse_qsl(link.query))


def _event(route: str, body: str, content_type: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": route,
        "rawQueryString": "",
        "headers": {"content-type": content_type},
        "requestContext": {
            "requestId": secrets.token_hex(4),
            "routeKey": route,
            "domainName": "gateway.example",
        },
        "body": body,
        "isBase64Encoded": False,
    }
