"""Logs and metrics, by Powertools. Nothing that is secret is ever handed to this module."""

import os
import traceback
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from relying_party.errors import (
    InsufficientScope,
    InternalError,
    InvalidToken,
    OAuthError,
    Problem,
    RelyingPartyError,
)

_logger = Logger(location=None)

# Functions that only share the layer need not name one: without it Powertools would raise
_NAMESPACE = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Latchkey")


def begin_invocation(request_id: str) -> None:
    """Name the request that everything logged from here on belongs to."""
    _logger.set_correlation_id(request_id)


def announce(release: Mapping[str, str]) -> None:
    """Log which build has just started."""
    _logger.info("started", release=dict(release))


def observe(event: str, /, **facts: Any) -> None:
    """Log *event* with its *facts*, and count it for the issuer that they name, if they do.

    A fact in seconds is a metric of its own.
    """
    _logger.info(event, **facts)
    dimensions = {"issuer": facts["issuer"]} if "issuer" in facts else {}
    _measure(event, 1, MetricUnit.Count, dimensions)
    for name, value in facts.items():
        if name.endswith("_seconds") and value is not None:
            _measure(f"{event}_{name}", value, MetricUnit.Seconds, dimensions)


def record_failure(door: str, failure: RelyingPartyError) -> None:
    """Log and count the *failure* that a request to *door* ends in."""
    log = _logger.warning if isinstance(failure, Problem) else _logger.info
    code = code_of(failure)
    log("refused", door=door, status=failure.status, code=code, detail=failure.detail)
    _measure("refused", 1, MetricUnit.Count, {"door": door, "code": code})


def record_unexpected(error: Exception) -> InternalError:
    """Log where *error* happened. Its message stays out: it may quote what it choked on."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    _logger.error("unexpected", exception=type(error).__name__, where=where)
    return InternalError(type(error).__name__)


def code_of(failure: RelyingPartyError) -> str:
    """Return the one stable code that stands for *failure* in logs and metrics."""
    if isinstance(failure, InvalidToken):
        return failure.reason.value
    if isinstance(failure, OAuthError):
        return failure.error
    if isinstance(failure, Problem):
        return failure.reason
    return "insufficient_scope" if isinstance(failure, InsufficientScope) else "missing_token"


def _measure(name: str, value: float, unit: MetricUnit, dimensions: dict[str, str]) -> None:
    with single_metric(name=name, unit=unit, value=value, namespace=_NAMESPACE) as metric:
        for dimension, dimension_value in dimensions.items():
            metric.add_dimension(name=dimension, value=dimension_value)
