"""What runs inside a container: loads the handler and answers one event after another.

`local.containers` starts this file as a script, so that a function sees its own folder and its
layers on `sys.path`, as on Lambda, and nothing of the local run.
"""

import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


class LambdaContext:
    """The context object that Lambda hands to a handler beside the event."""

    identity = None
    client_context = None
    function_version = "$LATEST"

    def __init__(self, request_id: str, deadline: float) -> None:
        self.aws_request_id = request_id
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = f"local/{os.getpid()}"
        region = os.environ["AWS_REGION"]
        name = self.function_name
        self.invoked_function_arn = f"arn:aws:lambda:{region}:000000000000:function:{name}"
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """How long the handler may still take before it is killed."""
        return max(0, int((self._deadline - time.time()) * 1000))


def main(descriptor: str, handler_path: str, *folders: str) -> None:
    """Answer the events that arrive on the socket `descriptor` until its other end is gone."""
    sys.path[:0] = folders
    channel = Connection(int(descriptor))
    module, _, name = handler_path.rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    channel.send_bytes(b"ready")
    invocations: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(channel, invocations), daemon=True).start()
    while True:
        channel.send_bytes(_answer(handler, invocations.get()).encode())


def _receive(channel: Connection, invocations: "queue.SimpleQueue[dict[str, Any]]") -> None:
    try:
        while True:
            invocations.put(json.loads(channel.recv_bytes()))
    except (EOFError, OSError):
        # Whoever started this container has ended. Nothing may outlive it, not even a handler
        # in the middle of an event.
        os._exit(0)


def _answer(handler: Callable[[Any, LambdaContext], Any], invocation: dict[str, Any]) -> str:
    context = LambdaContext(invocation["request_id"], invocation["deadline"])
    try:
        # An answer that JSON cannot carry is the handler's error too, as on Lambda.
        return json.dumps({"result": handler(invocation["event"], context)})
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, Lambda reports
        traceback.print_exc()
        return json.dumps({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main(*sys.argv[1:])
