"""What API Gateway makes of the authorizer's answers: a temporary HTTP API of its own.

It leads to the stack's own metadata, and is deleted at the end, whatever happened.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
import requests

from tests.e2e.api import Api
from tests.e2e.said import Said
from tests.e2e.target import Target

SEE = "docs/doors.md, the authorizer"
_SECONDS = 35


@dataclass(frozen=True)
class GuardedApi:
    url: str
    target: Target

    def get(self, token: str | None) -> Said:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(self.url, headers=headers, timeout=_SECONDS)
        door = "GET through a temporary HTTP API with AuthorizerFunction"
        return Said(self.target.place, door, answer.status_code, {}, answer.text)


@pytest.fixture(scope="module")
def guarded(target: Target, api: Api) -> Iterator[GuardedApi]:
    if not target.given.get("AUTHORIZER_API"):
        pytest.skip("not asked: AUTHORIZER_API=1 creates a temporary HTTP API, and deletes it")
    gateway = boto3.client("apigatewayv2")
    created = gateway.create_api(Name=f"{target.name}-smoke-test", ProtocolType="HTTP")
    api_id = created["ApiId"]
    try:
        guard(target, api, api_id)
        base = created["ApiEndpoint"]
        if target.given.get("EMULATOR"):  # whose APIs have no names of their own
            base = target.url.replace(target.resources["Api"], api_id)
        yield wait_for(GuardedApi(f"{base}/guarded", target))
    finally:
        gateway.delete_api(ApiId=api_id)


def guard(target: Target, api: Api, api_id: str) -> None:
    """Give the API one route, which the authorizer guards as docs/doors.md has it."""
    gateway = boto3.client("apigatewayv2")
    function = f"arn:{target.partition}:lambda:{target.region}:{target.account}:function:"
    function += target.resources["AuthorizerFunction"]
    authorizer = gateway.create_authorizer(
        ApiId=api_id,
        Name="latchkey",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:{target.partition}:apigateway:{target.region}:lambda:path"
        f"/2015-03-31/functions/{function}/invocations",
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        AuthorizerResultTtlInSeconds=0,
        IdentitySource=["$request.header.Authorization"],
    )
    integration = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri=target.url,
        RequestParameters={
            "overwrite:path": f"/clients/{target.client}/.well-known/openid-configuration"
        },
        PayloadFormatVersion="1.0",
    )
    gateway.create_route(
        ApiId=api_id,
        RouteKey="GET /guarded",
        Target=f"integrations/{integration['IntegrationId']}",
        AuthorizationType="CUSTOM",
        AuthorizerId=authorizer["AuthorizerId"],
    )
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)


def wait_for(guarded: GuardedApi) -> GuardedApi:
    """Return once the gateway knows the route: that takes some seconds."""
    for _ in range(30):
        if guarded.get(None).status not in {403, 404}:
            return guarded
        time.sleep(1)
    pytest.fail("the temporary HTTP API did not come up in half a minute", pytrace=False)


def test_without_a_token_the_gateway_answers_401(guarded: GuardedApi) -> None:
    guarded.get(None).must(401, see=SEE)


def test_with_a_bad_token_the_gateway_answers_403(guarded: GuardedApi) -> None:
    guarded.get("no.token.atall").must(403, see=SEE)


def test_with_a_good_token_the_gateway_lets_the_request_through(
    guarded: GuardedApi, tokens: dict[str, str]
) -> None:
    kind = guarded.target.parameters.get("AuthorizerTokenUse", "access_token")

    guarded.get(tokens[kind]).must(200, see=SEE)
