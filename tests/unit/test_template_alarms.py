"""Alarms and dashboard watch what the code emits; docs/runbook.md says what to do about each."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.emitted_metrics import Metric, emit_all, observed_events
from tools.transformed_template import read_template

RUNBOOK = (Path(__file__).parents[2] / "docs/runbook.md").read_text(encoding="utf-8")
RESOURCES = read_template()["Resources"]
ALARMS = {
    name: each["Properties"]
    for name, each in RESOURCES.items()
    if each["Type"] == "AWS::CloudWatch::Alarm"
}
OF_AWS = {  # metric: its dimension, and what that names
    ("AWS/ApiGateway", "Count"): ("ApiId", "AWS::Serverless::HttpApi"),
    ("AWS/ApiGateway", "4xx"): ("ApiId", "AWS::Serverless::HttpApi"),
    ("AWS/ApiGateway", "5xx"): ("ApiId", "AWS::Serverless::HttpApi"),
    ("AWS/Lambda", "ConcurrentExecutions"): ("FunctionName", "AWS::Serverless::Function"),
    ("AWS/Lambda", "Duration"): ("FunctionName", "AWS::Serverless::Function"),
    ("AWS/Lambda", "Errors"): ("FunctionName", "AWS::Serverless::Function"),
    ("AWS/Lambda", "Invocations"): ("FunctionName", "AWS::Serverless::Function"),
    ("AWS/Lambda", "Throttles"): ("FunctionName", "AWS::Serverless::Function"),
}
WAKES = {  # so many of so many periods of so many seconds, each so much; as docs/runbook.md says
    "StaleKeysServedAlarm": (3, 3, 300, ">=", 1),
    "IssuerOutOfReachAlarm": (3, 4, 300, ">=", 1),
    "ScheduleNotRunningAlarm": (3, 3, 300, "<", 1),
    "JwksRefreshErrorsAlarm": (3, 3, 300, ">=", 1),
    "IssuerRefusedUsAlarm": (1, 1, 300, ">=", 1),
    "TemporarilyUnavailableAlarm": (2, 3, 300, ">=", 10),
    "ApiServerErrorsAlarm": (2, 3, 300, ">=", 5),
    "UnexpectedErrorsAlarm": (1, 1, 300, ">=", 1),
    "VerifyErrorsAlarm": (2, 3, 300, ">=", 1),
    "VerifyThrottlesAlarm": (2, 3, 300, ">=", 1),
    "AuthorizerErrorsAlarm": (2, 2, 300, ">=", 50),
    "AuthorizerThrottlesAlarm": (2, 3, 300, ">=", 1),
    "GrantsReplayedAlarm": (1, 1, 3600, ">=", 10),
    "GrantOutcomesUnknownAlarm": (1, 1, 900, ">=", 5),
    "StoreUnavailableAlarm": (3, 3, 300, ">=", 1),
    "AnswersNotStoredAlarm": (1, 1, 900, ">=", 3),
    "IdentitiesNotStoredAlarm": (1, 1, 900, ">=", 3),
}
COMPARED = {"GreaterThanOrEqualToThreshold": ">=", "LessThanThreshold": "<"}
QUERY = re.compile(r"```\n(.+?)```", re.DOTALL)
Json = dict[str, Any]


def watched(alarm: Json) -> list[Json]:
    """The metrics that *alarm* is about."""
    if "Metrics" not in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def parts(alarm: Json) -> list[Json]:
    """The alarm itself, or what it computes with."""
    return [each for each in alarm.get("Metrics", [alarm]) if "Expression" not in each]


def own(metric: Json) -> Metric:
    values = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    assert values["service"] == {"Ref": "AWS::StackName"}
    return Metric("Latchkey", metric["MetricName"], frozenset(values), values.get("code"))


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_what_the_code_emits_or_what_aws_counts(name: str) -> None:
    for metric in watched(ALARMS[name]):
        if metric["Namespace"] == "Latchkey":
            assert own(metric) in emit_all()
        else:
            (dimension,) = metric["Dimensions"]
            expected = OF_AWS[metric["Namespace"], metric["MetricName"]]
            assert (dimension["Name"], RESOURCES[dimension["Value"]["Ref"]]["Type"]) == expected


def test_the_service_that_alarms_name_is_the_one_that_functions_count_for() -> None:
    variables = read_template()["Globals"]["Function"]["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Latchkey"


@pytest.mark.parametrize("name", [name for name in ALARMS if "Metrics" in ALARMS[name]])
def test_an_expression_uses_each_of_its_metrics_and_alone_is_compared(name: str) -> None:
    expression, *metrics = ALARMS[name]["Metrics"]
    ids = {each["Id"] for each in metrics}

    words = set(re.findall(r"[a-z]+", expression["Expression"]))
    assert words == ids
    assert all(each["ReturnData"] is False for each in metrics)


def test_an_alarm_wakes_when_the_runbook_says_and_no_sooner() -> None:
    found = {
        name: (
            each["DatapointsToAlarm"],
            each["EvaluationPeriods"],
            *{part.get("MetricStat", part)["Period"] for part in parts(each)},
            COMPARED[each["ComparisonOperator"]],
            each["Threshold"],
        )
        for name, each in ALARMS.items()
    }
    assert found == WAKES


def test_silence_is_an_alarm_where_a_sign_of_life_is_missing_and_nowhere_else() -> None:
    alarmed = {name for name, each in ALARMS.items() if each["TreatMissingData"] == "breaching"}

    assert alarmed == {"ScheduleNotRunningAlarm"}
    assert {each["TreatMissingData"] for each in ALARMS.values()} == {"breaching", "notBreaching"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_leads_to_its_section(name: str) -> None:
    alarm = ALARMS[name]
    anchor = alarm["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")

    assert alarm["AlarmDescription"].endswith(f" docs/runbook.md#{anchor}")
    assert name == "".join(word.capitalize() for word in anchor.split("-")) + "Alarm"
    assert anchor in sections()


def test_every_section_has_its_alarm_in_the_same_order() -> None:
    names = [each["AlarmName"]["Fn::Sub"] for each in ALARMS.values()]

    assert list(sections()) == [name.removeprefix("${AWS::StackName}-") for name in names]


def sections() -> dict[str, str]:
    """The runbook's sections by the anchors that they get."""
    parts = re.split(r"^## (.+)\n", RUNBOOK, flags=re.MULTILINE)[1:]
    anchors = [heading.lower().replace(" ", "-") for heading in parts[::2]]
    return dict(zip(anchors, parts[1::2], strict=True))


