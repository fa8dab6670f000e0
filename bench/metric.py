"""What one metric costs, ours and Powertools': `python -m bench.metric`.

Each is one count under two sets of dimensions, written to nobody. The bare way is an RS256 check,
as in `bench.invoke`.
"""

import io
from collections.abc import Callable
from contextlib import redirect_stdout

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from bench.bare import bare
from bench.interleaved import measure, same
from bench.report import publish
from bench.subject import KEYS, tokens
from relying_party.adapters.telemetry import record_verified

TIMES = 100
_METRICS = Metrics(namespace="Latchkey", service="latchkey")


def main() -> None:
    """Measure, print and write down."""
    ways: dict[str, Callable[[object], None]] = {
        "ours": lambda _: record_verified("direct"),
        "powertools": lambda _: _count_by_two_sets(),
        "powertools_single": lambda _: _count_by_one_set(),
    }
    with redirect_stdout(io.StringIO()):
        taken = measure(
            {
                "bare": bare(KEYS["rs256"], tokens(KEYS["rs256"], TIMES)),
                **{name: same(way, range(TIMES)) for name, way in ways.items()},
            },
            bare="bare",
        )
    publish({f"metric_{name}_ratio": taken[name].ratio for name in ways}, {})


def _count_by_two_sets() -> None:
    """Count as Powertools' documentation says for several sets of dimensions."""
    _METRICS.add_dimensions(service="latchkey")
    _METRICS.add_dimensions(service="latchkey", door="direct")
    _METRICS.add_metric(name="verified", unit=MetricUnit.Count, value=1)
    _METRICS.flush_metrics()


def _count_by_one_set() -> None:
    """Count as Powertools' documentation says for a metric of its own dimensions."""
    with single_metric(
        name="verified", unit=MetricUnit.Count, value=1, namespace="Latchkey"
    ) as metric:
        metric.add_dimension(name="service", value="latchkey")
        metric.add_dimension(name="door", value="direct")


if __name__ == "__main__":
    main()
