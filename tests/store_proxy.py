"""A proxy in front of DynamoDB, with what no emulator has: stale reads, lost answers, throttling.

Whoever reads without ``ConsistentRead`` is shown the table as it was at the very beginning:
empty. That is the stalest that DynamoDB could ever be, and shows in every test.
"""

import http.client
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_STALE = {"GetItem": {}, "Query": {"Items": [], "Count": 0, "ScannedCount": 0}}
_OK = 200


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024  # with the default of 5, a busy moment looks like an outage


class StoreProxy:
    """Passes requests on, but for those that were told to fail."""

    def __init__(self, upstream: str) -> None:
        self.requests: Counter[str] = Counter()
        """How many of each operation arrived."""
        self.stale_reads = 0
        self.lost_answers = 0
        self.throttled = 0
        self._lose: str | None = None
        self._throttle: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream).netloc
        self._server = _Server((HOST, 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where the AWS SDK finds it."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def lose_one_answer(self, operation: str) -> None:
        """Carry out the next conditional *operation* that succeeds, and never answer it."""
        self._lose = operation

    def throttle(self, operation: str, times: int) -> None:
        """Refuse the next *times* requests for *operation*."""
        self._throttle[operation] = times

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, operation: str, body: bytes, forward: Any) -> tuple[int, bytes] | None:
        """Return what the client gets, or None where it gets nothing."""
        with self._lock:
            self.requests[operation] += 1
            if self._throttle[operation] > 0:
                self._throttle[operation] -= 1
                self.throttled += 1
                return 400, _error("ThrottlingException")
        if operation in _STALE and not json.loads(body).get("ConsistentRead"):
            self.stale_reads += 1
            return _OK, json.dumps(_STALE[operation]).encode()
        status, answer = forward()
        with self._lock:
            if status == _OK and operation == self._lose and b'"ConditionExpression"' in body:
                self._lose = None
                self.lost_answers += 1
                return None
        return status, answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                self.upstream = http.client.HTTPConnection(proxy._upstream, timeout=30)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                operation = self.headers["X-Amz-Target"].partition(".")[2]
                answered = proxy.answer(operation, body, lambda: self.forward(body))
                if answered is None:
                    self.close_connection = True
                    return
                status, answer = answered
                self.send_response_only(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def forward(self, body: bytes) -> tuple[int, bytes]:
                self.upstream.request("POST", "/", body, dict(self.headers))
                response = self.upstream.getresponse()
                return response.status, response.read()

            def finish(self) -> None:
                self.upstream.close()
                super().finish()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _error(code: str) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode()
