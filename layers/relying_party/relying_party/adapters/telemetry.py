"""Logs and metrics. Nothing that is secret is ever handed to this module.

Logs are Powertools'. Metrics are lines in CloudWatch's Embedded Metric Format: an alarm has to
name every dimension of what it watches, so each number goes out for the whole stack and, in the
same line, split; Powertools' ``single_metric`` knows one set of dimensions.
"""

import json
import logging
import os
import time
import traceback
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from relying_party.errors import (
    InsufficientScope,
    InternalError,
    InvalidToken,
    OAuthError,
    Problem,
    RelyingPartyError,
)

_logger = Logger(location=None)

# Functions that only share the layer need not name either
_NAMESPACE = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Latchkey")
_SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "service_undefined")

# At DEBUG botocore quotes what Secrets Manager answers, and at WARNING, which Lambda keeps unless
# told otherwise, urllib3 the header lines that it cannot parse, whatever an issuer wrote in them
for _library in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.ERROR)


def begin_invocation(request_id: str) -> None:
    """Name the request that everything logged from here on belongs to."""
    _logger.set_correlation_id(request_id)


def announce(release: Mapping[str, str]) -> None:
    """Log which build has just started."""
    _logger.info("started", release=dict(release))


def observe(event: str, /, **facts: Any) -> None:
    """Log *event* with its *facts*, and count it, also for the issuer that they name, if they do.

    A fact in seconds is a metric of its own.
    """
    _logger.info(event, **facts)
    seconds = {
        f"{event}_{name}": value
        for name, value in facts.items()
        if name.endswith("_seconds") and value is not None
    }
    values = {event: 1, **seconds}
    if "issuer" in facts:
        _measure(values, (), ("issuer",), issuer=facts["issuer"])
    else:
        _measure(values, ())


def record_verified(door: str) -> None:
    """Count a token that *door* found good."""
    print(_verified_line(door) % _now())  # noqa: T201 - as below


@cache
def _verified_line(door: str) -> str:
    """Return the line but for its time: it is written for every good token, and made once."""
    line = _line("%s", {"verified": 1}, (), ("door",), door=door)
    return line.replace("%", "%%").replace('"%%s"', "%d", 1)


def record_failure(door: str, failure: RelyingPartyError) -> None:
    """Log the *failure* that a request to *door* ends in; count it by its code, and by both."""
    log = _logger.warning if isinstance(failure, Problem) else _logger.info
    code = code_of(failure)
    log("refused", door=door, status=failure.status, code=code, detail=failure.detail)
    _measure({"refused": 1}, ("code",), ("door", "code"), door=door, code=code)


def record_unexpected(error: Exception) -> InternalError:
    """Log where *error* happened, and count it. Its message stays out: it may quote its input."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    _logger.error("unexpected", exception=type(error).__name__, where=where)
    _measure({"unexpected": 1}, ())
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


def _measure(values: Mapping[str, float], *splits: tuple[str, ...], **dimensions: str) -> None:
    line = _line(_now(), values, *splits, **dimensions)
    print(line)  # noqa: T201 - CloudWatch reads what is printed


def _now() -> int:
    return int(time.time() * 1000)


def _line(
    timestamp: int | str,
    values: Mapping[str, float],
    *splits: tuple[str, ...],
    **dimensions: str,
) -> str:
    """Return *values* as metrics, once for each of *splits*.

    The service, which is the stack, is in every split: two stacks share no metric.
    """
    directive = {
        "Namespace": _NAMESPACE,
        "Dimensions": [("service", *split) for split in splits],
        "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
    }
    line = {
        "_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [directive]},
        "service": _SERVICE,
        **dimensions,
        **values,
    }
    return json.dumps(line, separators=(",", ":"))


def _unit(name: str) -> str:
    return "Seconds" if name.endswith("_seconds") else "Count"
