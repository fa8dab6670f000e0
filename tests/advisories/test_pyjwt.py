"""The attacks of PyJWT's advisories."""

import pytest

from tests.advisories.verdicts import Form, openssh, pem, pkcs1, verdict
from tests.pool.forge import good, headed, keyed
from tests.pool.keys import EC, ED25519, RSA
from tests.tokens import ISSUER, SigningKey


def test_cve_2017_11424_a_pkcs1_public_key_as_a_secret() -> None:
    assert verdict(keyed(pkcs1(RSA))) == "unsupported_algorithm"


@pytest.mark.parametrize("key", [RSA, EC, ED25519], ids=lambda key: key.alg)
@pytest.mark.parametrize("form", [pem, openssh])
def test_cve_2022_29217_a_public_key_of_any_form_as_a_secret(form: Form, key: SigningKey) -> None:
    assert verdict(keyed(form(key))) == "unsupported_algorithm"


@pytest.mark.parametrize("part", [ISSUER[:-1], ISSUER[1:], ISSUER[8:], ISSUER[0]])
def test_cve_2024_53861_ghsa_75c5_xw7c_p5pm_a_part_of_the_issuer(part: str) -> None:
    assert verdict(good(iss=part)) == "unknown_issuer"


@pytest.mark.parametrize("known", [True, False])
def test_cve_2026_32597_ghsa_752w_5fwx_jx9f_an_extension_named_critical(known: bool) -> None:  # noqa: FBT001
    header = {"crit": ["b64"], "b64": True} if known else {"crit": ["x-policy"], "x-policy": "mfa"}

    assert verdict(headed(RSA, **header)) == "malformed"
