"""docs/operations.md counts right, names what there is, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from tools.transformed_template import read_template

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")
TEMPLATE = read_template()
WORDS = {"four": 4, "six": 6, "seven": 7, "seventeen": 17}


def of_type(kind: str) -> list[str]:
    return [name for name, each in TEMPLATE["Resources"].items() if each["Type"] == kind]


def counted(what: str) -> int:
    found = re.search(rf"\b({'|'.join(WORDS)}|\d+) {what}\b", PAGE)
    assert found, what
    return WORDS.get(found[1]) or int(found[1])


def test_the_page_counts_what_the_template_has() -> None:
    alarms = [
        TEMPLATE["Resources"][name]["Properties"] for name in of_type("AWS::CloudWatch::Alarm")
    ]
    metrics = [sum("MetricStat" in each for each in alarm.get("Metrics", [])) for alarm in alarms]

    assert counted("alarms") == len(alarms)
    assert counted("metrics") == sum(number or 1 for number in metrics)
    assert counted("tables") == len(of_type("AWS::DynamoDB::Table"))
    assert counted("log groups") == len(of_type("AWS::Logs::LogGroup"))
    assert counted("of them") == len(of_type("AWS::Serverless::Function"))


@pytest.mark.parametrize(
    "group", ["A domain of your own", "Operations", "Several providers or clients"]
)
def test_the_page_speaks_of_every_parameter_that_is_an_operator_s(group: str) -> None:
    (parameters,) = (
        each["Parameters"]
        for each in TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        if each["Label"]["default"] == group
    )
    elsewhere = {"LogLevel", "VerificationSecretArns"}  # logs nothing more; access-tokens.md

    assert {name for name in parameters if f"`{name}`" not in PAGE} <= elsewhere


def test_what_the_page_calls_a_resource_or_an_output_is_one() -> None:
    named = set(re.findall(r"`([A-Z]\w+(?:Table|Function|Role|Target|Name|Url))`", PAGE))
    known = (
        TEMPLATE["Resources"].keys() | TEMPLATE["Outputs"].keys() | TEMPLATE["Parameters"].keys()
    )

    assert len(named) > 5
    assert named <= known


@pytest.mark.parametrize("page", ["operations.md", "runbook.md"])
def test_links_lead_to_headings_that_there_are(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")

    for target, anchor in re.findall(r"\]\(([\w-]*(?:\.md)?)#([\w-]+)\)", text):
        assert anchor in anchors(target or page), f"{target}#{anchor}"


def anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
