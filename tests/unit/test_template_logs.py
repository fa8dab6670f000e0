"""template.yaml: what is logged by others than the functions, for how long, and what never is."""

import json
import re

from tools.transformed_template import read_template, transform

RESOURCES = read_template()["Resources"]
# All that API Gateway may write down. What a caller can put a token into is not among it: path,
# query, headers, and what an authorizer or an integration says about them.
HARMLESS = {
    "$context.error.responseType",
    "$context.identity.sourceIp",
    "$context.integration.latency",
    "$context.integration.status",
    "$context.requestId",
    "$context.requestTime",
    "$context.responseLatency",
    "$context.responseLength",
    "$context.routeKey",
    "$context.status",
}


def access_log_format() -> str:
    text: str = RESOURCES["Api"]["Properties"]["AccessLogSettings"]["Format"]
    return text


def test_the_access_log_has_nothing_that_a_token_could_be_in() -> None:
    assert set(re.findall(r"\$[\w.]+", access_log_format())) == HARMLESS


def test_a_line_of_the_access_log_is_one_line_of_json() -> None:
    assert "\n" not in access_log_format()
    assert json.loads(access_log_format())["requestId"] == "$context.requestId"


def test_the_gateway_writes_to_a_log_group_of_this_stack_and_of_its_own() -> None:
    (stage,) = (
        each["Properties"]
        for each in transform({})["Resources"].values()
        if each["Type"] == "AWS::ApiGatewayV2::Stage"
    )
    users = [name for name, each in RESOURCES.items() if "AccessLogGroup" in str(each)]

    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogGroup", "Arn"]}
    assert users == ["Api"]


def test_every_log_group_forgets_and_is_named_after_the_stack() -> None:
    groups = [
        each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::LogGroup"
    ]

    assert len(groups) == 7
    for group in groups:
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert "${AWS::StackName}" in group["LogGroupName"]["Fn::Sub"]
