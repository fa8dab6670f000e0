"""What Lambda gives a function: a context, and Powertools' environment."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from logging import StreamHandler

import pytest

from relying_party.adapters import telemetry


@dataclass
class LambdaContext:
    """As much of Lambda's context as anything here looks at."""

    aws_request_id: str = "invocation-1"
    remaining: float = 28.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.remaining * 1000)


@pytest.fixture
def context() -> LambdaContext:
    return LambdaContext()


@pytest.fixture
def _powertools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Latchkey")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What goes into the log: the handler holds on to the stream that it began with."""
    handler = telemetry._logger.registered_handler
    assert isinstance(handler, StreamHandler)
    log = StringIO()
    before = handler.setStream(log)
    yield log
    handler.setStream(before)
