"""What a client is by its issuer's profile, its kind of code and its kind of tokens."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import InvalidClient, InvalidRequest
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client, CodeSource, require_named_client
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.profiles import PROFILES
from tests.tokens import CLIENT_ID, ISSUER

EXAMPLE = Issuer("example", ISSUER)
CLIENT = Client("app", EXAMPLE, CLIENT_ID, redirect_uris=("com.example.app:/cb",))
OTHER = replace(CLIENT, name="other", client_id="other-id")
NATIVE = replace(CLIENT, code_source=CodeSource.NATIVE_SDK)
VERIFIER = "v" * 43


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token_profile": AccessTokenProfile.OPAQUE},
        {"id_token_algorithms": frozenset({"HS256", "ES256"})},
    ],
)
def test_judging_tokens_takes_the_secret_where_they_are_opaque_or_signed_with_it(
    changes: dict[str, Any],
) -> None:
    assert replace(CLIENT, **changes).verifies_with_secret


def test_judging_other_tokens_takes_no_secret() -> None:
    assert not CLIENT.verifies_with_secret
    assert not replace(CLIENT, id_token_algorithms=frozenset({"ES256"})).verifies_with_secret


def test_a_refresh_asks_for_scopes_only_where_the_issuer_sends_no_id_token_otherwise() -> None:
    okta = Issuer("okta", ISSUER, profile=PROFILES["okta"])

    assert CLIENT.refresh_scope is None
    assert replace(CLIENT, issuer=okta, offline=True).refresh_scope == "openid offline_access"


def test_a_client_is_found_by_its_own_name_for_its_urls() -> None:
    clients = {client.client_id: client for client in (CLIENT, OTHER)}

    assert require_named_client(clients, "app") is CLIENT
    assert require_named_client(clients, "other") is OTHER
    with pytest.raises(InvalidClient):
        require_named_client(clients, CLIENT_ID)


def test_a_code_of_the_browser_comes_with_a_registered_redirect_uri() -> None:
    assert CLIENT.exchange_redirect_uri("com.example.app:/cb") == "com.example.app:/cb"
    with pytest.raises(InvalidRequest, match="redirect_uri is missing"):
        CLIENT.exchange_redirect_uri(None)


def test_a_code_of_a_providers_sdk_goes_with_what_that_provider_wants() -> None:
    google = replace(NATIVE, issuer=Issuer("google", ISSUER, profile=PROFILES["google"]))

    assert google.exchange_redirect_uri(None) == ""
    assert NATIVE.exchange_redirect_uri("com.example.app:/cb") is None


def test_a_code_of_a_providers_sdk_has_no_verifier_and_needs_none() -> None:
    assert CLIENT.requires_verifier
    assert not NATIVE.requires_verifier
    assert NATIVE.require_pkce(None) is None
    with pytest.raises(InvalidRequest, match="no code_verifier"):
        NATIVE.require_pkce(VERIFIER)
