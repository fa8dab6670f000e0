"""A request to AWS that is signed by nobody who counts, sent to a port where nobody answers."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

SIGNATURE = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{}/aws4_request, Signature=s"


@contextmanager
def listening() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def send(port: int, target: str, asked: Mapping[str, Any], service: str = "dynamodb") -> None:
    """Python's own client sends the head and the body one after the other; boto3 both at once."""
    headers = {"Authorization": SIGNATURE.format(service), "X-Amz-Target": target}
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/", json.dumps(asked).encode(), headers)
    connection.close()
