"""docs/permissions.md is what the template says, and no wildcard is there without a reason."""

from tools.grants import read_grants
from tools.permissions import NEVER_CALLED, PAGE, TEMPLATE, WILDCARDS, build_page, wildcards


def test_the_page_is_what_the_template_says() -> None:
    page = PAGE.read_text("utf-8")
    assert page == build_page(page), "python -m tools.permissions writes it anew"


def test_every_wildcard_has_a_written_reason_and_every_reason_its_wildcard() -> None:
    assert set(wildcards()) == WILDCARDS.keys()


def test_a_wildcard_is_found_in_whatever_it_is_hidden() -> None:
    statement = {
        "Action": ["s3:*", "s3:GetObject"],
        "Resource": {"Fn::Sub": ["${A}/x", {"A": "*"}]},
    }
    resource = {
        "Type": "T",
        "Properties": {"PolicyDocument": {"Statement": [statement]}, "Rate": "*"},
    }
    assert set(wildcards({"Policy": resource})) == {("Action", "s3:*"), ("Resource", "*")}


def test_what_no_code_of_ours_calls_is_granted_to_every_function_for_its_own_log_alone() -> None:
    grants = read_grants(TEMPLATE)
    for action in NEVER_CALLED:
        logs = {each.function: each.resource for each in grants if each.action == action}
        assert logs.keys() == {each.function for each in grants}
        assert len(set(logs.values())) == len(logs)
        assert all(":log-group:/aws/lambda/" in arn for arn in logs.values())
