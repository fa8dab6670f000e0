"""What a whole invocation of token_verify costs beside a bare signature: `python -m bench.invoke`.

From the event to what the handler returns, with the metric that it writes; every token is seen
for the first time. Lambda's own part, and API Gateway's, cannot be measured here.
"""

import io
import json
import platform
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from bench.bare import bare
from bench.interleaved import Calls, measure, same
from bench.report import publish
from bench.subject import CLIENT, KEYS, NONCE, tokens, verifier, warm_keys
from relying_party.application.verify_request import VerifyRequest
from relying_party.deployment import clock
from relying_party.verify_api import VerifyApi
from tests.tokens import tampered

TOKENS = 100
TARGETS = {"invoke_direct_ratio": 2.6, "invoke_http_ratio": 4.0}

Event = dict[str, Any]
Handler = Callable[[Event], Any]

_WARM = warm_keys()


class Context:
    """As much of Lambda's context as a handler looks at."""

    aws_request_id = "8f5c7a0e-3a52-4d8e-9f0e-5c0f4f7f2b1d"

    def get_remaining_time_in_millis(self) -> int:
        """Return what a function has left that has just begun."""
        return 8000


def main() -> None:
    """Measure, print and write down."""
    signed = tokens(KEYS["rs256"], TOKENS)
    _require_sound(signed[0])
    directly = [direct_event(token) for token in signed]
    over_http = [http_event(token) for token in signed]
    with redirect_stdout(io.StringIO()):  # a pipe to nobody: what reads it is not ours
        taken = measure(
            {
                "bare": bare(KEYS["rs256"], signed),
                "direct": Calls(_container, directly),
                "direct_repeat": same(_container(), directly[:1] * TOKENS),
                "http": Calls(_container, over_http),
                "http_repeat": same(_container(), over_http[:1] * TOKENS),
            },
            bare="bare",
        )
    figures = {f"invoke_{name}_ratio": one.ratio for name, one in taken.items() if name != "bare"}
    publish({"invoke_bare_us": taken["bare"].microseconds, **figures}, TARGETS)
    print(f"{TOKENS} tokens a round, Python {platform.python_version()}, {platform.machine()}.")


def direct_event(token: str) -> Event:
    """Return what another function sends."""
    return {"token": token, "client_id": CLIENT.client_id, "nonce": NONCE}


def http_event(token: str) -> Event:
    """Return what API Gateway makes of an app's request (payload 2.0)."""
    event: Event = json.loads(_REQUEST)
    return {**event, "body": json.dumps(direct_event(token))}


def _container() -> Handler:
    """Return the handler in a container that holds the keys, and has seen no token yet."""
    request = VerifyRequest({CLIENT.client_id: CLIENT}, verifier(_WARM))
    handler, context = VerifyApi(request, request, clock), Context()
    return lambda event: handler(event, context)


def _require_sound(token: str) -> None:
    """End the run where the handler does not tell good from bad: one that takes all is quick."""
    with redirect_stdout(io.StringIO()):
        statuses = [_container()(direct_event(each))["status"] for each in (token, tampered(token))]
        codes = [_container()(http_event(each))["statusCode"] for each in (token, tampered(token))]
    if [*statuses, *codes] != [200, 401, 200, 401]:
        raise SystemExit(f"the handler answers {statuses} and {codes}")


_REQUEST = """{
  "version": "2.0",
  "routeKey": "POST /token/verify",
  "rawPath": "/token/verify",
  "rawQueryString": "",
  "headers": {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate, br",
    "content-length": "1119",
    "content-type": "application/json",
    "host": "api.example.com",
    "user-agent": "App/1.4.2 CFNetwork/1568.200.51 Darwin/24.1.0",
    "x-amzn-trace-id": "Root=1-67406b9f-0b6e1f0c2d5a4e7f8a9b0c1d",
    "x-forwarded-for": "198.51.100.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https"
  },
  "requestContext": {
    "accountId": "123456789012",
    "apiId": "a1b2c3d4e5",
    "domainName": "api.example.com",
    "domainPrefix": "api",
    "http": {
      "method": "POST",
      "path": "/token/verify",
      "protocol": "HTTP/1.1",
      "sourceIp": "198.51.100.7",
      "userAgent": "App/1.4.2 CFNetwork/1568.200.51 Darwin/24.1.0"
    },
    "requestId": "BpX1ohJ5IAMEJtQ=",
    "routeKey": "POST /token/verify",
    "stage": "$default",
    "time": "22/Nov/2026:03:00:00 +0000",
    "timeEpoch": 1795316400000
  },
  "isBase64Encoded": false
}"""

if __name__ == "__main__":
    main()
