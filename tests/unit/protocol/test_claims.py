"""Each registered claim is judged at its boundary, by the clock passed in (RFC 7519 §4.1)."""

from collections.abc import Callable
from typing import Any

import pytest

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.claims import (
    parse_audience,
    require_audience,
    require_authorized_party,
    require_issuer,
    require_nonce,
    require_recent_sign_in,
    require_subject,
    require_times,
    require_values,
)
from relying_party.protocol.issuer import Issuer
from tests.tokens import CLIENT_ID, ISSUER, NONCE, NOW, Json, id_token_claims

SKEW = 60


def verdict(judge: Callable[[], object]) -> Reason | None:
    """Return why *judge* refuses, or None if it does not."""
    try:
        judge()
    except InvalidToken as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"exp": NOW - SKEW + 1}, None, id="expired, one second left of the skew"),
        pytest.param({"exp": NOW - SKEW}, Reason.EXPIRED, id="expired by the skew"),
        pytest.param({"exp": NOW - SKEW + 0.5}, None, id="expired, half a second left"),
        pytest.param({"exp": NOW - SKEW - 1}, Reason.EXPIRED, id="expired by more than the skew"),
        pytest.param({"iat": NOW + SKEW}, None, id="issued ahead by the skew"),
        pytest.param({"iat": NOW + SKEW + 1}, Reason.ISSUED_IN_FUTURE, id="issued further ahead"),
        pytest.param({"nbf": NOW + SKEW}, None, id="valid from the end of the skew"),
        pytest.param({"nbf": NOW + SKEW + 1}, Reason.NOT_YET_VALID, id="valid from later"),
        pytest.param({"nbf": NOW - 1}, None, id="valid already"),
        pytest.param({"exp": None}, Reason.MISSING_CLAIM, id="no exp"),
        pytest.param({"iat": None}, Reason.MISSING_CLAIM, id="no iat"),
        pytest.param({"exp": str(NOW + 300)}, Reason.INVALID_CLAIM, id="exp a string"),
        pytest.param({"exp": True}, Reason.INVALID_CLAIM, id="exp true"),
        pytest.param({"iat": [NOW]}, Reason.INVALID_CLAIM, id="iat an array"),
        pytest.param({"nbf": "0"}, Reason.INVALID_CLAIM, id="nbf a string"),
        pytest.param({"exp": 2**53}, None, id="exp in the last second that is one"),
        pytest.param({"exp": 2**53 + 1}, Reason.INVALID_CLAIM, id="exp beyond every clock"),
        pytest.param({"exp": 10**400}, Reason.INVALID_CLAIM, id="exp beyond every float"),
        pytest.param({"iat": -(10**400)}, Reason.INVALID_CLAIM, id="iat before every clock"),
        pytest.param({"nbf": -(10**400)}, Reason.INVALID_CLAIM, id="nbf before every clock"),
        pytest.param({"iat": -1}, None, id="issued before 1970"),
    ],
)
def test_a_token_is_good_within_its_time_and_the_skew(changes: Json, expected: Reason) -> None:
    claims = id_token_claims(**changes)

    assert verdict(lambda: require_times(claims, now=NOW, skew=SKEW)) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [(NOW + 299.9, None), (NOW + 300, Reason.EXPIRED), (NOW, None), (NOW - 1, "future")],
)
def test_without_skew_the_claims_mean_what_they_say(now: float, expected: Any) -> None:
    expected = Reason.ISSUED_IN_FUTURE if expected == "future" else expected

    assert verdict(lambda: require_times(id_token_claims(), now=now, skew=0)) is expected


