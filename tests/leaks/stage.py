"""The functions in containers of their own, with everything that they write kept and searched."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from local.containers import ContainerPool, FunctionError
from local.template import Stack
from tests.integration.functions.harness import Functions, as_the_gateway_sends
from tests.integration.functions.observed_provider import ObservedProvider, Seen
from tests.leaks.doors import door_of, parts_of, status_of
from tests.leaks.marks import Leak, Marks

RUNTIME = Path(__file__).with_name("runtime")
SECRETS = (
    *("code", "code_verifier", "nonce", "state", "login_session"),
    *("token", "access_token", "refresh_token", "id_token", "client_secret", "client_assertion"),
)
"""Members and parameters, of requests and of answers, that are nobody else's to see."""
CLAIMS = ("sub", "email", "name")


class Stage(Functions):
    """Calls the functions as `Functions` does, and remembers what went in and what came out."""

    def __init__(
        self, stack: Stack, environment: Mapping[str, str], provider: ObservedProvider, folder: Path
    ) -> None:
        super().__init__()
        self.marks = Marks()
        self.driven: list[tuple[str, int]] = []
        """Each door that answered, and how."""
        self.raised: list[str] = []
        self.provider = provider
        self._stack = stack
        self._environment = environment
        self._log = folder / "printed"
        self._writing = self._log.open("w")
        self._read = 0
        self._answers: list[tuple[str, Any]] = []
        self._pools: dict[str, ContainerPool] = {}
        self._parts = ExitStack()
        self._changes: tuple[int | None, dict[str, str]] = (None, {})

    def invoke(self, function: str, event: Any, seconds: float = 0.0) -> Any:
        """Hand *event* to the container of *function*, which has as long as the template says."""
        del seconds
        if isinstance(event, dict) and event.get("headers") and "body" in event:
            event = as_the_gateway_sends(event)
        _keep_request(self.marks, event)
        if function not in self._pools:
            self._pools[function] = self._start(function)
        door = door_of(function, event)
        try:
            answer = self._pools[function].invoke(event)
        except FunctionError as error:
            self.raised.append(str(error))
            self._answers.append((door, str(error)))
            raise
        self._answers.append((door, answer))
        self.driven.append((door, status_of(answer)))
        _keep_answer(self.marks, answer)
        return answer

    def restart(self, timeout: int | None = None, **environment: str) -> None:
        """End every container; those to come have this *timeout* and this *environment*."""
        self._parts.close()
        self._pools.clear()
        self._changes = timeout, environment

    @property
    def is_as_deployed(self) -> bool:
        """Whether nothing was changed."""
        return self._changes == (None, {})

    def close(self) -> None:
        """End it all."""
        self.restart()
        self._writing.close()

    def leaks(self) -> list[Leak]:
        """Search what was printed and answered since this was last asked."""
        for seen in self.provider.seen:
            _keep_asked(self.marks, seen)
        found = [leak for text in self._printed() for leak in self.marks.find("printed", text)]
        for door, answer in self._answers:
            if isinstance(answer, str):
                found += self.marks.find(f"{door} raised", answer)
                continue
            for name, text, given in parts_of(door, answer):
                found += self.marks.find(f"{name} of {door} {status_of(answer)}", text, given)
        self._answers.clear()
        return found

    def printed(self) -> str:
        """Everything that was ever printed."""
        return self._log.read_text("utf-8", "replace")

    def _start(self, name: str) -> ContainerPool:
        timeout, environment = self._changes
        (function,) = (each for each in self._stack.functions.values() if each.code.name == name)
        talkative = replace(
            function,
            handler="talkative.lambda_handler",
            layers=(RUNTIME, *function.layers),
            timeout=timeout or function.timeout,
        )
        pool = ContainerPool(talkative, {**self._environment, **environment}, self._writing)
        return self._parts.enter_context(closing(pool))

    def _printed(self) -> Iterator[str]:
        text = self.printed()
        new, self._read = text[self._read :], len(text)
        yield new


def _keep_request(marks: Marks, event: Any) -> None:
    if not isinstance(event, Mapping):
        return
    marks.keep_named(event, SECRETS)
    for each in event.get("tokens") or ():
        if isinstance(each, Mapping):
            marks.keep_named(each, SECRETS)
    _keep_authorization(marks, (event.get("headers") or {}).get("authorization"))
    marks.keep_named(dict(parse_qsl(event.get("rawQueryString", ""))), SECRETS)
    marks.keep_named(_parameters(event), SECRETS)


def _parameters(event: Mapping[str, Any]) -> dict[str, Any]:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body).decode()
        except ValueError:
            return {}
    try:
        parameters = json.loads(body)
    except ValueError:
        return dict(parse_qsl(body))
    return parameters if isinstance(parameters, dict) else {}


def _keep_authorization(marks: Marks, authorization: str | None) -> None:
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme in {"Basic", "Bearer"}:
        marks.keep({"Basic": "credentials", "Bearer": "token"}[scheme], credentials)


def _keep_answer(marks: Marks, answer: Mapping[str, Any]) -> None:
    body = answer.get("body", "")
    members = json.loads(body) if body.startswith("{") else answer
    marks.keep_named(members, (*SECRETS, *CLAIMS))


def _keep_asked(marks: Marks, seen: Seen) -> None:
    """Our own credentials, and the verifiers and the assertions that we make."""
    marks.keep_named(seen.form, SECRETS)
    _keep_authorization(marks, seen.authorization)
    if seen.authorization and seen.authorization.startswith("Basic "):
        marks.keep("client_secret", seen.basic[1])
