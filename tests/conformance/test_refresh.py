"""oidcc-client-refreshtoken-test-plan: what a refreshed ID Token may not change."""

import requests

from tests.conformance.provider import USER, Provider
from tests.conformance.relying_party_in_test import RelyingPartyInTest


def test_oidcc_client_test_refresh_token(rp: RelyingPartyInTest, provider: Provider) -> None:
    signed_in = rp.accepted()
    refreshed = rp.refresh(signed_in["refresh_token"])
    assert refreshed.status == 200, refreshed
    assert refreshed.body["access_token"] != signed_in["access_token"]
    assert refreshed.body["access_token"] == provider.access_token
    # The app goes to the provider with it by itself
    bearer = {"Authorization": f"Bearer {refreshed.body['access_token']}"}
    assert requests.get(f"{provider.url}/userinfo", headers=bearer, timeout=5).json() == USER


def refused(rp: RelyingPartyInTest, provider: Provider, **claims: object) -> None:
    signed_in = rp.accepted()
    provider.behaviour.refreshed_claims = claims
    refreshed = rp.refresh(signed_in["refresh_token"])
    assert (refreshed.status, refreshed.body["reason"]) == (502, "id_token_refused"), refreshed
    assert not {"access_token", "id_token", "refresh_token"} & refreshed.body.keys()


def test_oidcc_client_test_refresh_token_invalid_issuer(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    refused(rp, provider, iss="https://another.example")


def test_oidcc_client_test_refresh_token_invalid_sub(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    refused(rp, provider, sub="another-user")
