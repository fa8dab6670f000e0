"""Runs a module, or a file, that ends when whoever started it does, however that ended.

Started as a script with a pipe for its standard input: the pipe closes with its other end.
"""

import os
import runpy
import signal
import sys
import threading
import time

_GRACE_SECONDS = 3


def main(program: str) -> None:
    """Run `program` until it ends by itself or standard input closes."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    sys.argv = [program]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
