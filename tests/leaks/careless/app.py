"""A function that leaks, each time in the way that it is told to: the tests must notice."""

import base64
import html
import json
import logging
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

_logger, _root = Logger(service="careless"), logging.getLogger()


def _print(said: object) -> None:
    sys.stdout.write(f"{said}\n")


def _measure(secret: str) -> None:
    with single_metric("leaked", MetricUnit.Count, 1, namespace="Careless") as metric:
        metric.add_dimension("token", secret)


def _raise(secret: str) -> None:
    raise ValueError(f"cannot digest {secret}")


def _chain(secret: str) -> None:
    raise RuntimeError("something went wrong") from KeyError(secret)


def _trace(secret: str) -> None:
    try:
        _raise(secret)
    except ValueError:
        _logger.exception("failed")


_WAYS: Mapping[str, Callable[[str], object]] = {
    "printed": _print,
    "on standard error": sys.stderr.write,
    "a warning": lambda secret: warnings.warn(secret, stacklevel=1),
    "logged": _logger.info,
    "logged beside the message": lambda secret: _logger.info("fine", facts={"token": secret}),
    "logged with a traceback": _trace,
    "by a library at DEBUG": lambda secret: logging.getLogger("a.library").debug("%s", secret),
    "by urllib3": lambda secret: logging.getLogger("urllib3.connection").error("%s", secret),
    "as what is logged beside": lambda secret: logging.getLogger().info(
        "fine", extra={"seen": secret}
    ),
    "a metric's dimension": _measure,
    "raised": _raise,
    "the cause of what is raised": _chain,
    "in a URL": lambda secret: _print(f"https://a.example/?a={quote(secret, '')}"),
    "in a URL in a URL": lambda secret: _print(quote(quote(secret, ""), "")),
    "in JSON in JSON": lambda secret: _print(json.dumps(json.dumps({"a": secret}))),
    "in HTML": lambda secret: _print(html.escape(f"<a href='{secret}'>")),
    "in hex": lambda secret: _print(secret.encode().hex()),
    "in base64": lambda secret: _print(base64.b64encode(secret.encode()).decode()),
    "in Basic credentials": lambda secret: _print(base64.b64encode(f"app:{secret}".encode())),
    "as octets": lambda secret: _print(secret.encode()),
    "its first half": lambda secret: _print(secret[: len(secret) // 2]),
    "its second half": lambda secret: _print(secret[len(secret) // 2 :]),
    "its middle": lambda secret: _print(f"...{secret[8:22]}..."),
}


def lambda_handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Leak the event's secret, in the event's way."""
    if event["way"] == "answered":
        return {"status": 401, "error_description": f"{event['secret']} is no token"}
    _WAYS[event["way"]](event["secret"])
    return {"status": 200}


WAYS = (*_WAYS, "answered")
