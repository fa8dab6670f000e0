"""What the repeat cache holds, and how much of it."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from relying_party.application import repeat_cache
from relying_party.application.key_cache import KeyCache
from relying_party.application.repeat_cache import (
    MAX_FINDINGS,
    MAX_MARKS,
    MAX_OCTETS,
    SWEEP_EVERY,
    Finding,
    RepeatCache,
)
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidToken
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.key_cache import MAX_SOFT_AGE
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import EXAMPLE, FakeSecrets, Fleet
from tests.tokens import CLIENT_ID, NOW, SUBJECT, id_token_claims, signing_key, tampered

KEY = signing_key()
CLIENT = Client("app", EXAMPLE, CLIENT_ID)
USE, CLIENTS = TokenUse.ID_TOKEN, (CLIENT,)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(KEY)


@pytest.fixture
def verify(fleet: Fleet) -> VerifyToken:
    secrets = FakeSecrets()
    return VerifyToken({EXAMPLE.name: fleet.container()}, fleet.clock, secrets, secrets.reread)


def ask(verify: VerifyToken, token: str, times: int = 1) -> None:
    for _ in range(times):
        verify.judge(token, CLIENTS, USE, Expectations(), deadline=NOW + 99)


def finding(fleet: Fleet, **claims: Any) -> Finding:
    """Return what is found out about a token under a key set that stays."""
    return found(fleet.container(), **claims)


def found(keys: KeyCache, **claims: Any) -> Finding:
    said = id_token_claims(**claims)
    verified = VerifiedToken(USE, EXAMPLE.issuer, CLIENT.name, said)
    key_set = keys.current(NOW + 8)
    return Finding(KEY.sign(said), CLIENTS, verified, CLIENT, "RS256", keys.fleet, key_set)


def fill(cache: RepeatCache, kept: Finding, numbers: range) -> None:
    for number in numbers:
        cache.comes_again(str(number))
        cache.keep(str(number), kept, NOW)


def known(cache: RepeatCache, numbers: range) -> list[int]:
    return [number for number in numbers if str(number) in cache.findings]


def test_nothing_a_token_says_is_kept_before_it_has_come_twice(verify: VerifyToken) -> None:
    token = KEY.sign(id_token_claims())

    ask(verify, token)
    assert verify._repeats.findings == {}
    ask(verify, token)
    (kept,) = verify._repeats.findings.values()
    assert kept.verified.claims["sub"] == SUBJECT


def test_the_token_itself_is_never_kept(verify: VerifyToken) -> None:
    token = KEY.sign(id_token_claims())
    ask(verify, token, times=3)

    kept = repr(vars(verify._repeats))
    assert token not in kept
    assert token.rpartition(".")[2] not in kept


def test_no_token_that_was_refused_leaves_a_trace(verify: VerifyToken) -> None:
    good = KEY.sign(id_token_claims())
    with pytest.raises(InvalidToken):  # this makes the keys be fetched again, once a minute
        ask(verify, tampered(good))
    ask(verify, good, times=3)
    before = repr(vars(verify._repeats))
    bad = [tampered(good), KEY.sign(id_token_claims(aud="x")), KEY.sign(id_token_claims(exp=1))]
    for token in bad * 3:
        with pytest.raises(InvalidToken):
            ask(verify, token)

    assert repr(vars(verify._repeats)) == before


def test_the_oldest_of_too_many_goes_first(fleet: Fleet) -> None:
    cache = RepeatCache()
    kept = finding(fleet)
    fill(cache, kept, range(MAX_FINDINGS + 5))

    assert known(cache, range(MAX_FINDINGS + 5)) == list(range(5, MAX_FINDINGS + 5))


def test_large_tokens_leave_room_for_fewer(fleet: Fleet) -> None:
    cache = RepeatCache()
    kept = finding(fleet, padding="x" * 11_000)
    room = MAX_OCTETS // kept.octets
    fill(cache, kept, range(room + 5))

    assert room < 100
    assert known(cache, range(room + 5)) == list(range(5, room + 5))


def test_a_token_that_is_found_out_about_anew_takes_its_room_once(fleet: Fleet) -> None:
    cache = RepeatCache()
    kept = finding(fleet, padding="x" * 11_000)
    for _ in range(3):
        fill(cache, kept, range(5))

    assert known(cache, range(5)) == list(range(5))
    assert cache._octets == 5 * kept.octets


def test_marks_are_few_and_the_older_half_goes_first() -> None:
    cache = RepeatCache()
    for number in range(MAX_MARKS + 1):
        assert not cache.comes_again(str(number))

    assert len(cache._marks) <= MAX_MARKS
    assert all(cache.comes_again(str(n)) for n in range(MAX_MARKS // 2 + 1, MAX_MARKS + 1))
    assert not cache.comes_again(str(0))


def test_what_has_expired_does_not_stay_in_memory(fleet: Fleet) -> None:
    cache, keys = RepeatCache(), fleet.container()
    soon, late = (found(keys, exp=exp) for exp in (NOW + 1, NOW + 999))
    cache.keep("1", late, NOW)
    cache.keep("2", soon, NOW)
    fleet.clock.advance(SWEEP_EVERY + 1)
    cache.keep("3", late, fleet.clock())

    assert cache.findings == {"1": late, "3": late}
    assert cache._octets == 2 * late.octets


def test_what_a_withdrawn_key_vouched_for_does_not_stay_in_memory(fleet: Fleet) -> None:
    cache, keys = RepeatCache(), fleet.container()
    cache.keep("1", found(keys), NOW)
    keys.purge()
    fleet.clock.advance(SWEEP_EVERY)
    late = finding(fleet)
    cache.keep("2", late, fleet.clock())

    assert cache.findings == {"2": late}


def test_what_no_key_vouches_for_any_more_is_not_even_kept(fleet: Fleet) -> None:
    cache, kept = RepeatCache(), finding(fleet, exp=NOW + 10 * MAX_SOFT_AGE)
    cache.keep("1", kept, kept.key_set.soft_until - 1)
    assert cache.findings
    cache.review("1", kept.key_set.soft_until)
    assert not cache.findings
    cache.keep("1", kept, kept.key_set.soft_until)
    assert not cache.findings


def test_what_has_expired_is_forgotten_when_it_is_asked_for(
    fleet: Fleet, verify: VerifyToken
) -> None:
    token = KEY.sign(id_token_claims(exp=NOW + 1))
    ask(verify, token, times=3)
    fleet.clock.advance(61)
    with pytest.raises(InvalidToken):
        ask(verify, token)

    assert verify._repeats.findings == {}
    assert verify._repeats._octets == 0


def test_threads_that_share_a_cache_neither_fail_nor_lose_count(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeat_cache, "MAX_FINDINGS", 3)
    monkeypatch.setattr(repeat_cache, "MAX_MARKS", 9)
    monkeypatch.setattr(repeat_cache, "SWEEP_EVERY", 0)
    cache, late, soon = RepeatCache(), finding(fleet), finding(fleet, exp=NOW - 59)

    def use(first: int) -> None:
        for number in range(first, first + 2000):
            fill(cache, soon if number % 3 else late, range(number % 7, number % 7 + 2))
            for mark in map(str, range(7)):
                cache.review(mark, NOW + 1)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(use, range(4)))
    finally:
        sys.setswitchinterval(before)

    assert cache._octets == sum(each.octets for each in cache.findings.values())
