"""oidcc-client-test-plan: what the comprehensive plan adds for the code flow."""

import hmac
from typing import Any

import pytest
from werkzeug import Response

from relying_party.protocol import base64url
from tests.conformance.provider import CLIENT_SECRET, USER, Provider, as_json
from tests.conformance.relying_party_in_test import RelyingPartyInTest
from tests.tokens import encode_json, signing_key, tampered

AGGREGATED = {
    **USER,
    "_claim_names": {"credit_score": "src1"},
    "_claim_sources": {"src1": {"JWT": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}},
}
DISTRIBUTED = {
    **USER,
    "_claim_names": {"credit_score": "src1"},
    "_claim_sources": {"src1": {"endpoint": "https://claims.example", "access_token": "t"}},
}


def test_oidcc_client_test_missing_aud(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.claims = {"aud": None}
    rp.refused()


def test_oidcc_client_test_userinfo_bearer_header(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    tokens = rp.accepted()
    request = provider.last("/userinfo")
    assert request.method == "GET"
    assert request.headers["Authorization"] == f"Bearer {tokens['access_token']}"
    assert not request.args
    assert not request.get_data()


def test_oidcc_client_test_userinfo_signed(rp: RelyingPartyInTest, provider: Provider) -> None:
    jwt = signing_key(kid="key-1").sign({**USER, "iss": provider.url})
    provider.behaviour.userinfo = lambda: Response(jwt, content_type="application/jwt")
    assert rp.accepted()["userinfo"] is None


def _by_secret(claims: dict[str, Any]) -> str:
    head = f"{encode_json({'alg': 'HS256'})}.{encode_json(claims)}"
    mac = hmac.digest(CLIENT_SECRET.encode(), head.encode(), "sha256")
    return f"{head}.{base64url.encode(mac)}"


def test_oidcc_client_test_invalid_sig_hs256(rp: RelyingPartyInTest, provider: Provider) -> None:
    # Even a right one is refused: nothing pins this client to its secret
    provider.behaviour.sign = _by_secret
    rp.refused()
    provider.behaviour.sign = lambda claims: tampered(_by_secret(claims))
    rp.refused()


def test_oidcc_client_test_invalid_sig_es256(rp: RelyingPartyInTest, provider: Provider) -> None:
    ec = signing_key("ES256", "ec")
    provider.behaviour.keys = [ec]
    rp.accepted()
    provider.behaviour.sign = lambda claims: tampered(ec.sign(claims))
    rp.refused()


@pytest.mark.parametrize(
    "claims",
    [pytest.param(AGGREGATED, id="aggregated"), pytest.param(DISTRIBUTED, id="distributed")],
)
def test_oidcc_client_test_aggregated_and_distributed_claims(
    rp: RelyingPartyInTest, provider: Provider, claims: dict[str, Any]
) -> None:
    # Passed on as they come; nothing that they point to is fetched
    provider.behaviour.userinfo = lambda: as_json(claims)
    assert rp.accepted()["userinfo"] == claims


def test_oidcc_client_test_mtls_endpoint_aliases(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    # For clients that authenticate by mutual TLS (RFC 8705 §5), of which there are none here
    aliases = {"token_endpoint": f"{provider.url}/mtls/token"}
    provider.behaviour.metadata = {"mtls_endpoint_aliases": aliases}
    rp.accepted()
    assert provider.count("/mtls/token") == 0
