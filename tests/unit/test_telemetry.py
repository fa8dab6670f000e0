"""What CloudWatch makes metrics of: one line of its Embedded Metric Format for each event."""

import json
import time
from typing import Any

import pytest

from relying_party.adapters.telemetry import (
    observe,
    record_failure,
    record_unexpected,
    record_verified,
)
from relying_party.errors import InvalidGrant, InvalidToken, IssuerRefusedUs, Reason

SERVICE = {"service": "service_undefined"}
Capture = pytest.CaptureFixture[str]


def measured(capsys: Capture) -> dict[str, Any]:
    """The one metric line among what was printed."""
    (line,) = (
        json.loads(each) for each in capsys.readouterr().out.splitlines() if '"_aws"' in each
    )
    assert isinstance(line, dict)
    return line


def directive(line: dict[str, Any]) -> dict[str, Any]:
    (one,) = line["_aws"]["CloudWatchMetrics"]
    assert one["Namespace"] == "Latchkey"
    return dict(one)


def test_an_event_is_counted_for_the_stack_and_for_its_issuer(capsys: Capture) -> None:
    observe("keys_fetched", issuer="example")

    line = measured(capsys)
    assert directive(line)["Dimensions"] == [["service"], ["service", "issuer"]]
    assert directive(line)["Metrics"] == [{"Name": "keys_fetched", "Unit": "Count"}]
    assert line.items() >= (SERVICE | {"issuer": "example", "keys_fetched": 1}).items()


def test_an_event_without_an_issuer_is_counted_for_the_stack_alone(capsys: Capture) -> None:
    observe("grant_replayed")

    assert directive(measured(capsys))["Dimensions"] == [["service"]]


def test_a_fact_in_seconds_is_a_metric_of_its_own(capsys: Capture) -> None:
    observe("keys_refreshed", issuer="example", outcome="down", age_seconds=None, took_seconds=2.5)

    line = measured(capsys)
    assert directive(line)["Metrics"] == [
        {"Name": "keys_refreshed", "Unit": "Count"},
        {"Name": "keys_refreshed_took_seconds", "Unit": "Seconds"},
    ]
    assert line["keys_refreshed_took_seconds"] == 2.5


def test_other_facts_are_for_the_log_alone(capsys: Capture) -> None:
    observe("keys_fetch_failed", issuer="example", cause="timed out")

    assert "timed out" not in json.dumps(measured(capsys))


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (InvalidToken(Reason.EXPIRED), "expired"),
        (InvalidGrant(), "invalid_grant"),
        (IssuerRefusedUs("token endpoint answered 401"), "issuer_refused_us"),
    ],
)
def test_a_refusal_is_counted_by_its_code_over_all_doors_and_at_its_own(
    capsys: Capture, failure: Any, code: str
) -> None:
    record_failure("POST /token/refresh", failure)

    line = measured(capsys)
    assert directive(line)["Dimensions"] == [["service", "code"], ["service", "door", "code"]]
    assert line.items() >= (SERVICE | {"code": code, "refused": 1}).items()
    assert line["door"] == "POST /token/refresh"


def test_a_good_token_is_counted_over_all_doors_and_at_its_own(capsys: Capture) -> None:
    for door in ("direct", "100 % odd"):
        before = time.time() * 1000 - 1
        record_verified(door)

        line = measured(capsys)
        assert before <= line["_aws"]["Timestamp"] <= time.time() * 1000
        assert directive(line)["Dimensions"] == [["service"], ["service", "door"]]
        assert directive(line)["Metrics"] == [{"Name": "verified", "Unit": "Count"}]
        assert line.items() >= (SERVICE | {"door": door, "verified": 1}).items()


def test_each_good_token_has_its_own_time(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds in (1.0, 2.0005):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: seconds)
        record_verified("direct")

    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [line["_aws"]["Timestamp"] for line in lines] == [1000, 2000]


def test_a_fault_of_ours_is_counted_and_its_message_is_not_repeated(capsys: Capture) -> None:
    record_unexpected(ValueError("the secret is swordfish"))

    printed = capsys.readouterr()
    assert "swordfish" not in printed.out + printed.err
    assert '"unexpected":1' in printed.out


def test_every_dimension_of_a_set_has_a_value_in_the_line(capsys: Capture) -> None:
    observe("keys_fetched", issuer="example")
    record_failure("direct", InvalidGrant())
    record_unexpected(ValueError())

    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "_aws" in each]
    assert len(lines) == 3
    for line in lines:
        for names in directive(line)["Dimensions"]:
            assert all(isinstance(line[name], str) and line[name] for name in names)
