"""A fleet of real processes, each with several containers, and the issuer they share."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.fleet.capacity import Spent
from tests.fleet.container_process import Flood, Orders, Report

ROOT = Path(__file__).parents[2]
_PATIENCE = 120.0
"""Seconds for whatever one process has to say next."""


class ContainerProcess:
    """One of them, seen from outside."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.fetching = threading.Event()
        """Set once one of its containers asks the issuer."""
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fleet.container_process"],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'relying_party'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._tell(json.dumps(asdict(orders)))

    def wait_until_ready(self) -> None:
        """Return once its containers stand by."""
        said = self._lines.get(timeout=_PATIENCE)
        if said != "ready":
            raise RuntimeError(f"a container process said {said!r}")

    def meet(self, token: int) -> None:
        """Let its containers meet that token of the orders'."""
        self._tell(str(token))

    def flood(self, flood: Flood) -> None:
        """Let its containers be flooded."""
        self._tell(json.dumps(asdict(flood)))

    def report(self) -> Report:
        """Return what came of that."""
        said = self._lines.get(timeout=_PATIENCE)
        if not said:
            raise RuntimeError("a container process ended")
        return Report(**json.loads(said))

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line == "fetching\n":
                self.fetching.set()
            else:
                self._lines.put(line.rstrip("\n"))
        self._lines.put("")


class Fleet:
    """All of them."""

    def __init__(self, processes: list[ContainerProcess]) -> None:
        self.processes = processes
        self.said: Counter[str] = Counter()
        self.said_to_strangers: Counter[str] = Counter()
        self.spent: list[Spent] = []
        self.slowest = 0.0

    def meet(self, token: int) -> None:
        """Let every container meet that token at once, and gather what was said."""
        self.said, self.spent, self.slowest = Counter(), [], 0
        for process in self.processes:
            process.meet(token)
        for process in self.processes:
            self.gather(process)

    def flood(self, flood: Flood) -> None:
        """Let every container be flooded at once, and gather what was said."""
        self.said, self.spent, self.slowest = Counter(), [], 0
        for process in self.processes:
            process.flood(flood)
        for process in self.processes:
            self.gather(process)

    def first_to_fetch(self) -> ContainerProcess:
        """Return the process that asks the issuer, as soon as one does."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            for process in self.processes:
                if process.fetching.wait(0.01):
                    return process
        raise TimeoutError("nobody asked the issuer")

    def gather(self, process: ContainerProcess) -> None:
        """Add what came of it in *process*."""
        report = process.report()
        self.said.update(report.said)
        self.said_to_strangers.update(report.said_to_strangers)
        self.spent += [Spent(*one) for one in report.spent]
        self.slowest = max(self.slowest, report.slowest)


@contextmanager
def running(orders: Orders, processes: int) -> Iterator[Fleet]:
    """Yield a fleet of so many *processes*, each of which follows *orders*."""
    started = [ContainerProcess(orders) for _ in range(processes)]
    try:
        for process in started:
            process.wait_until_ready()
        yield Fleet(started)
    finally:
        for process in started:
            process.kill()
