"""Held equal to the SDK: the endpoint, and what only the SDK can heed."""

from collections.abc import Mapping

import boto3
import pytest

from relying_party.adapters.dynamodb_endpoint import endpoint_of

LIKE_LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "token_verify",
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
    "AWS_SESSION_TOKEN": "FwoGZXIvYXdzE",
    "KEYS_TABLE": "keys",
}
REGIONS = [
    (partition, region)
    for partition in boto3.Session().get_available_partitions()
    for region in boto3.Session().get_available_regions("dynamodb", partition)
]


@pytest.mark.parametrize(("partition", "region"), REGIONS)
def test_a_region_has_the_endpoint_that_the_sdk_gives_it_or_is_left_to_it(
    partition: str, region: str
) -> None:
    found = endpoint_of({**LIKE_LAMBDA, "AWS_DEFAULT_REGION": region})
    client = boto3.client(
        "dynamodb", region, aws_access_key_id="none", aws_secret_access_key="none"
    )
    theirs = client.meta.endpoint_url
    assert found == (("https", theirs.removeprefix("https://")) if found else None)
    assert (found is None) == (partition not in {"aws", "aws-cn", "aws-us-gov"})


@pytest.mark.parametrize(
    ("said", "endpoint"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, ("http", "127.0.0.1:4566")),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "https://vpce.example/"}, ("https", "vpce.example")),
        (
            {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"},
            ("http", "one"),
        ),
        ({"AWS_CONFIG_FILE": "/dev/null"}, ("https", "dynamodb.eu-central-1.amazonaws.com")),
        ({"HTTPS_PROXY": "", "NO_PROXY": "*"}, ("https", "dynamodb.eu-central-1.amazonaws.com")),
    ],
)
def test_an_endpoint_that_is_named_comes_before_the_region_s(
    said: Mapping[str, str], endpoint: tuple[str, str]
) -> None:
    assert endpoint_of({**LIKE_LAMBDA, **said}) == endpoint


@pytest.mark.parametrize(
    "said",
    [
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/"},  # as under SnapStart
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/credentials"},
        {"AWS_PROFILE": "other"},
        {"AWS_CONFIG_FILE": "/var/task/config"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_CA_BUNDLE": "/var/task/ca.pem"},
        {"REQUESTS_CA_BUNDLE": "/var/task/ca.pem"},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        {"AWS_ACCOUNT_ID": "123456789012"},
        {"AWS_WHATEVER_COMES_NEXT": "yes"},
        {"HTTPS_PROXY": "http://proxy:3128"},
        {"https_proxy": "http://proxy:3128"},
        {"ALL_PROXY": "http://proxy:3128"},
        {"http_proxy": "http://proxy:3128"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/path"},
        {"AWS_ENDPOINT_URL": "http://user@127.0.0.1:4566"},
        {"AWS_ENDPOINT_URL": "ftp://127.0.0.1"},
        {"AWS_ENDPOINT_URL": "http://one\r\nhost: two"},
        {"AWS_DEFAULT_REGION": "eu-central-1.example.com/"},
    ],
    ids=str,
)
def test_whatever_only_the_sdk_can_heed_is_left_to_it(said: Mapping[str, str]) -> None:
    assert endpoint_of({**LIKE_LAMBDA, **said}) is None


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_DEFAULT_REGION",
        "AWS_LAMBDA_FUNCTION_NAME",  # elsewhere there may be a file of settings
    ],
)
def test_an_environment_that_lacks_what_lambda_gives_is_left_to_the_sdk(name: str) -> None:
    assert endpoint_of(LIKE_LAMBDA)
    assert endpoint_of({**LIKE_LAMBDA, name: ""}) is None
