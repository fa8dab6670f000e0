"""One start of a process, timed from outside until the verdict that it was started for."""

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NANOSECONDS, KIBIBYTES = 1e9, 1024


@dataclass(frozen=True)
class Contender:
    """A program that answers with a verdict, and waits until its standard input ends."""

    command: list[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Start:
    """What one start took until the verdict had arrived."""

    seconds: float
    cpu_seconds: float
    """Of all its threads. Not a number where the system does not tell, nor is the memory."""
    mebibytes: float
    """At its most."""


def start(contender: Contender) -> Start:
    """Start a process and wait for its verdict, which has to be good."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own programs
        contender.command,
        env=dict(contender.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        good = any('"active"' in line and "true" in line for line in process.stdout or ())
        seconds = time.perf_counter() - began
        if not good:
            raise SystemExit(f"no good verdict from {contender.command}")
        return Start(seconds, _cpu_seconds(process.pid), _peak(process.pid))


def _cpu_seconds(pid: int) -> float:
    threads = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
    ran = sum(int(thread.read_text().split()[0]) for thread in threads)
    return ran / NANOSECONDS if threads else float("nan")


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return peaks[0] / KIBIBYTES if peaks else float("nan")
