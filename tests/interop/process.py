"""A provider as a process: it ends when its standard input does, whoever started it."""

import json
import socket
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

HOST = "127.0.0.1"
_SECONDS = 10


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def start(command: Sequence[str], configuration: Mapping[str, Any]) -> "subprocess.Popen[str]":
    """Start it with *configuration* on the first line of its standard input."""
    process = subprocess.Popen(  # noqa: S603 - our own files
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(configuration) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n", "it did not start"
    return process


def stop(process: "subprocess.Popen[str]") -> None:
    """End it, and wait until it has ended."""
    process.communicate(timeout=_SECONDS)
