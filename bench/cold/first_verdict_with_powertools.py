"""The same with a count by Powertools' own Metrics, where we write the line ourselves."""

import app  # type: ignore[import-not-found] # noqa: F401 - first, as on Lambda
from aws_lambda_powertools.metrics import Metrics, MetricUnit

metrics = Metrics(namespace="Latchkey", service="bench")
metrics.add_metric("started", MetricUnit.Count, 1)
metrics.flush_metrics()

import first_verdict  # type: ignore[import-not-found] # noqa: E402, F401 - it is a program
