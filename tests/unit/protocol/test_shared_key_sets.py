"""Key sets that several issuers share: each key vouches for its own issuer's tokens alone."""

import pytest

from relying_party.protocol.algorithms import SignatureAlgorithm
from relying_party.protocol.jwk import VerificationKey
from relying_party.protocol.jwk_set import KeySet, parse_key_set
from relying_party.protocol.jws import UnverifiedJws, parse_unverified
from tests.tokens import Json, id_token_claims, key_set, signing_key

ONE, OTHER = signing_key(number=0), signing_key(number=1)
HOST = "https://login.example"


def shared() -> KeySet:
    """Return two issuers' keys of one name."""
    return parse_key_set(
        key_set(
            {**ONE.jwk, "issuer": f"{HOST}/one/v2.0"},
            {**OTHER.jwk, "issuer": f"{HOST}/other/v2.0"},
        )
    )


def token_of(tenant: str) -> UnverifiedJws:
    return parse_unverified(ONE.sign(id_token_claims(iss=f"{HOST}/{tenant}/v2.0", tid=tenant)))


def test_each_token_finds_its_own_issuers_key_whatever_was_found_before() -> None:
    keys = shared()

    found = [keys.find(token_of(tenant)) for tenant in ("one", "other", "one", "third")]

    assert found == [keys.keys[0], keys.keys[1], keys.keys[0], None]


@pytest.mark.parametrize(
    ("changes", "vouches"),
    [
        ({}, True),
        ({"tid": "two"}, False),
        ({"tid": None}, False),
        ({"iss": f"{HOST}/two/v2.0"}, False),
        ({"iss": f"{HOST}/{{tenantid}}/v2.0"}, False),
        ({"iss": None}, False),
    ],
)
def test_a_key_of_all_tenants_vouches_for_the_tenant_that_the_token_names(
    changes: Json, *, vouches: bool
) -> None:
    key = VerificationKey({**ONE.jwk, "issuer": f"{HOST}/{{tenantid}}/v2.0"})
    claims = {"iss": f"{HOST}/one/v2.0", "tid": "one", **changes}

    assert key.vouches_for(claims) is vouches


@pytest.mark.parametrize("issuer", [None, 1, True, [HOST], ""])
def test_a_key_whose_issuer_is_none_vouches_for_nobody(issuer: object) -> None:
    assert not VerificationKey({**ONE.jwk, "issuer": issuer}).vouches_for({"iss": HOST})


def test_a_key_is_chosen_once_where_all_belong_to_one_issuer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[VerificationKey] = []
    fits = VerificationKey.fits

    def watched(key: VerificationKey, algorithm: SignatureAlgorithm, kid: str | None) -> bool:
        asked.append(key)
        return fits(key, algorithm, kid)

    monkeypatch.setattr(VerificationKey, "fits", watched)
    keys = parse_key_set(key_set(ONE))

    assert keys.find(token_of("one")) is keys.find(token_of("two")) is keys.keys[0]
    assert len(asked) == 1
