"""A deployment that changes nothing, or that a request does not survive, is noticed."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
import requests

from rehearsal.changes import see_change
from rehearsal.deployed import DeployedStack
from rehearsal.report import UntruthError
from rehearsal.traffic import Traffic


class Stack:
    """Answers every request with one status."""

    def __init__(self, status: int) -> None:
        self.status = status

    def post(self, path: str, **form: str) -> requests.Response:
        answer = requests.Response()
        answer.status_code = self.status
        tokens = {"refresh_token": form.get("refresh_token", ""), "id_token": "none"}
        answer._content = json.dumps(tokens).encode()
        return answer


class StoppedTraffic:
    """An app whose requests have been answered, and then no more."""

    count = 10
    failures: tuple[str, ...] = ()

    def wait_for(self, requests_more: int, seconds: float) -> bool:
        return True


@pytest.fixture
def start() -> Iterator[Callable[[int], Traffic]]:
    started: list[Traffic] = []

    def begin(status: int) -> Traffic:
        stack = cast("DeployedStack", Stack(status))
        started.append(Traffic(stack, "app", "a refresh token", pause_seconds=0.001))
        return started[-1]

    yield begin
    for traffic in started:
        traffic.stop()


def deploy(traffic: Traffic, seen: list[bool]) -> Callable[[], None]:
    """A deployment during which requests go on."""

    def go() -> None:
        assert traffic.wait_for(1, 10)
        seen.append(True)

    return go


def test_a_change_that_takes_effect_is_seen(start: Any) -> None:
    traffic, seen = start(200), [False]

    assert see_change(traffic, deploy(traffic, seen), lambda: seen[-1], "it") > 0


def test_a_change_that_was_there_before_proves_nothing(start: Any) -> None:
    traffic = start(200)

    with pytest.raises(UntruthError, match="already"):
        see_change(traffic, lambda: None, lambda: True, "it")


def test_a_change_that_does_not_come_is_noticed(start: Any) -> None:
    traffic = start(200)

    with pytest.raises(UntruthError, match="not after"):
        see_change(traffic, deploy(traffic, []), lambda: False, "it")


def test_a_deployment_during_which_nobody_asked_proves_nothing() -> None:
    seen = [False]

    with pytest.raises(UntruthError, match="no request"):
        see_change(
            cast("Traffic", StoppedTraffic()), lambda: seen.append(True), lambda: seen[-1], "it"
        )


def test_a_request_that_fails_is_remembered(start: Any) -> None:
    traffic = start(503)

    assert not traffic.wait_for(1, 10)
    assert traffic.failures[0].startswith("/token/refresh: 503")
