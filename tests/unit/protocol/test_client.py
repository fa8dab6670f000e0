"""What a client may ask, found before a code is spent."""

from dataclasses import replace

import pytest

from relying_party.errors import InvalidClient, InvalidGrant, InvalidRequest
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.pkce import PkceMode
from tests.tokens import CLIENT_ID, ISSUER

EXAMPLE = Issuer("example", ISSUER, aliases=frozenset({"https://alias.example"}))
CLIENT = Client("app", EXAMPLE, CLIENT_ID, redirect_uris=("com.example.app:/cb",))
VERIFIER = "v" * 43


def test_a_client_is_found_by_the_issuers_name_for_it_and_by_no_other() -> None:
    assert require_client({CLIENT_ID: CLIENT}, CLIENT_ID) is CLIENT

    for unknown in ("", "app", CLIENT_ID.upper(), CLIENT_ID + " "):
        with pytest.raises(InvalidClient):
            require_client({CLIENT_ID: CLIENT}, unknown)


def test_a_redirect_uri_must_be_registered_for_this_client() -> None:
    assert CLIENT.require_redirect_uri("com.example.app:/cb") == "com.example.app:/cb"

    with pytest.raises(InvalidRequest, match="redirect_uri") as refusal:
        CLIENT.require_redirect_uri("com.evil.app:/cb")
    assert "evil" not in refusal.value.detail
    with pytest.raises(InvalidRequest):
        replace(CLIENT, redirect_uris=()).require_redirect_uri("com.example.app:/cb")


@pytest.mark.parametrize("mode", [PkceMode.ENFORCE_ALONGSIDE, PkceMode.ENFORCE_INSTEAD])
def test_an_enforcing_mode_refuses_an_exchange_without_a_verifier(mode: PkceMode) -> None:
    client = replace(CLIENT, pkce=mode)

    assert client.require_pkce(VERIFIER) == VERIFIER
    with pytest.raises(InvalidRequest, match="code_verifier is required"):
        client.require_pkce(None)


def test_the_allowing_mode_takes_an_exchange_with_or_without_a_verifier() -> None:
    client = replace(CLIENT, pkce=PkceMode.ALLOW_ALONGSIDE)

    assert client.require_pkce(None) is None
    assert client.require_pkce(VERIFIER) == VERIFIER


@pytest.mark.parametrize("mode", list(PkceMode))
def test_every_mode_refuses_a_malformed_verifier(mode: PkceMode) -> None:
    with pytest.raises(InvalidRequest, match="43 to 128"):
        replace(CLIENT, pkce=mode).require_pkce("short")


def test_a_nonce_is_required_unless_it_is_switched_off() -> None:
    assert CLIENT.require_nonce("n") == "n"
    assert replace(CLIENT, nonce_required=False).require_nonce(None) is None

    with pytest.raises(InvalidRequest, match="nonce is required"):
        CLIENT.require_nonce(None)


def test_a_code_that_came_back_from_another_issuer_is_refused() -> None:
    CLIENT.require_response_issuer(ISSUER)
    CLIENT.require_response_issuer("https://alias.example")
    CLIENT.require_response_issuer(None)

    with pytest.raises(InvalidGrant):
        CLIENT.require_response_issuer("https://other.example")


def test_iss_may_not_be_missing_where_the_issuer_always_sends_it() -> None:
    client = replace(CLIENT, issuer=EXAMPLE._replace(sends_iss=True))

    client.require_response_issuer(ISSUER)
    with pytest.raises(InvalidRequest, match="iss is required"):
        client.require_response_issuer(None)
