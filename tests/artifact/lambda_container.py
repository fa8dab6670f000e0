"""A container as on Lambda: what was built, under AWS's own runtime client, and nothing else."""

import os
import queue
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import IO, Any

from local.containers import FunctionError
from local.server import HOST
from local.template import Function
from tests.artifact.places import Places
from tests.artifact.runtime_api import Posted, RuntimeApi

_PYTHON = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
_INIT_SECONDS = 60.0  # Lambda's are ten, on a machine that does nothing else
_GRACE_SECONDS = 1.0
_LOOK_SECONDS = 0.05


class LambdaContainer:
    """One process with the built function loaded in it."""

    def __init__(
        self,
        function: Function,
        environment: Mapping[str, str],
        logs: IO[str] | None,
        places: Places,
    ) -> None:
        self._function = function
        self._api = RuntimeApi()
        layer = function.layers[0] / "python"
        # -S: of the interpreter's own packages the standard library alone is in reach
        client = [str(_PYTHON), "-S", "-m", "awslambdaric", function.handler]
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and our own files
            places.command(function.code, layer, client),
            env={
                **_lambda_environment(function, self._api.address),
                **places.environment(function.code, layer),
                **function.environment,
                **environment,
            },
            cwd=function.code,
            stdin=subprocess.DEVNULL,
            stdout=logs,
            stderr=logs,
            start_new_session=True,
        )
        self._await_poll()

    def invoke(self, event: Any) -> Any:
        """Return the handler's answer to *event*; a FunctionError says what it raised."""
        self._api.hand_over(event, self._function.timeout)
        posted = self._await_post(self._function.timeout + _GRACE_SECONDS)
        if posted is None:
            self.stop()
            raise FunctionError(f"{self._function.name} gave no answer")
        if posted.kind != "response":
            raise _error(posted)
        return posted.body

    @property
    def alive(self) -> bool:
        """True while it can take another event."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._api.close()

    def _await_poll(self) -> None:
        deadline = time.monotonic() + _INIT_SECONDS
        while not self._api.polled.wait(_LOOK_SECONDS):
            if self.alive and time.monotonic() < deadline:
                continue
            posted = self._await_post(0)
            self.stop()
            raise _error(posted) if posted else FunctionError(f"{self._function.name} ended")

    def _await_post(self, seconds: float) -> Posted | None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self._api.posted.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if not self.alive or time.monotonic() > deadline:
                    return None


class LambdaPool:
    """One container of a function, started on demand and again where it has ended."""

    def __init__(
        self,
        function: Function,
        environment: Mapping[str, str],
        logs: IO[str] | None,
        places: Places,
    ) -> None:
        self._parts = (function, environment, logs, places)
        self._container: LambdaContainer | None = None
        self._lock = Lock()

    def invoke(self, event: Any) -> Any:
        """Hand *event* to the container, after those that came before."""
        with self._lock:
            if self._container is None or not self._container.alive:
                self._container = LambdaContainer(*self._parts)
            return self._container.invoke(event)

    def close(self) -> None:
        """Stop the container; nothing of it is left."""
        if self._container is not None:
            self._container.stop()


def _error(posted: Posted) -> FunctionError:
    return FunctionError(f"{posted.body['errorType']}: {posted.body['errorMessage']}")


def _lambda_environment(function: Function, address: str) -> dict[str, str]:
    """Return what a function on python3.13 was seen to have, and of this machine the path."""
    return {
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0",
        "AWS_LAMBDA_RUNTIME_API": address,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LANG": "en_US.UTF-8",
        "NO_PROXY": HOST,
        "PATH": os.environ["PATH"],
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }
