"""Every function, driven until it has asked AWS for all that it ever asks for."""

import time
from collections.abc import Callable, Mapping

import pytest

from relying_party import bootstrap, deployment
from tests.integration.functions.harness import EVENTS, Functions, as_the_gateway_sends, sample
from tests.permissions.calls import Call
from tests.permissions.plugin import Recording

_A_DAY = 86401
"""Seconds: then a warm container compares its keys with the fleet's, and fetches them again."""

OPAQUE = {"token": "opaque", "token_use": "access_token"}
OPAQUE_AT_THE_AUTHORIZER = {
    "version": "2.0",
    "type": "REQUEST",
    "headers": {"authorization": "Bearer opaque"},
}


def _now() -> float:
    return time.time()  # whatever that is by then


class Scenario:
    """What the functions of one test ask of AWS, and the day that passes."""

    def __init__(self, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
        self._recording = recording
        self._monkeypatch = monkeypatch
        for module in (deployment, bootstrap):  # they hold the real clock by its own name
            monkeypatch.setattr(module, "clock", _now)
        self._begun = recording.position()

    def begin(self, tables: Mapping[str, str]) -> None:
        """Have what starts from now on find other *tables*; what was before does not count."""
        for variable, name in tables.items():
            self._monkeypatch.setenv(variable, name)
        self._begun = self._recording.position()

    def wait(self) -> None:
        """Let a day pass."""
        clock = time.time
        self._monkeypatch.setattr(time, "time", lambda: clock() + _A_DAY)

    def calls(self) -> set[Call]:
        """Everything that any function has asked since."""
        return self._recording.calls_since(self._begun)


def successes(function: str) -> list[str]:
    """The names of all samples that get what they ask for: one at least for each door."""
    return sorted(path.stem for path in (EVENTS / function).glob("[23]*.json"))


def send(functions: Functions, function: str, case: str, values: Mapping[str, str]) -> None:
    """Send a sample, and see that it gets the answer that its name promises."""
    event = sample(function, case, values)
    is_http = "isBase64Encoded" in event
    answer = functions.invoke(function, as_the_gateway_sends(event) if is_http else event)
    status = answer.get("statusCode", answer.get("status", 200))
    assert status == int(case.partition("_")[0]), answer


def drive(
    scenario: Scenario,
    functions: Functions,
    function: str,
    sign_in: Callable[[], Mapping[str, str]],
    tables: Mapping[str, str],
) -> None:
    """Send all its samples, each with a sign-in of its own; and a day later once more."""
    first = sign_in()
    # Its tokens are there before: else another function would be the first to fill the tables
    assert first["id_token"]
    functions.forget()
    scenario.begin(tables)
    for case in successes(function):
        send(functions, function, case, first)
        first = sign_in()
    scenario.wait()
    for case in successes(function):
        send(functions, function, case, sign_in())
