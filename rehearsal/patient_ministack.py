"""ministack, but what is being handled ends before its container does, as it would on Lambda.

ministack kills a function's containers the moment the function changes, and whoever waits for an
answer gets a 502. Lambda lets them finish. A container holds its lock for as long as it handles
an event, so waiting for that lock is all there is to it.
"""

import runpy
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from ministack.core import lambda_runtime

_SECONDS = 30  # no function behind the API takes longer
_kill = lambda_runtime.kill_workers


def kill_once_idle(workers: Iterable[Any]) -> None:
    """Take the place of ministack's own `kill_workers`."""
    doomed = [worker for worker in workers if worker is not None]
    with ExitStack() as held:
        for worker in doomed:
            if worker._lock.acquire(timeout=_SECONDS):  # noqa: SLF001 - there is no other way
                held.callback(worker._lock.release)  # noqa: SLF001 - as above
        _kill(doomed)


if __name__ == "__main__":
    lambda_runtime.kill_workers = kill_once_idle
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