@pytest.mark.parametrize("anchor", sections())
def test_a_section_says_what_it_means_who_notices_where_to_look_and_what_to_do(
    anchor: str,
) -> None:
    for part in ("means", "users notice", "look", "do"):
        assert f"**{part}**" in sections()[anchor].lower()


def test_the_runbook_links_to_sections_that_exist() -> None:
    assert set(re.findall(r"\]\(#([a-z-]+)\)", RUNBOOK)) <= sections().keys()


def test_queries_ask_for_messages_and_codes_that_are_logged() -> None:
    messages = {event for event, _ in observed_events()} | {"refused", "unexpected"}

    assert asked_for("message") <= messages
    assert asked_for("code") <= {metric.code for metric in emit_all()}
    assert len(asked_for("message")) > 5


def asked_for(field: str) -> set[str]:
    """What the queries compare *field* with."""
    queries = "\n".join(QUERY.findall(RUNBOOK))
    compared = re.findall(rf'{field} (?:= ("\w+")|in \[([^\]]+)\])', queries)
    return {name for pair in compared for name in re.findall(r"\w+", " ".join(pair))}


def test_every_alarm_is_on_the_dashboard() -> None:
    assert re.findall(r"\$\{(\w+)\.Arn\}", body()) == list(ALARMS)


def test_the_dashboard_shows_what_the_code_emits_or_what_aws_counts() -> None:
    splits = {(each.name, each.dimensions) for each in emit_all()}
    shown = list(dashboard_metrics())

    assert shown
    for namespace, name, dimensions in shown:
        if namespace == "Latchkey":
            assert (name, dimensions) in splits
        else:
            assert {OF_AWS[namespace, name][0]} == dimensions


def body() -> str:
    text: str = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return text


def dashboard_metrics() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Namespace, name and dimensions of all that is drawn."""
    for widget in json.loads(body())["widgets"]:
        before: list[str] = []
        for metric in widget["properties"].get("metrics", []):
            if isinstance(metric[0], dict):
                found = re.match(
                    r"SEARCH\('\{([\w,]+)\} MetricName=\"(\w+)\"", metric[0]["expression"]
                )
                assert found
                namespace, *dimensions = found[1].split(",")
                yield namespace, found[2], frozenset(dimensions)
                continue
            before = list(spelled_out(metric, before))
            yield before[0], before[1], frozenset(before[2::2])


def spelled_out(metric: list[str], before: list[str]) -> Iterator[str]:
    """*metric* with what `.` and `...` repeat of the one *before* it."""
    if metric[0] == "...":
        yield from [*before[:-1], metric[1]]
    else:
        yield from (before[at] if word == "." else word for at, word in enumerate(metric))
