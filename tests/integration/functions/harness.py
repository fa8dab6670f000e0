"""The real handlers with the real bootstrap, called as Lambda calls them."""

import base64
import importlib
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.runtime import LambdaContext
from relying_party import bootstrap, deployment
from tests.permissions.recorder import acting_as

EVENTS = Path(__file__).parents[3] / "events"
EXCHANGE, REFRESH, VERIFY = "token_exchange", "token_refresh", "token_verify"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_FORM = "application/x-www-form-urlencoded"

Event = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a function answered to an HTTP event."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class Functions:
    """Each function in a container that has just started, and is then kept warm."""

    def __init__(self) -> None:
        self._handlers: dict[str, Any] = {}

    def invoke(self, function: str, event: Any, seconds: float = 20.0) -> Any:
        """Call the handler with *event*; it has so many *seconds* left."""
        with acting_as(function):
            if function not in self._handlers:
                self._handlers[function] = _load(function)
            context = LambdaContext(str(uuid.uuid4()), time.time() + seconds)
            return json.loads(json.dumps(self._handlers[function](event, context)))

    def post(self, function: str, event: Event, seconds: float = 20.0) -> Answer:
        """Call the handler as API Gateway does."""
        answer = self.invoke(function, as_the_gateway_sends(event), seconds)
        return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))

    def forget(self) -> None:
        """Let every container end: what comes next is a cold start."""
        self._handlers.clear()


def _load(function: str) -> Any:
    """Import *function* as a new container does: with nothing that another one built."""
    for member in [*vars(bootstrap).values(), *vars(deployment).values()]:
        if hasattr(member, "cache_clear"):
            member.cache_clear()
    module = importlib.import_module(f"functions.{function}.app")
    return importlib.reload(module).lambda_handler


def sample(function: str, case: str, values: Mapping[str, str], **others: str) -> Event:
    """Return the sample event ``events/<function>/<case>.json`` with its placeholders filled in.

    What is in *others* is not looked for in *values*, which may have to sign in for it.
    """

    def fill(match: re.Match[str]) -> str:
        return others[match[1]] if match[1] in others else values[match[1]]

    text = (EVENTS / function / f"{case}.json").read_text("utf-8")
    event: Event = json.loads(_PLACEHOLDER.sub(fill, text))
    return event


def as_the_gateway_sends(event: Event) -> Event:
    """Return *event* with a form's body in base64: the samples leave it readable."""
    content_type = event["headers"].get("content-type", "")
    if event["isBase64Encoded"] or "body" not in event or not content_type.startswith(_FORM):
        return event
    body = base64.b64encode(event["body"].encode()).decode()
    return {**event, "body": body, "isBase64Encoded": True}
