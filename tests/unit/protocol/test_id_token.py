"""What makes an ID Token good, beyond its single claims (OIDC Core §3.1.3.7, §3.1.3.8)."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.algorithms import ALGORITHMS
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations, build_token_hash, require_id_token
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jws import parse_unverified
from tests.published import vectors
from tests.tokens import CLIENT_ID, ISSUER, NONCE, NOW, Json, id_token_claims, signing_key

NOTHING_KNOWN = Expectations()
CLIENT = Client("app", Issuer("example", ISSUER), CLIENT_ID)
ACCESS_TOKEN = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"


def verdict(
    claims: Json,
    expected: Expectations = NOTHING_KNOWN,
    *,
    alg: str = "RS256",
    client: Client = CLIENT,
    **header: Any,
) -> Reason | None:
    """Return why a token with *claims* is refused, or None if it is not."""
    jws = parse_unverified(signing_key(alg).sign(claims, **header))
    try:
        require_id_token(jws, client, expected, now=NOW)
    except InvalidToken as refusal:
        return refusal.reason
    return None


def test_a_good_id_token_is_accepted() -> None:
    assert verdict(id_token_claims(), Expectations(nonce=NONCE)) is None


@pytest.mark.parametrize(
    ("typ", "expected"),
    [
        pytest.param("JWT", None, id="JWT"),
        pytest.param("jwt", None, id="in small letters"),
        pytest.param("application/jwt", None, id="the media type"),
        pytest.param(None, None, id="none"),
        pytest.param("at+jwt", Reason.WRONG_TYPE, id="an access token (RFC 9068)"),
        pytest.param("AT+JWT", Reason.WRONG_TYPE, id="an access token in capitals"),
        pytest.param("logout+jwt", Reason.WRONG_TYPE, id="a logout token"),
        pytest.param("dpop+jwt", Reason.WRONG_TYPE, id="a proof"),
        pytest.param("", Reason.WRONG_TYPE, id="empty"),
    ],
)
def test_a_token_that_says_it_is_something_else_is_something_else(
    typ: str | None, expected: Reason
) -> None:
    assert verdict(id_token_claims(), typ=typ) is expected


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"scp": ["openid"]}, id="an access token of Okta"),
        pytest.param({"scp": "User.Read"}, id="an access token of Entra"),
        pytest.param({"token_use": "access"}, id="an access token of Cognito"),
        pytest.param({"typ": "Bearer"}, id="an access token of Keycloak"),
        pytest.param({"events": {}}, id="a logout or security event token"),
    ],
)
def test_a_payload_that_says_it_is_something_else_is_something_else(said: Json) -> None:
    assert verdict(id_token_claims(**said)) is Reason.WRONG_TYPE


@pytest.mark.parametrize("alg", ["PS256", "RS512", "ES256", "EdDSA"])
def test_an_algorithm_that_the_client_does_not_accept_is_refused(alg: str) -> None:
    accepting = replace(CLIENT, id_token_algorithms=frozenset({alg}))

    assert verdict(id_token_claims(), alg=alg) is Reason.UNSUPPORTED_ALGORITHM
    assert verdict(id_token_claims(), alg=alg, client=accepting) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "https://other.example"}, Reason.UNKNOWN_ISSUER),
        ({"aud": "stranger"}, Reason.WRONG_AUDIENCE),
        ({"azp": "stranger"}, Reason.WRONG_AUTHORIZED_PARTY),
        ({"exp": NOW - 60}, Reason.EXPIRED),
        ({"iat": NOW + 61}, Reason.ISSUED_IN_FUTURE),
        ({"nbf": NOW + 61}, Reason.NOT_YET_VALID),
        ({"sub": None}, Reason.MISSING_CLAIM),
        ({"tid": "another"}, Reason.INVALID_CLAIM),
        ({"tid": None}, Reason.MISSING_CLAIM),
    ],
)
def test_every_claim_is_judged(changes: Json, expected: Reason) -> None:
    client = replace(CLIENT, required_claims={"tid": ("tenant-1",)})

    assert verdict(id_token_claims(tid="tenant-1"), client=client) is None
    assert verdict(id_token_claims(**{"tid": "tenant-1", **changes}), client=client) is expected


def test_the_clock_skew_is_the_clients_own() -> None:
    claims = id_token_claims(exp=NOW - 4)

    assert verdict(claims, client=replace(CLIENT, clock_skew=5)) is None
    assert verdict(claims, client=replace(CLIENT, clock_skew=4)) is Reason.EXPIRED


def test_audiences_and_parties_are_accepted_where_the_clients_file_has_them() -> None:
    claims = id_token_claims(aud=[CLIENT_ID, "api"], azp="android")
    client = replace(
        CLIENT, audiences=frozenset({"api"}), authorized_parties=frozenset({"android"})
    )

    assert verdict(claims, client=client) is None
    assert verdict(claims) is Reason.WRONG_AUDIENCE
    assert verdict(claims, client=replace(client, authorized_parties=frozenset())) is (
        Reason.WRONG_AUTHORIZED_PARTY
    )


def test_a_nonce_is_compared_where_the_caller_has_one() -> None:
    assert verdict(id_token_claims(), Expectations(nonce="another")) is Reason.WRONG_NONCE
    assert verdict(id_token_claims(nonce=None), Expectations(nonce=NONCE)) is Reason.WRONG_NONCE
    assert verdict(id_token_claims()) is None


def test_max_age_is_judged_where_the_caller_asks_for_it() -> None:
    claims = id_token_claims(auth_time=NOW - 361)

    assert verdict(claims) is None
    assert verdict(claims, Expectations(max_age=301)) is None
    assert verdict(claims, Expectations(max_age=300)) is Reason.TOO_OLD
    assert verdict(id_token_claims(), Expectations(max_age=0)) is Reason.MISSING_CLAIM
    assert verdict(id_token_claims(auth_time=NOW - 61), Expectations(max_age=0)) is Reason.TOO_OLD


@pytest.mark.parametrize("alg", sorted(ALGORITHMS))
def test_at_hash_is_of_the_access_token_for_every_algorithm(alg: str) -> None:
    client = replace(CLIENT, id_token_algorithms=frozenset({alg}))
    claims = id_token_claims(at_hash=build_token_hash(ACCESS_TOKEN, alg))

    assert verdict(claims, Expectations(access_token=ACCESS_TOKEN), alg=alg, client=client) is None
    assert verdict(claims, Expectations(access_token="x"), alg=alg, client=client) is (
        Reason.WRONG_TOKEN_HASH
    )


@pytest.mark.parametrize(
    ("alg", "length"),
    [("RS256", 22), ("ES384", 32), ("PS512", 43), ("EdDSA", 43), ("Ed25519", 43)],
)
def test_a_token_hash_is_half_of_the_algorithms_own(alg: str, length: int) -> None:
    assert len(build_token_hash(ACCESS_TOKEN, alg)) == length


@pytest.mark.parametrize("vector", vectors("token_hash"), ids=lambda vector: vector["source"])
def test_published_token_hashes(vector: Json) -> None:
    assert build_token_hash(vector["token"], vector["alg"]) == vector["hash"]


@pytest.mark.parametrize(
    ("at_hash", "expected"),
    [
        pytest.param(None, None, id="none, as the code flow permits"),
        pytest.param("", Reason.INVALID_CLAIM, id="empty"),
        pytest.param(1, Reason.INVALID_CLAIM, id="a number"),
        pytest.param("77QmUPtjPfzWtF2AnpK9RQ=", Reason.WRONG_TOKEN_HASH, id="with padding"),
        pytest.param("77QmUPtjPfzWtF2AnpK9", Reason.WRONG_TOKEN_HASH, id="cut off"),
        pytest.param("77QmUPtjPfzWtF2AnpK9RQ", None, id="as published"),
    ],
)
def test_an_at_hash_that_is_there_must_fit(at_hash: Any, expected: Reason) -> None:
    claims = id_token_claims(at_hash=at_hash)

    assert verdict(claims, Expectations(access_token=ACCESS_TOKEN)) is expected


def test_what_a_request_knows_is_not_shown() -> None:
    known = Expectations("the nonce", "the token", "the code", 60, scope=frozenset({"b", "a"}))

    assert repr(known) == "Expectations(max_age=60, scope=['a', 'b'])"
