"""A process that has the libraries loaded and forks containers from itself.

So fifty of them start in seconds, and none inherits a thread of the tests. Each serves one
function, event by event, until its channel ends; and each ends with whoever started it.
"""

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any

from botocore.config import Config

from local.runtime import LambdaContext
from tests.permissions.recorder import acting_as, record_this_process
from tests.storm.death import Death

_LIBRARIES = ("boto3", "botocore.session", "requests", "aws_lambda_powertools")


def main(descriptor: str) -> None:
    """Fork a container for each request that arrives on *descriptor*."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    channel = Connection(int(descriptor))
    record_this_process()
    for library in _LIBRARIES:
        importlib.import_module(library)
    while True:
        try:
            plan = channel.recv()
            inner = recv_handle(channel)
        except EOFError:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            _live(Connection(inner), *plan)
        os.close(inner)
        channel.send(pid)


def _live(
    channel: Connection, function: str, environment: dict[str, str], log: str, death: Death
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    try:
        with acting_as(function):
            _serve(channel, function, death)
    except EOFError:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - or it would go on as another nursery
        traceback.print_exc()
        os._exit(1)


def _serve(channel: Connection, function: str, death: Death) -> None:
    _prepare(death)
    handler = importlib.import_module(f"functions.{function}.app").lambda_handler
    channel.send("ready")
    while True:
        event, deadline = channel.recv()
        channel.send(handler(event, LambdaContext("any", deadline)))


def _prepare(death: Death) -> None:
    """Put an end to this process at the moment that the test is about."""
    from relying_party import deployment  # noqa: PLC0415 - it reads the environment
    from relying_party.adapters import aws_clients  # noqa: PLC0415

    # Fifty containers share two processors here: that DynamoDB takes seconds says nothing
    aws_clients._config = _patient
    issuer: Any = deployment.issuer_http()
    store: Any = deployment.grant_store()
    if death is Death.BEFORE_ASKING:
        issuer.post_form = _die
    if death is Death.BEFORE_STORING:
        issuer.post_form = _die_after(issuer.post_form)
    if death is Death.AFTER_STORING:
        store.complete = _die_after(store.complete)


def _patient(**_: float) -> Config:
    retries: Any = {"total_max_attempts": 2, "mode": "standard"}
    return Config(connect_timeout=10, read_timeout=20, retries=retries)


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(call: Callable[..., Any]) -> Callable[..., None]:
    def carry_out(*args: Any, **kwargs: Any) -> None:
        call(*args, **kwargs)
        _die()

    return carry_out


if __name__ == "__main__":
    main(*sys.argv[1:])
