"""Held equal to the SDK: the signature."""

import datetime as dt
import json
from collections.abc import Mapping

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from relying_party.adapters.signed_request import SignedRequest, sign

REGIONS = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"]

keys = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=32)
base64s = st.text(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", min_size=1, max_size=500
)
instants = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2099, 1, 1))  # noqa: DTZ001


def signed_by_the_sdk(
    env: Mapping[str, str], url: str, headers: Mapping[str, str], body: bytes
) -> HTTPHeaders:
    credentials = Credentials(
        env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN")
    )
    request = AWSRequest("POST", url, headers, body)
    auth = botocore.auth.SigV4Auth(credentials, "dynamodb", env["AWS_DEFAULT_REGION"])
    auth.add_auth(request)
    return request.headers


@given(
    key=keys,
    secret=base64s,
    token=st.none() | base64s,
    region=st.sampled_from(REGIONS),
    body=st.builds(json.dumps, st.dictionaries(st.text(), st.text())),
    instant=instants,
)
def test_every_request_is_signed_as_the_sdk_signs_it(
    *, key: str, secret: str, token: str | None, region: str, body: str, instant: dt.datetime
) -> None:
    env = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": region,
        **({} if token is None else {"AWS_SESSION_TOKEN": token}),
    }
    host = f"dynamodb.{region}.amazonaws.com"
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB.GetItem"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda: instant)
        theirs = signed_by_the_sdk(env, f"https://{host}/", headers, body.encode())
    security = {} if token is None else {"x-amz-security-token": token}
    ours = {**headers, "host": host, "x-amz-date": theirs["X-Amz-Date"], **security}
    assert sign(env, ours, body.encode()) == theirs["Authorization"]


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0"])
def test_no_line_comes_into_a_request_from_the_environment(name: str, end: str) -> None:
    env = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    env[name] = f"AKIA{end}x-injected: yes"
    send = SignedRequest(env, ("http", "127.0.0.1:1"), None)

    with pytest.raises(ValueError, match="line end"):
        send("GetItem", {})
