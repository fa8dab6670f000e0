"""Lambda's Runtime API (2018-06-01), as much of it as AWS's own client asks for.

One of these per container: the client polls for an invocation, and posts what became of it.
"""

import json
import queue
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from local.server import HOST

PREFIX = "/2018-06-01/runtime/"
_FUNCTION_ARN = "arn:aws:lambda:eu-central-1:000000000000:function:built"


@dataclass(frozen=True)
class Invocation:
    """What the client is handed for one event."""

    request_id: str
    deadline: float
    event: bytes

    @property
    def headers(self) -> dict[str, str]:
        """What comes with the event."""
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(self.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": _FUNCTION_ARN,
        }


@dataclass(frozen=True)
class Posted:
    """What the client told us: ``response``, ``error`` or ``init/error``, and its body."""

    kind: str
    body: Any


class RuntimeApi(ThreadingHTTPServer):
    """Serves one container from the moment it is made."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Handler)
        self.posted: queue.SimpleQueue[Posted] = queue.SimpleQueue()
        self.waiting: queue.SimpleQueue[Invocation] = queue.SimpleQueue()
        self.polled = Event()
        """Set once the function has loaded, and asks for work."""
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """What ``AWS_LAMBDA_RUNTIME_API`` says."""
        return f"{HOST}:{self.server_port}"

    def hand_over(self, event: Any, seconds: float) -> None:
        """Let the client have *event*, and so many *seconds* for it."""
        deadline = time.time() + seconds
        self.waiting.put(Invocation(str(uuid.uuid4()), deadline, json.dumps(event).encode()))

    def close(self) -> None:
        """Answer no more; a client that still polls ends, as nobody is there."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    # Else each answer waits 40 ms for an acknowledgement
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}invocation/next":
            self.send_error(404)
            return
        self.server.polled.set()
        invocation = self.server.waiting.get()
        self._answer(200, invocation.event, invocation.headers)

    def do_POST(self) -> None:
        body = json.loads(self._body())
        self.server.posted.put(Posted(self._kind(), body))
        self._answer(202, b"{}", {})

    def _kind(self) -> str:
        path = self.path.removeprefix(PREFIX)
        return path if path == "init/error" else path.rpartition("/")[2]

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        chunks = b""
        while size := int(self.rfile.readline(), 16):
            chunks += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return chunks

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 its parent's word
        """Say nothing."""