@pytest.mark.parametrize(
    ("auth_time", "expected"),
    [
        pytest.param(NOW, None, id="just now"),
        pytest.param(NOW - 300 - SKEW, None, id="as long ago as is allowed"),
        pytest.param(NOW - 300 - SKEW - 1, Reason.TOO_OLD, id="a second longer"),
        pytest.param(NOW + 10, None, id="ahead of us"),
        pytest.param(None, Reason.MISSING_CLAIM, id="it does not say"),
        pytest.param(str(NOW), Reason.INVALID_CLAIM, id="a string"),
        pytest.param(-(10**400), Reason.INVALID_CLAIM, id="before every clock"),
    ],
)
def test_a_sign_in_may_not_be_older_than_max_age(auth_time: Any, expected: Reason) -> None:
    claims = id_token_claims(auth_time=auth_time)

    assert (
        verdict(lambda: require_recent_sign_in(claims, max_age=300, now=NOW, skew=SKEW)) is expected
    )


@pytest.mark.parametrize(
    ("iss", "expected"),
    [
        pytest.param(ISSUER, None, id="its own name"),
        pytest.param("https://alias.example", None, id="an alias"),
        pytest.param("https://other.example", Reason.UNKNOWN_ISSUER, id="another"),
        pytest.param(f"{ISSUER}/", Reason.UNKNOWN_ISSUER, id="a slash more"),
        pytest.param(ISSUER.upper(), Reason.UNKNOWN_ISSUER, id="in capitals"),
        pytest.param(None, Reason.MISSING_CLAIM, id="none"),
        pytest.param("", Reason.INVALID_CLAIM, id="empty"),
        pytest.param([ISSUER], Reason.INVALID_CLAIM, id="an array"),
        pytest.param(1, Reason.INVALID_CLAIM, id="a number"),
    ],
)
def test_the_issuer_is_the_configured_one(iss: Any, expected: Reason) -> None:
    issuer = Issuer("example", ISSUER, aliases=frozenset({"https://alias.example"}))

    assert verdict(lambda: require_issuer(id_token_claims(iss=iss), issuer)) is expected


@pytest.mark.parametrize(
    ("sub", "expected"),
    [
        ("x", None),
        ("x" * 255, None),
        ("x" * 256, Reason.INVALID_CLAIM),
        ("", Reason.INVALID_CLAIM),
        (1, Reason.INVALID_CLAIM),
        (None, Reason.MISSING_CLAIM),
    ],
)
def test_a_subject_is_a_string_of_at_most_255_characters(sub: Any, expected: Reason) -> None:
    assert verdict(lambda: require_subject(id_token_claims(sub=sub))) is expected


@pytest.mark.parametrize(
    ("aud", "expected"),
    [
        pytest.param(CLIENT_ID, None, id="a string"),
        pytest.param([CLIENT_ID], None, id="an array of one"),
        pytest.param([CLIENT_ID, "api"], None, id="two that are accepted"),
        pytest.param(["api"], None, id="one that is accepted"),
        pytest.param([CLIENT_ID, "stranger"], Reason.WRONG_AUDIENCE, id="a stranger beside us"),
        pytest.param("stranger", Reason.WRONG_AUDIENCE, id="a stranger"),
        pytest.param(CLIENT_ID[:-1], Reason.WRONG_AUDIENCE, id="a part of our name"),
        pytest.param(f"{CLIENT_ID} api", Reason.WRONG_AUDIENCE, id="two in one string"),
        pytest.param([], Reason.INVALID_CLAIM, id="an empty array"),
        pytest.param("", Reason.INVALID_CLAIM, id="an empty string"),
        pytest.param([CLIENT_ID, ""], Reason.INVALID_CLAIM, id="an empty member"),
        pytest.param([CLIENT_ID, 1], Reason.INVALID_CLAIM, id="a number"),
        pytest.param([[CLIENT_ID]], Reason.INVALID_CLAIM, id="an array in the array"),
        pytest.param({CLIENT_ID: 1}, Reason.INVALID_CLAIM, id="an object"),
        pytest.param(None, Reason.MISSING_CLAIM, id="none"),
    ],
)
def test_every_audience_must_be_an_accepted_one(aud: Any, expected: Reason) -> None:
    claims = id_token_claims(aud=aud)

    assert verdict(lambda: require_audience(claims, frozenset({CLIENT_ID, "api"}))) is expected


