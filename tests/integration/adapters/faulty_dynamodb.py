"""Stands between the SDK and DynamoDB, and has the faults that no emulator has."""

import http.client
import json
import threading
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOST = "127.0.0.1"


class Fault(StrEnum):
    """What happens to one request."""

    LOSE_ANSWER = "the request is carried out, and its answer never arrives"
    THROTTLE = "ThrottlingException"
    THROUGHPUT = "ProvisionedThroughputExceededException"
    INTERNAL = "InternalServerError"
    CONFLICT = "TransactionCanceledException"


class FaultyDynamoDb:
    """A proxy that has the next of its `faults` at each request, until there are none left."""

    def __init__(self, upstream: str) -> None:
        self.faults: list[Fault] = []
        self.operations: list[str] = []
        self.received: list[tuple[dict[str, str], bytes]] = []
        """Headers, with names in lower case, and body of each request."""
        self._upstream = urlsplit(upstream).netloc
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where the SDK finds it."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.operations.append(self.headers["X-Amz-Target"].partition(".")[2])
                headers = {name.lower(): value for name, value in self.headers.items()}
                proxy.received.append((headers, body))
                fault = proxy.faults.pop(0) if proxy.faults else None
                if fault in (None, Fault.LOSE_ANSWER):
                    status, headers, answer = proxy._forward(dict(self.headers), body)
                else:
                    status, headers, answer = _refusal(str(fault))
                if fault is Fault.LOSE_ANSWER:
                    self.close_connection = True
                    return
                self.send_response_only(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _forward(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(self._upstream, timeout=10)
        upstream.request("POST", "/", body, headers)
        response = upstream.getresponse()
        kept = {name: value for name, value in response.headers.items() if _is_amazons(name)}
        answer = response.read()
        upstream.close()
        return response.status, kept, answer


def _is_amazons(name: str) -> bool:
    return name.lower().startswith("x-amz") or name.lower() == "content-type"


def _refusal(code: str) -> tuple[int, dict[str, str], bytes]:
    body: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    if code == Fault.CONFLICT:
        body["CancellationReasons"] = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    status = 500 if code == Fault.INTERNAL else 400
    return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()
