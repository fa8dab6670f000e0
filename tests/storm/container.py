"""Containers as processes: each loads a function as Lambda does, and can be killed anywhere."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection, Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.permissions.recorder import recorded
from tests.storm.death import Death

ROOT = Path(__file__).parents[2]
_SECONDS = 28.0
_START_SECONDS = 120
_FORM = "application/x-www-form-urlencoded"


class Killed(Exception):
    """The process is gone."""


class Answer:
    """What a container answered."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        """Show all but tokens."""
        shown = {name: value for name, value in self.body.items() if "token" not in name}
        return f"Answer({self.status}, {shown})"


class Nursery:
    """Where containers come from."""

    def __init__(self) -> None:
        self._channel, inner = Pipe()
        folders = os.pathsep.join(map(str, (ROOT, ROOT / "layers" / "relying_party")))
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "tests.storm.nursery", str(inner.fileno())],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": folders, **recorded()},
            pass_fds=[inner.fileno()],
            stdin=subprocess.DEVNULL,
        )
        inner.close()

    def fork(
        self, function: str, environment: Mapping[str, str], log: Path, death: Death = Death.NEVER
    ) -> "Container":
        """Return a container that begins to load *function*."""
        outer, inner = Pipe()
        self._channel.send((function, dict(environment), str(log), death))
        send_handle(self._channel, inner.fileno(), self._process.pid)
        inner.close()
        return Container(self._channel.recv(), outer, log)

    def close(self) -> None:
        """End it; its containers are to be killed before."""
        self._channel.close()
        self._process.wait()


class Container:
    """One function in a process of its own."""

    def __init__(self, pid: int, channel: Connection, log: Path) -> None:
        self._pid = pid
        self._channel = channel
        self._log = log

    def wait_until_ready(self) -> None:
        """Return when the function is loaded."""
        assert self._channel.poll(_START_SECONDS), "it did not load"
        assert self._receive() == "ready"

    def send(self, route: str, form: Mapping[str, str], seconds: float = _SECONDS) -> None:
        """Hand it an event; *receive* its answer."""
        event = {
            "version": "2.0",
            "routeKey": route,
            "rawQueryString": "",
            "headers": {"content-type": _FORM},
            "requestContext": {"domainName": "api.example", "requestId": "any"},
            "body": urlencode(form),
            "isBase64Encoded": False,
        }
        self._channel.send((event, time.time() + seconds))

    def receive(self, seconds: float = _SECONDS + 10) -> Answer:
        """Return what it answers.

        Raises:
            Killed: it did not live to answer.
        """
        assert self._channel.poll(seconds), "no answer"
        answer = self._receive()
        return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))

    def post(self, route: str, form: Mapping[str, str], seconds: float = _SECONDS) -> Answer:
        """Hand it an event and return its answer."""
        self.send(route, form, seconds)
        return self.receive()

    def kill(self) -> None:
        """End it as Lambda does: at once, wherever it is."""
        if self._channel.closed:
            return
        with contextlib.suppress(Killed, ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
            while self._channel.poll(_SECONDS):
                self._receive()
        self._channel.close()

    def events(self, name: str) -> int:
        """Return how often it told operators of *name*."""
        lines = self._log.read_text("utf-8").splitlines() if self._log.exists() else []
        return sum(json.loads(line).get("message") == name for line in lines if line[:1] == "{")

    def _receive(self) -> Any:
        try:
            return self._channel.recv()
        except (EOFError, ConnectionResetError):
            self._channel.close()
            raise Killed from None
