"""Routes that demand IAM: shut without a signature, and open with any that is well-formed."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.front import Front
from local.server import LoopbackServer
from local.template import Route, read_stack

ROOT = Path(__file__).parents[2]
ROUTES = (
    Route("POST", "/open", "Echo"),
    Route("POST", "/signed", "Echo", auth="AWS_IAM"),
    Route("POST", "/foreign", "Echo", auth="SomeJwtAuthorizer"),
)
SIGNATURE = f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
SCOPE = "AKIDEXAMPLE/20260101/us-east-1/execute-api/aws4_request"


@pytest.fixture
def url() -> Iterator[str]:
    with closing(LoopbackServer()) as server:
        server.serve(Front(ROUTES, _echo, lambda _: None))
        yield server.url


def _echo(_: str, event: Any) -> Any:
    return {"statusCode": 200, "body": json.dumps(event)}


def signed_headers(url: str, body: str = "") -> dict[str, str]:
    """What an AWS SDK adds to a request."""
    request = AWSRequest("POST", url, data=body)
    SigV4Auth(Credentials("AKIDEXAMPLE", "a-secret"), "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers)


def test_a_signed_request_is_let_in_and_its_caller_is_named(url: str) -> None:
    answer = requests.post(f"{url}/signed", headers=signed_headers(f"{url}/signed"), timeout=5)
    iam = answer.json()["requestContext"]["authorizer"]["iam"]
    assert iam["userArn"] == "arn:aws:iam::000000000000:user/local"
    assert iam["accessKey"] == "AKIDEXAMPLE"
    assert set(iam) == {
        "accessKey",
        "accountId",
        "callerId",
        "cognitoIdentity",
        "principalOrgId",
        "userArn",
        "userId",
    }


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer a-token",
        "AWS4-HMAC-SHA256",
        f"AWS4-HMAC-SHA256 Credential={SCOPE}",
        f"AWS4-HMAC-SHA256 {SIGNATURE}",
        f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host",
        f"AWS4-HMAC-SHA256 Credential={SCOPE.replace('execute-api', 's3')}, {SIGNATURE}",
        f"AWS4-HMAC-SHA256 Credential={SCOPE}, {SIGNATURE[:-1]}",
        f"AWS4-HMAC-SHA1 Credential={SCOPE}, {SIGNATURE}",
    ],
)
def test_an_unsigned_request_is_refused_as_api_gateway_does(
    url: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = requests.post(f"{url}/signed", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})


def test_a_route_whose_authorizer_is_not_played_here_stays_shut(url: str) -> None:
    answer = requests.post(f"{url}/foreign", headers=signed_headers(f"{url}/foreign"), timeout=5)
    assert answer.status_code == 403


def test_a_signature_means_nothing_to_a_route_that_is_open(url: str) -> None:
    for headers in ({}, signed_headers(f"{url}/open")):
        answer = requests.post(f"{url}/open", headers=headers, timeout=5)
        assert "authorizer" not in answer.json()["requestContext"]


def test_the_template_says_which_routes_demand_a_signature() -> None:
    routes = read_stack(ROOT / "template.yaml").routes
    assert {route.key for route in routes if route.auth == "AWS_IAM"} == {"POST /oauth2/introspect"}
    assert {route.auth for route in routes} == {None, "AWS_IAM"}
