"""From what a request takes to what it costs on AWS. Arithmetic alone: prices are in a file."""

import tomllib
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

PRICES: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("prices.toml").read_text(encoding="utf-8")
)
ARCHITECTURE = "arm64"

FULL_PROCESSOR = 1769
"""MB of memory at which Lambda gives one whole processor; less in proportion."""

DYNAMODB_MS, PROVIDER_MS = 5, 300
"""What one answer takes on the way, taken for granted here: nothing on this machine is far."""

ACCESS_LOG_OCTETS = 300
REPORT_OCTETS = 400
"""Lambda's own lines about an invocation, START, END and REPORT."""

MONTH_MINUTES = 30 * 24 * 60


@dataclass(frozen=True, slots=True)
class Work:
    """What one invocation takes, of everything that is billed."""

    cpu_ms: float
    """Of one whole processor of the machine that this was measured on."""
    read_units: float = 0
    write_units: float = 0
    dynamodb_calls: float = 0
    provider_calls: float = 0
    log_octets: float = 0

    def billed_ms(self, memory: int) -> int:
        """Return the milliseconds that Lambda bills with *memory* MB: it rounds up."""
        waiting = self.dynamodb_calls * DYNAMODB_MS + self.provider_calls * PROVIDER_MS
        return ceil(self.cpu_ms * max(1.0, FULL_PROCESSOR / memory) + waiting)


def per_million(work: Work, memory: int, *, through_api: bool) -> float:
    """Return the dollars that a million such invocations cost."""
    gb_seconds = work.billed_ms(memory) * memory / 1024 * 1000
    octets = work.log_octets + REPORT_OCTETS + (ACCESS_LOG_OCTETS if through_api else 0)
    parts = (
        PRICES["lambda"]["per_million_requests"],
        gb_seconds * PRICES["lambda"][f"{ARCHITECTURE}_per_gb_second"],
        PRICES["api_gateway"]["per_million_requests"] if through_api else 0,
        work.read_units * PRICES["dynamodb"]["per_million_read_units"],
        work.write_units * PRICES["dynamodb"]["per_million_write_units"],
        octets / 1000 * PRICES["logs"]["per_gb"],  # a million octets each are a thousandth
    )
    return float(sum(parts))


def schedule_per_month(work: Work, memory: int, every_minutes: int) -> float:
    """Return the dollars that an invocation every so many minutes costs in thirty days."""
    return per_million(work, memory, through_api=False) * MONTH_MINUTES / every_minutes / 1e6
