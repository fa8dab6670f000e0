"""Counts what requests take: DynamoDB's own units, the provider's answers, lines, time."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from statistics import median
from time import thread_time
from typing import Any

import boto3

from bench.bill import Work

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


@dataclass
class Meter:
    """What DynamoDB said that its answers to this process cost."""

    calls: int = 0
    read_units: float = 0
    write_units: float = 0

    def begin(self) -> None:
        """Hear of every call of the clients that this process makes from now on."""
        boto3.setup_default_session()
        events = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
        events.register("provide-client-params.dynamodb", _ask_for_units)  # type: ignore[arg-type]
        events.register("after-call.dynamodb", self._count)

    def _count(self, model: Any, parsed: Any, **_: Any) -> None:
        self.calls += 1
        consumed = parsed.get("ConsumedCapacity", [])
        of_tables = consumed if isinstance(consumed, list) else [consumed]
        units = sum(table["CapacityUnits"] for table in of_tables)
        if model.name in _WRITES:
            self.write_units += units
        else:
            self.read_units += units


def _ask_for_units(params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
    if "ReturnConsumedCapacity" not in model.input_shape.members:
        return params
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


def work_of(
    meter: Meter, answered_by_provider: Callable[[], int], call: Callable[[], object]
) -> Work:
    """Return what one *call* takes."""
    reads, writes, calls = meter.read_units, meter.write_units, meter.calls
    answered = answered_by_provider()
    with _printed() as octets:
        began = thread_time()
        call()
        seconds = thread_time() - began
        printed = octets()
    return Work(
        cpu_ms=seconds * 1000,
        read_units=meter.read_units - reads,
        write_units=meter.write_units - writes,
        dynamodb_calls=meter.calls - calls,
        provider_calls=answered_by_provider() - answered,
        log_octets=printed,
    )


def typical(works: list[Work]) -> Work:
    """Return the medians."""
    names = [field.name for field in fields(Work)]
    return Work(**{name: median(getattr(work, name) for work in works) for name in names})


@contextmanager
def _printed() -> Iterator[Callable[[], int]]:
    """Catch what this process prints, by whatever way; lend what says how much that was."""
    terminal = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        try:
            yield lambda: _size(file.fileno())
        finally:
            sys.stdout.flush()
            os.dup2(terminal, 1)
            os.close(terminal)


def _size(descriptor: int) -> int:
    sys.stdout.flush()
    return os.fstat(descriptor).st_size
