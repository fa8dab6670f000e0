"""Lambda's containers: each a process that keeps warm and takes one event at a time."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import IO, Any

from local.template import Function

_RUNTIME = Path(__file__).with_name("runtime.py")
_MAXIMUM_PER_FUNCTION = 5
# Lambda allows 10 s for the imports; a laptop that starts five containers at once needs longer.
_INIT_SECONDS = 30.0
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
# As on Lambda: a script that is given the command of the runtime, and starts it.
_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


class FunctionError(Exception):
    """The function raised, ended or ran out of time; nothing of its answer can be used."""


class Container:
    """One process with the function loaded in it."""

    def __init__(
        self, function: Function, environment: Mapping[str, str], logs: IO[str] | None
    ) -> None:
        self._function = function
        self._channel, inner = Pipe()
        folders = map(str, (function.code, *function.layers))
        descriptor = inner.fileno()
        variables = _container_environment(function, environment)
        wrapper = [variables[_WRAPPER]] if _WRAPPER in variables else []
        runtime = [sys.executable, "-P", str(_RUNTIME), str(descriptor)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [*wrapper, *runtime, function.handler, *folders],
            env=variables,
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=logs,
            stderr=logs,
            start_new_session=True,  # Ctrl-C in the terminal is for the local run, not for us
        )
        inner.close()
        self._receive(_INIT_SECONDS, "did not load")

    def invoke(self, event: Any) -> Any:
        """The handler's answer to `event`; after a FunctionError ask `alive` before the next."""
        timeout = self._function.timeout
        invocation = {
            "event": event,
            "request_id": str(uuid.uuid4()),
            "deadline": time.time() + timeout,
        }
        with contextlib.suppress(OSError):  # it has just died: the next line notices
            self._channel.send_bytes(json.dumps(invocation).encode())
        answer = json.loads(self._receive(timeout, f"timed out after {timeout} seconds"))
        if "error" in answer:
            raise FunctionError(f"{self._function.name} raised {answer['error']}")
        return answer["result"]

    @property
    def alive(self) -> bool:
        """True while it can take another event."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._channel.close()

    def _receive(self, seconds: float, failure: str) -> bytes:
        try:
            if self._channel.poll(seconds):
                return self._channel.recv_bytes()
        except (EOFError, OSError):
            failure = "ended without an answer"
        self.stop()
        raise FunctionError(f"{self._function.name} {failure}")


class ContainerPool:
    """The containers of one function, started on demand and kept for the next event."""

    def __init__(
        self, function: Function, environment: Mapping[str, str], logs: IO[str] | None = None
    ) -> None:
        self._function = function
        self._environment = environment
        self._logs = logs
        self._idle: queue.LifoQueue[Container] = queue.LifoQueue()
        self._started: set[Container] = set()
        self._free = threading.BoundedSemaphore(_MAXIMUM_PER_FUNCTION)
        self._lock = threading.Lock()
        self._closed = False

    def invoke(self, event: Any) -> Any:
        """Hand `event` to a container; waits where all of them are busy."""
        with self._free:
            container = self._take()
            try:
                return container.invoke(event)
            finally:
                if container.alive:
                    self._idle.put(container)
                else:
                    self._started.discard(container)

    def close(self) -> None:
        """Stop every container; an event in the middle of its handling fails."""
        with self._lock:
            self._closed = True
            for container in list(self._started):
                container.stop()

    def _take(self) -> Container:
        with contextlib.suppress(queue.Empty):
            while True:
                container = self._idle.get_nowait()
                if container.alive:
                    return container
                self._started.discard(container)
        return self._start()

    def _start(self) -> Container:
        container = Container(self._function, self._environment, self._logs)
        with self._lock:
            if self._closed:
                container.stop()
                raise FunctionError(f"{self._function.name} is being stopped")
            self._started.add(container)
        return container


def _container_environment(function: Function, environment: Mapping[str, str]) -> dict[str, str]:
    """What Lambda sets, then what the template sets, then what only this machine knows."""
    names = (*_INHERITED, *_PROXIES, _WRAPPER)
    inherited = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **inherited,
        "TZ": ":UTC",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "LAMBDA_TASK_ROOT": str(function.code),
        "_HANDLER": function.handler,
        **function.environment,
        **environment,
    }
