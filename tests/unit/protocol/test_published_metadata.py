"""What apps are told about the provider: from a list, and nothing that is true of it alone."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.protocol.client import Client
from relying_party.protocol.provider_metadata import build_provider_metadata
from relying_party.protocol.published_metadata import build_published_metadata, promises_iss
from tests.fakes import EXAMPLE, METADATA

CLIENT = Client("app", EXAMPLE, "app-id")
SENDS_ISS = "authorization_response_iss_parameter_supported"


def published(**members: Any) -> dict[str, Any]:
    provider = build_provider_metadata(EXAMPLE, {**METADATA, **members})
    return build_published_metadata(CLIENT, provider, "https://us.example")


def test_the_token_endpoint_is_ours_and_takes_no_credentials() -> None:
    metadata = published()
    assert metadata["issuer"] == EXAMPLE.issuer
    assert metadata["token_endpoint"] == "https://us.example/oauth2/token"
    assert metadata["token_endpoint_auth_methods_supported"] == ["none"]


def test_an_app_is_told_this_and_no_more() -> None:
    providers_own = {
        "authorization_endpoint": "https://issuer.example/authorize",
        "jwks_uri": "https://issuer.example/keys",
        "userinfo_endpoint": "https://issuer.example/me",
        "end_session_endpoint": "https://issuer.example/logout",
        "scopes_supported": ["openid", "email"],
        "claims_supported": ["sub"],
        "subject_types_supported": ["pairwise"],
    }

    assert published(**providers_own) == {
        **providers_own,
        "issuer": EXAMPLE.issuer,
        SENDS_ISS: False,
        "token_endpoint": "https://us.example/oauth2/token",
        "revocation_endpoint": "https://us.example/oauth2/revoke",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
    }


def test_subjects_are_public_where_the_provider_does_not_say() -> None:
    assert published()["subject_types_supported"] == ["public"]


@pytest.mark.parametrize(
    "name",
    ["introspection_endpoint", "registration_endpoint", "request_parameter_supported", "dpop"],
)
def test_what_is_not_on_the_list_is_left_out(name: str) -> None:
    assert name not in published(**{name: "https://issuer.example/x"})


@pytest.mark.parametrize("scopes", [[], ["x" * 100], ["x"] * 100])
def test_a_list_may_be_long_and_have_long_members(scopes: list[str]) -> None:
    assert published(scopes_supported=scopes)["scopes_supported"] == scopes


@pytest.mark.parametrize("scopes", ["openid", [1], ["x" * 101], ["x"] * 101, None, {}])
def test_a_list_that_is_none_is_left_out(scopes: object) -> None:
    assert "scopes_supported" not in published(scopes_supported=scopes)


def test_a_list_is_passed_on() -> None:
    assert published(claims_supported=["sub"])["claims_supported"] == ["sub"]


@pytest.mark.parametrize(
    ("configured", "says", "promised"),
    [(False, True, True), (True, None, True), (False, "true", False), (False, None, False)],
)
def test_iss_is_promised_by_the_metadata_or_by_the_file(
    *, configured: bool, says: object, promised: bool
) -> None:
    client = replace(CLIENT, issuer=EXAMPLE._replace(sends_iss=configured))
    provider = build_provider_metadata(client.issuer, {**METADATA, SENDS_ISS: says})
    assert promises_iss(client, provider) is promised
