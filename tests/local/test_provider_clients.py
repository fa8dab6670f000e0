"""How clients prove to the embedded provider that they are themselves."""

import base64
from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest

from local.provider.clients import RegisteredClient
from tests.local.provider_client import (
    CONFIDENTIAL,
    INVALID_CLIENT,
    INVALID_REQUEST,
    POSTING,
    PUBLIC,
    SECRET,
    ProviderClient,
    basic,
    error_of,
)


def bearing(text: bytes) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text).decode()}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("confidential", "wrong"),
        basic("nobody", SECRET),
        basic("public", ""),
        bearing(f"confidential:{SECRET}".encode()),  # not form-encoded
        bearing(f"confidential:{quote_plus(SECRET, safe='/')}".encode()),  # not quite, either
        bearing(b"confidential"),
        bearing(b"\xff:\xff"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer " + basic("confidential", SECRET)["Authorization"][6:]},
    ],
)
def test_whoever_does_not_prove_to_be_the_client_is_refused(
    provider: ProviderClient, headers: Mapping[str, str]
) -> None:
    code = provider.sign_in()
    response = provider.token(provider.code_form(code), headers=headers)
    assert error_of(response) == INVALID_CLIENT
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert provider.token(provider.code_form(code)).status_code == 200


@pytest.mark.parametrize(
    ("client", "credentials"),
    [
        (CONFIDENTIAL, {"client_id": "confidential", "client_secret": SECRET}),
        (CONFIDENTIAL, {"client_id": "confidential"}),
        (POSTING, {"client_id": "posting"}),
        (POSTING, {"client_id": "posting", "client_secret": "wrong"}),
        (PUBLIC, {"client_id": "public", "client_secret": ""}),
        (PUBLIC, {"client_id": "public", "client_assertion": "eyJ"}),
    ],
)
def test_a_client_has_one_way_to_authenticate(
    provider: ProviderClient, client: RegisteredClient, credentials: dict[str, str]
) -> None:
    form = provider.code_form(provider.sign_in(client), client) | credentials
    assert error_of(provider.token(form, headers={})) == INVALID_CLIENT


def test_two_ways_to_authenticate_are_one_too_many(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in()) | {"client_secret": SECRET}
    assert error_of(provider.token(form)) == INVALID_REQUEST


def test_client_id_may_not_contradict_the_header(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in()) | {"client_id": "posting"}
    assert error_of(provider.token(form)) == INVALID_REQUEST


def test_parameters_in_the_query_are_refused(provider: ProviderClient) -> None:
    form = provider.code_form(provider.sign_in())
    headers = basic("confidential", SECRET)
    response = provider.post("/token", query_string=form, headers=headers)
    assert error_of(response) == INVALID_REQUEST
    response = provider.post("/token", data=form, query_string={"a": "b"}, headers=headers)
    assert error_of(response) == INVALID_REQUEST


def test_a_body_that_is_no_form_is_refused(provider: ProviderClient) -> None:
    headers = basic("confidential", SECRET)
    form = provider.code_form(provider.sign_in())
    assert error_of(provider.post("/token", json=form, headers=headers)) == INVALID_REQUEST


def test_a_form_that_repeats_itself_is_refused(provider: ProviderClient) -> None:
    code = provider.sign_in()
    form = provider.code_form(code) | {"code": [code, code]}
    response = provider.post("/token", data=form, headers=basic("confidential", SECRET))
    assert error_of(response) == INVALID_REQUEST
