"""When a token's signature is good, and when the issuer is asked for its keys again."""

import pytest

from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import FetchFailed
from relying_party.application.verify_signature import verify_signature
from relying_party.errors import InvalidToken, KeysUnavailable, Reason
from relying_party.protocol.jws import parse_unverified
from relying_party.protocol.key_cache import FORCED_COOLDOWN, SETTLED_AFTER, SIGNATURE_COOLDOWN
from tests.fakes import Fleet
from tests.tokens import SigningKey, id_token_claims, signing_key, tampered

OLD, NEW = signing_key("RS256", "old"), signing_key("RS256", "new", number=1)


def check(fleet: Fleet, container: KeyCache, token: str) -> Reason | None:
    """Return why *container* refuses *token*, or None if it does not."""
    now = fleet.clock()
    try:
        verify_signature(parse_unverified(token), container, now=now, deadline=now + 8)
    except InvalidToken as refusal:
        return refusal.reason
    return None


def token_now(fleet: Fleet, key: SigningKey) -> str:
    return key.sign(id_token_claims(iat=int(fleet.clock())))


def fetches_during(fleet: Fleet, container: KeyCache, *tokens: str) -> int:
    """Return how often the issuer is asked while *tokens* come in, whatever becomes of them."""
    before = fleet.issuer.fetches
    for token in tokens:
        try:
            check(fleet, container, token)
        except KeysUnavailable:
            continue
    return fleet.issuer.fetches - before


def test_a_good_token_passes_and_costs_one_fetch_for_all_that_follow() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()

    assert [check(fleet, container, OLD.sign(id_token_claims())) for _ in range(9)] == [None] * 9
    assert fleet.issuer.fetches == 1


def test_a_rotation_right_after_an_ordinary_fetch_is_picked_up_at_once() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    fleet.issuer.keys = (OLD, NEW)

    assert check(fleet, container, token_now(fleet, NEW)) is None
    assert fleet.issuer.fetches == 2


def test_a_set_fetched_when_the_key_must_have_been_published_decides_alone() -> None:
    fleet = Fleet(OLD)
    token = token_now(fleet, NEW)
    fleet.clock.advance(SETTLED_AFTER)

    assert check(fleet, fleet.container(), token) is Reason.UNKNOWN_KEY
    assert fleet.issuer.fetches == 1


def test_a_set_fetched_a_second_sooner_does_not_decide() -> None:
    fleet = Fleet(OLD)
    token = token_now(fleet, NEW)
    fleet.clock.advance(SETTLED_AFTER - 1)

    with pytest.raises(KeysUnavailable):
        check(fleet, fleet.container(), token)
    assert fleet.issuer.fetches == 2


def test_a_kid_that_stays_unknown_after_a_fetch_is_undecided_until_the_cooldown_is_over() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    token = token_now(fleet, NEW)

    with pytest.raises(KeysUnavailable) as undecided:
        check(fleet, container, token)

    assert FORCED_COOLDOWN - 5 <= undecided.value.retry_after <= FORCED_COOLDOWN + 1


def test_an_iat_ahead_of_our_clock_is_refused_once_a_set_is_young_enough() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    token = NEW.sign(id_token_claims(iat=int(fleet.clock()) + 30))
    fleet.clock.advance(SETTLED_AFTER + 30)

    assert check(fleet, container, token_now(fleet, OLD)) is None
    assert check(fleet, container, token) is Reason.UNKNOWN_KEY


def test_a_flood_of_made_up_kids_costs_one_fetch_per_cooldown_and_no_good_token() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    flood = [OLD.sign(id_token_claims(), kid=f"made-up-{number}") for number in range(50)]

    assert fetches_during(fleet, container, *flood) == 1
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    fleet.clock.advance(FORCED_COOLDOWN)
    assert fetches_during(fleet, container, *flood) <= 1
    assert check(fleet, container, OLD.sign(id_token_claims())) is None


def test_a_flood_at_one_container_leaves_no_budget_for_another_one_either() -> None:
    fleet = Fleet(OLD)
    containers = [fleet.container() for _ in range(5)]
    for container in containers:
        assert check(fleet, container, OLD.sign(id_token_claims())) is None
    made_up = OLD.sign(id_token_claims(), kid="made-up")

    assert sum(fetches_during(fleet, container, made_up) for container in containers) == 1


def test_a_token_that_cannot_be_examined_is_not_called_invalid() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    fleet.issuer.failure = FetchFailed("status 500")

    with pytest.raises(KeysUnavailable):
        check(fleet, container, token_now(fleet, NEW))
    with pytest.raises(KeysUnavailable):
        check(fleet, fleet.container(), token_now(fleet, NEW))


def test_a_bad_signature_under_a_known_kid_is_refused_after_one_fetch_per_cooldown() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    bad = tampered(OLD.sign(id_token_claims()))

    assert [check(fleet, container, bad) for _ in range(20)] == [Reason.BAD_SIGNATURE] * 20
    assert fleet.issuer.fetches == 2

    fleet.clock.advance(SIGNATURE_COOLDOWN)
    assert [check(fleet, container, bad) for _ in range(20)] == [Reason.BAD_SIGNATURE] * 20
    assert fleet.issuer.fetches == 3


def test_a_key_that_was_replaced_without_being_renamed_is_picked_up() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    renamed_not = SigningKey(NEW.alg, OLD.kid, NEW.private)
    fleet.issuer.keys = (renamed_not,)

    assert check(fleet, container, renamed_not.sign(id_token_claims())) is None
    assert fleet.issuer.fetches == 2


def test_a_bad_signature_stays_bad_while_the_issuer_cannot_be_asked() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    assert check(fleet, container, tampered(OLD.sign(id_token_claims()))) is Reason.BAD_SIGNATURE


def test_bad_signatures_take_nothing_from_the_budget_of_unknown_kids() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, tampered(OLD.sign(id_token_claims()))) is Reason.BAD_SIGNATURE
    fleet.issuer.keys = (OLD, NEW)

    assert check(fleet, container, token_now(fleet, NEW)) is None


def test_a_withdrawn_key_is_refused_once_the_set_has_been_fetched_without_it() -> None:
    fleet = Fleet(OLD)
    container = fleet.container()
    token = token_now(fleet, OLD)
    assert check(fleet, container, token) is None
    fleet.clock.advance(SETTLED_AFTER)
    fleet.publish_elsewhere(NEW)
    fleet.clock.advance(60)

    assert check(fleet, container, token) is Reason.UNKNOWN_KEY


def test_after_a_purge_no_token_is_called_bad_by_the_purged_keys() -> None:
    """The issuer has replaced a key under its old name, and cannot be reached just now."""
    replaced = signing_key("RS256", "old", number=1)
    fleet = Fleet(OLD)
    container = fleet.container()
    assert check(fleet, container, OLD.sign(id_token_claims())) is None
    fleet.purge_elsewhere()
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    with pytest.raises(KeysUnavailable):
        check(fleet, container, token_now(fleet, replaced))
