"""Latchkey as the suite sees it: a sign-in goes in, and either tokens or a refusal comes out."""

import json
import secrets
from typing import Any

from tests.conformance.provider import CLIENT_ID, REDIRECT_URI, Provider
from tests.integration.functions.harness import EXCHANGE, REFRESH, Answer, Functions


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
        route = f"POST {path}"
        event = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "requestContext": {"requestId": secrets.token_hex(4), "routeKey": route},
            "body": json.dumps({"client_id": CLIENT_ID, **parameters}),
            "isBase64Encoded": False,
        }
        return self._functions.post(function, event)
