"""Writes down every request that goes to AWS, from the audit events of Python's HTTP client.

So it sees what IAM would see, whichever library sends it. It is loaded into containers too, before
anything else, and therefore imports little.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

CALLS = "RECORDED_CALLS"
"""The environment variable with the path of the file that all processes write to."""

_EVENT = "http.client.send"
_SIGNED = b"AWS4-HMAC-SHA256 Credential="
_END_OF_HEAD = b"\r\n\r\n"
_VARIABLES = ("SECRET_PREFIX", "VERIFICATION_SECRET_ARNS")
# A transaction needs what each of its parts would need alone
_PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}

_acting: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(function: str) -> Iterator[None]:
    """Have what this thread asks of AWS count as the doing of *function*, within this process."""
    token = _acting.set(function)
    try:
        yield
    finally:
        _acting.reset(token)


def record_this_process() -> None:
    """Write down the calls of whoever `acting_as` names."""
    _record(_acting.get)


def record_container() -> None:
    """Write down every call of this process: Lambda says which function it is."""
    _record(partial(os.environ.get, "AWS_LAMBDA_FUNCTION_NAME"))


def _record(acting: Callable[[], str | None]) -> None:
    if CALLS in os.environ:  # it is not in a benchmark
        sys.addaudithook(Recorder(os.environ[CALLS], acting))


def recorded() -> dict[str, str]:
    """What a process needs in its environment to be recorded; nothing in a benchmark."""
    return {CALLS: os.environ[CALLS]} if CALLS in os.environ else {}


class Recorder:
    """An audit hook (PEP 578): it cannot be taken away, and changes nothing."""

    def __init__(self, path: str, acting: Callable[[], str | None]) -> None:
        self._path = path
        self._acting = acting
        self._begun: WeakKeyDictionary[Any, bytes] = WeakKeyDictionary()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take an audit event."""
        if event == _EVENT and (function := self._acting()):
            connection, octets = arguments
            if isinstance(octets, bytes):  # all else is somebody's upload
                self._sent(function, connection, octets)

    def _sent(self, function: str, connection: Any, octets: bytes) -> None:
        request = self._begun.pop(connection, b"") + octets
        head, _, body = request.partition(_END_OF_HEAD)
        if _SIGNED not in head:
            return
        headers = _headers(head)
        if len(body) < int(headers.get("content-length", "0")):
            self._begun[connection] = request  # the body is sent by itself
            return
        environment = {
            name: value
            for name, value in os.environ.items()
            if name.endswith("_TABLE") or name in _VARIABLES
        }
        lines = [
            json.dumps([function, action, resource, environment], sort_keys=True) + "\n"
            for action, resource in actions(headers, body)
        ]
        # One write, which O_APPEND makes whole, whoever else is writing
        with open(self._path, "a", encoding="utf-8", buffering=1 << 20) as calls:  # noqa: PTH123
            calls.write("".join(lines))


def actions(headers: dict[str, str], body: bytes) -> Iterator[tuple[str, str]]:
    """The IAM actions that a request needs, each with the name of its table or secret."""
    service = headers["authorization"].split("/")[3]
    operation = headers.get("x-amz-target", "unknown").rpartition(".")[2]
    asked = json.loads(body or b"{}") if "x-amz-target" in headers else {}
    if "TransactItems" in asked:
        for part in asked["TransactItems"]:
            for kind, arguments in part.items():
                yield f"{service}:{_PARTS[kind]}", arguments["TableName"]
        return
    index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
    yield f"{service}:{operation}", asked.get("TableName", asked.get("SecretId", "")) + index


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
