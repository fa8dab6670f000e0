"""No input makes anything but a verdict: the fuzzing targets, on examples that hypothesis makes.

`make fuzz` runs the same targets guided by coverage, for as long as one likes.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import run
from tests.fuzz.seeds import SEEDS
from tests.fuzz.targets import TARGETS, VERDICTS, signed_claims_get_a_verdict
from tests.pool.case import Asked, Case
from tests.pool.forge import claims, good
from tests.pool.judge import judge
from tests.pool.keys import RSA

SOME = settings(max_examples=150)

# What a claim may hold if its issuer has lost its mind
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = ("iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "auth_time", "typ")


def test_every_target_is_run_and_has_seeds() -> None:
    assert tuple(TARGETS) == run.TARGETS == tuple(SEEDS)


@pytest.mark.parametrize("name", TARGETS)
@SOME
@given(data=st.binary(max_size=200))
def test_any_octets(name: str, data: bytes) -> None:
    TARGETS[name](data)


@SOME
@given(changes=st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=3))
def test_any_values_of_claims(changes: dict[str, Any]) -> None:
    signed_claims_get_a_verdict(json.dumps({**claims(), **changes}).encode())


@SOME
@given(st.dictionaries(st.sampled_from(["typ", "kid", "cty", "zip", "jwk", "x5c", "alg"]), VALUES))
def test_any_values_of_header_members(header: dict[str, Any]) -> None:
    assert judge(Case("any", frozenset(), RSA.sign(claims(), **header))) in VERDICTS


@SOME
@given(
    nonce=st.none() | st.text(st.characters(), max_size=9),
    access_token=st.none() | st.text(st.characters(), max_size=9),
    max_age=st.none() | st.integers(0, 10**9),
)
def test_any_expectations(nonce: str | None, access_token: str | None, max_age: int | None) -> None:
    asked = Asked(nonce=nonce, access_token=access_token, max_age=max_age)

    assert judge(Case("any", frozenset(), good(at_hash="x"), asked=asked)) in VERDICTS


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        (Asked(nonce="\ud800"), "wrong_nonce"),
        (Asked(access_token="\ud800"), "wrong_token_hash"),
    ],
)
def test_half_a_surrogate_pair_as_an_expectation(asked: Asked, verdict: str) -> None:
    assert judge(Case("half", frozenset(), good(at_hash="x"), asked=asked)) == verdict


@SOME
@given(st.data())
def test_any_token_with_a_few_characters_changed(data: st.DataObject) -> None:
    token = good()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(token) - 1))
        token = token[:at] + data.draw(st.characters()) + token[at + 1 :]

    verdict = judge(Case("changed", frozenset(), token))

    assert verdict in VERDICTS
    assert (verdict == "accepted") == (token == good())