@pytest.mark.parametrize(
    ("aud", "azp", "expected"),
    [
        pytest.param(CLIENT_ID, None, None, id="one audience needs no azp"),
        pytest.param([CLIENT_ID], None, None, id="an array of one needs none either"),
        pytest.param([CLIENT_ID, "api"], None, Reason.MISSING_CLAIM, id="two need one"),
        pytest.param([CLIENT_ID, "api"], CLIENT_ID, None, id="two, issued to us"),
        pytest.param("api", "android", None, id="issued to a party of ours"),
        pytest.param(CLIENT_ID, "x", Reason.WRONG_AUTHORIZED_PARTY, id="issued to another"),
        pytest.param([CLIENT_ID, "api"], "api", Reason.WRONG_AUTHORIZED_PARTY, id="to an audience"),
        pytest.param(CLIENT_ID, "", Reason.INVALID_CLAIM, id="an empty azp"),
        pytest.param(CLIENT_ID, [CLIENT_ID], Reason.INVALID_CLAIM, id="an azp that is an array"),
    ],
)
def test_the_authorized_party_is_us_or_one_of_ours(aud: Any, azp: Any, expected: Reason) -> None:
    claims = id_token_claims(aud=aud, azp=azp)
    audience = parse_audience(claims)

    assert (
        verdict(lambda: require_authorized_party(claims, audience, {CLIENT_ID, "android"}))
        is expected
    )


@pytest.mark.parametrize(
    ("nonce", "expected"),
    [
        pytest.param(NONCE, None, id="the one expected"),
        pytest.param(NONCE + "x", Reason.WRONG_NONCE, id="another"),
        pytest.param(NONCE[:-1], Reason.WRONG_NONCE, id="a part of it"),
        pytest.param("", Reason.WRONG_NONCE, id="empty"),
        pytest.param(None, Reason.WRONG_NONCE, id="none"),
        pytest.param([NONCE], Reason.WRONG_NONCE, id="an array"),
        pytest.param("ñonce", Reason.WRONG_NONCE, id="beyond ASCII"),
    ],
)
def test_the_nonce_is_that_of_the_sign_in(nonce: Any, expected: Reason) -> None:
    assert verdict(lambda: require_nonce(id_token_claims(nonce=nonce), NONCE)) is expected


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        pytest.param(("t1",), "t1", None, id="the value"),
        pytest.param(("t1", "t2"), "t2", None, id="one of the values"),
        pytest.param((True,), True, None, id="true"),
        pytest.param((1,), 1, None, id="1"),
        pytest.param(("t1",), "T1", Reason.INVALID_CLAIM, id="in capitals"),
        pytest.param(("t1",), ["t1"], Reason.INVALID_CLAIM, id="an array around it"),
        pytest.param((True,), 1, Reason.INVALID_CLAIM, id="1 is not true"),
        pytest.param((True,), "true", Reason.INVALID_CLAIM, id="a string is not true"),
        pytest.param((1,), True, Reason.INVALID_CLAIM, id="true is not 1"),
        pytest.param((1,), "1", Reason.INVALID_CLAIM, id="a string is not 1"),
        pytest.param(("1",), 1, Reason.INVALID_CLAIM, id="1 is not a string"),
        pytest.param((), "t1", Reason.INVALID_CLAIM, id="no value is accepted"),
        pytest.param(("t1",), None, Reason.MISSING_CLAIM, id="none"),
    ],
)
def test_a_required_claim_has_one_of_its_values_in_their_type(
    wanted: tuple[object, ...], found: Any, expected: Reason
) -> None:
    claims = id_token_claims(tid=found)

    assert verdict(lambda: require_values(claims, {"tid": wanted})) is expected
