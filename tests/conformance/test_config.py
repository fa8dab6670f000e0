"""oidcc-client-config-certification-test-plan: discovery, and keys that change."""

import pytest

from tests.conformance.provider import METADATA, Provider
from tests.conformance.relying_party_in_test import RelyingPartyInTest
from tests.tokens import SigningKey, signing_key

OLD = signing_key(kid="old")
NEW = signing_key(kid="new", number=1)


def test_oidcc_client_test_discovery_openid_config(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    rp.accepted()
    assert provider.count(METADATA) == 1


def test_oidcc_client_test_discovery_jwks_uri_keys(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    provider.behaviour.jwks_path = "/keys/of/this/run"
    rp.accepted()
    assert provider.count("/keys/of/this/run") == 1


@pytest.mark.parametrize("suffix", ["/", "/another", ".invalid"])
def test_oidcc_client_test_discovery_issuer_mismatch(
    rp: RelyingPartyInTest, provider: Provider, suffix: str
) -> None:
    provider.behaviour.metadata = {"issuer": provider.url + suffix}
    rp.refused(503, "temporarily_unavailable")
    assert provider.count("/token") == 0


def rotate(provider: Provider, *keys: SigningKey) -> None:
    provider.behaviour.keys = list(keys)


def test_oidcc_client_test_signing_key_rotation_just_before_signing(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    provider.behaviour.keys = [OLD]
    provider.behaviour.before_signing = lambda: rotate(provider, NEW)
    provider.behaviour.sign = NEW.sign
    rp.accepted()
    assert provider.count(provider.behaviour.jwks_path) == 2


def test_oidcc_client_test_signing_key_rotation(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.keys = [OLD]
    rp.accepted()
    # Right after an ordinary fetch: a pause that counted from it would refuse this sign-in
    rotate(provider, NEW)
    rp.accepted()
    assert provider.count(provider.behaviour.jwks_path) == 2
