"""A request to DynamoDB that is signed here, so that a first verdict need not wait for boto3.

Signature Version 4 (IAM User Guide, "Create a signed AWS API request"), in an environment like
Lambda's own (docs/decisions/0008-a-signed-read-of-our-own.md). Sent without ``http.client``,
which loads the whole of ``email`` for header lines: that takes longer than question and answer.
"""

import hashlib
import hmac
import json
import re
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

Env = Mapping[str, str]

_CONNECT_SECONDS, _READ_SECONDS = 0.5, 1.0
_MAX_LINES, _MAX_LINE, _MAX_OCTETS = 100, 4096, 2**21
_GOOD = re.compile(rb"(?is)HTTP/1\.\d 200 .*\ncontent-length: *(\d+)\r\n")


def sign(env: Env, headers: Mapping[str, str], body: bytes) -> str:
    """Return the ``Authorization`` of a POST with *headers*, by the credentials in *env*."""
    at, names = headers["x-amz-date"], ";".join(sorted(headers))
    scope = f"{at[:8]}/{env['AWS_DEFAULT_REGION']}/dynamodb/aws4_request"
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}".encode()
    summary = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request).hexdigest()}"
    key = f"AWS4{env['AWS_SECRET_ACCESS_KEY']}".encode()
    for message in (*scope.split("/"), summary):
        key = hmac.digest(key, message.encode(), "sha256")
    credential = f"{env['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}"
    return f"AWS4-HMAC-SHA256 Credential={credential}, Signature={key.hex()}"


class SignedRequest:
    """Sends operations to DynamoDB, each by itself: nothing is kept open that could go stale."""

    def __init__(self, env: Env, endpoint: tuple[str, str], trusted: Path | None) -> None:
        self._env, (scheme, self._host) = env, endpoint
        self._tls = ssl.create_default_context(cafile=trusted) if scheme == "https" else None

    def __call__(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Return the answer to *operation*, or raise whatever comes between."""
        body = json.dumps(arguments).encode()
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if self._env.get("AWS_SESSION_TOKEN"):
            headers["x-amz-security-token"] = self._env["AWS_SESSION_TOKEN"]
        headers["authorization"] = sign(self._env, headers, body)
        if not all(map(str.isprintable, headers.values())):
            raise ValueError("a line end in a header")
        headers["content-length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with self._connect() as connection, connection.makefile("rb") as reply:
            request = f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body
            # As ``http.client`` tells whoever audits what a process sends (PEP 578)
            sys.audit("http.client.send", connection, request)
            connection.sendall(request)
            return json.loads(_read_body(reply))  # what is cut off is no JSON

    def _connect(self) -> socket.socket:
        name, _, port = self._host.partition(":")
        # As octets it is ASCII already, and nobody loads what international names take
        address: Any = name.encode("ascii"), int(port or (443 if self._tls else 80))
        connection = socket.create_connection(address, _CONNECT_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # it is sent in one go
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_hostname=address[0])
        connection.settimeout(_READ_SECONDS)
        return connection


def _read_body(reply: BinaryIO) -> bytes:
    lines = iter(lambda: reply.readline(_MAX_LINE), b"\r\n")
    good = _GOOD.match(b"".join(islice(lines, _MAX_LINES)))
    if good is None:
        raise ConnectionError("DynamoDB answered something other than 200")
    return reply.read(min(int(good[1]), _MAX_OCTETS))
