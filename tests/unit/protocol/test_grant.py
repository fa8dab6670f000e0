"""What is remembered of a grant, and whether a refreshed ID Token is the same user's."""

from typing import Any

import pytest

from relying_party.protocol.grant import (
    Grant,
    agrees,
    dump_grant,
    family_of_unknown,
    parse_grant,
    token_record,
    with_id_token,
)
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.tokens import CLIENT_ID, ISSUER, NONCE, SUBJECT, id_token_claims

NEW = Grant(CLIENT_ID, "family-1")


def id_token(issuer: str = ISSUER, **changes: Any) -> VerifiedToken:
    return VerifiedToken(TokenUse.ID_TOKEN, issuer, "app", id_token_claims(**changes))


SIGNED_IN = with_id_token(NEW, id_token())


@pytest.mark.parametrize(
    "refreshed",
    [
        id_token(),
        id_token(nonce=None),
        id_token(iat=1, exp=2, auth_time=3),
        id_token(aud=[CLIENT_ID]),
        id_token(aud=[CLIENT_ID, "another-api"]),
    ],
    ids=["the same", "no nonce", "later", "a list", "more audiences"],
)
def test_a_refreshed_id_token_may_differ_in_what_does_not_say_whose_it_is(
    refreshed: VerifiedToken,
) -> None:
    assert agrees(SIGNED_IN, refreshed)


@pytest.mark.parametrize(
    "refreshed",
    [
        id_token(sub="user-2"),
        id_token(issuer="https://other.example"),
        id_token(aud="another-app"),
        id_token(aud=["another-app"]),
        id_token(nonce="another"),
        id_token(azp=CLIENT_ID),
    ],
    ids=["subject", "issuer", "audience", "audiences", "nonce", "azp"],
)
def test_a_refreshed_id_token_must_not_be_another_users_or_for_another(
    refreshed: VerifiedToken,
) -> None:
    assert not agrees(SIGNED_IN, refreshed)


def test_every_audience_of_the_sign_in_must_still_be_there() -> None:
    grant = with_id_token(NEW, id_token(aud=[CLIENT_ID, "api"]))
    assert agrees(grant, id_token(aud=["api", CLIENT_ID]))
    assert not agrees(grant, id_token(aud=CLIENT_ID))


def test_an_authorized_party_may_be_left_out_but_not_change() -> None:
    grant = with_id_token(NEW, id_token(azp="party"))
    assert agrees(grant, id_token(azp="party"))
    assert agrees(grant, id_token())
    assert not agrees(grant, id_token(azp="another"))


def test_a_grant_that_has_seen_no_id_token_has_nothing_to_compare_with() -> None:
    assert agrees(NEW, id_token(sub="anyone"))


def test_nothing_about_the_user_is_remembered_in_clear() -> None:
    grant = with_id_token(NEW, id_token(azp="party-1"))
    kept = dump_grant(grant).decode()
    for known in (SUBJECT, NONCE, "party-1"):
        assert known not in kept
    assert CLIENT_ID not in grant.audience


@pytest.mark.parametrize("grant", [NEW, SIGNED_IN, Grant("c", "f", code_verifier="v" * 43)])
def test_a_grant_comes_back_as_it_was(grant: Grant) -> None:
    assert parse_grant(dump_grant(grant)) == grant


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"family": "f"}', b'{"client_id": "c", "family": "f", "audience": 1}'],
)
def test_anything_else_is_no_grant(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_grant(data)


def test_a_grant_that_a_later_release_wrote_is_still_one_after_a_rollback() -> None:
    assert parse_grant(dump_grant(NEW)[:-1] + b', "later": 1}') == NEW


def test_each_token_has_its_record_whoever_presents_it() -> None:
    assert token_record("rt-1") == token_record("rt-1") != token_record("rt-2")


def test_a_token_without_a_record_has_one_family_and_its_client_alone() -> None:
    families = {family_of_unknown(*who) for who in (("a", "rt"), ("b", "rt"), ("a", "rt2"))}
    assert len(families) == 3
    assert family_of_unknown("a", "rt") in families


def test_a_verifier_shows_in_no_text_of_a_grant() -> None:
    assert "vvvv" not in repr(Grant("c", "f", code_verifier="vvvv"))
