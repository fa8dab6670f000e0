"""Every metric that the code can emit, found by looking for its calls and really making them."""

import ast
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from relying_party import errors
from relying_party.adapters import telemetry
from relying_party.application.refresh_keys import RefreshKeys
from relying_party.errors import (
    InsufficientScope,
    InvalidToken,
    OAuthError,
    Problem,
    Reason,
    RelyingPartyError,
)
from tests.fakes import Fleet
from tests.tokens import NOW, signing_key

PACKAGE = Path(__file__).parents[2] / "layers/relying_party/relying_party"
# Those that are never raised, and those that need to be told more
OTHERS = {RelyingPartyError, OAuthError, Problem, InvalidToken, InsufficientScope}


@dataclass(frozen=True)
class Metric:
    """One metric in one of its splits."""

    namespace: str
    name: str
    dimensions: frozenset[str]
    code: str | None = None


def observed_events() -> Iterator[tuple[str, dict[str, str]]]:
    """Each event that a module observes, with its facts."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _is_observe(call.func):
                (event,) = call.args
                name = ast.literal_eval(event)
                yield name, {fact.arg: "…" for fact in call.keywords if fact.arg}


def _is_observe(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return str(name).lstrip("_") == "observe"


def failures() -> Iterator[RelyingPartyError]:
    """One of each failure that a request can end in."""
    yield from map(InvalidToken, Reason)
    yield InsufficientScope(["orders"])
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, RelyingPartyError) and kind not in OTHERS:
            yield kind()


@cache
def emit_all() -> set[Metric]:
    """Have the code emit everything it can, and return what CloudWatch would make of it."""
    with redirect_stdout(StringIO()) as printed:
        _emit()
    lines = [json.loads(line) for line in printed.getvalue().splitlines() if '"_aws"' in line]
    return {metric for line in lines for metric in _metrics(line)}


def _emit() -> None:
    for event, facts in observed_events():
        telemetry.observe(event, **facts)
    for failure in failures():
        telemetry.record_failure("POST /token/verify", failure)
    telemetry.record_unexpected(ValueError())
    telemetry.record_verified("POST /token/verify")
    fleet = Fleet(signing_key())
    caches = {"example": fleet.container()}
    RefreshKeys(caches, fleet.clock, telemetry.observe).refresh(None, deadline=NOW + 60)


def _metrics(line: dict[str, Any]) -> Iterator[Metric]:
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    for dimensions in map(frozenset, directive["Dimensions"]):
        for metric in directive["Metrics"]:
            code = line["code"] if "code" in dimensions else None
            yield Metric(directive["Namespace"], metric["Name"], dimensions, code)
