"""API Gateway's own log, which no code of ours writes, has no variable that can hold a secret."""

import json
import re
from typing import Any

from local.stack import ROOT
from local.template import read_resources

# What API Gateway knows of a request without its URL's query, its headers, its body and the
# words of its authorizer or its function
HARMLESS = {
    "requestId",
    "extendedRequestId",
    "requestTime",
    "requestTimeEpoch",
    "httpMethod",
    "routeKey",
    "protocol",
    "stage",
    "apiId",
    "domainName",
    "status",
    "responseLength",
    "responseLatency",
    "integrationLatency",
    "integration.latency",
    "integration.status",
    "integration.integrationStatus",
    "integration.requestId",
    "integrationStatus",
    "error.responseType",
    "identity.sourceIp",
}
_VARIABLE = re.compile(r"\$\{?(\w+(?:\.\w+)*)")


def formats() -> list[str]:
    """The formats of all stages, as deployed."""
    resources = read_resources(ROOT / "template.yaml")
    stages = [stage for _, stage in resources.of_type("AWS::ApiGatewayV2::Stage")]
    settings: list[dict[str, Any]] = [stage.get("AccessLogSettings", {}) for stage in stages]
    return [str(setting["Format"]) for setting in settings if setting]


def harmful(log_format: str) -> set[str]:
    """The variables that may carry more than is known to be harmless."""
    names = set(_VARIABLE.findall(log_format))
    return {name for name in names if name.removeprefix("context.") not in HARMLESS}


def test_the_access_log_keeps_nothing_that_could_be_secret() -> None:
    assert formats()
    for log_format in formats():
        assert json.loads(log_format)
        assert "$context.routeKey" in log_format
        assert harmful(log_format) == set()


def test_a_variable_that_could_be_secret_would_be_noticed() -> None:
    for variable in (
        "context.path",
        "context.authorizer.error",
        "context.authorizer.claims.sub",
        "context.error.message",
        "context.integrationErrorMessage",
        "context.identity.userAgent",
        "request.header.authorization",
        "request.querystring.code",
        "request.body",
    ):
        assert harmful(f'{{"status": "$context.status", "a": "${variable}"}}') == {variable}
