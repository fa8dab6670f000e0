"""Who has signed in: recorded without a race, and never in the way of an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from relying_party.application.grant_flow import GrantedTokens
from relying_party.application.identities import SEEN_DAILY, Identities, Identity
from relying_party.application.ports import StoreUnavailable
from relying_party.errors import TemporarilyUnavailable
from relying_party.protocol.token_endpoint import TokenResponse
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import Clock, Observed
from tests.grant_fakes import MemoryIdentityStore
from tests.tokens import ISSUER, NOW, SUBJECT, id_token_claims

KEY = (ISSUER, SUBJECT)


class Recorder:
    """Identities over a store in memory; ids are numbers."""

    def __init__(self) -> None:
        self.store = MemoryIdentityStore()
        self.clock = Clock()
        self.observed = Observed()
        numbers = iter(range(1, 1000))
        self.identities = Identities(
            self.store, self.clock, lambda: f"id-{next(numbers)}", self.observed
        )

    def record(self, *, replayed: bool = False, seconds: float = 20, **claims: Any) -> Any:
        verified = VerifiedToken(
            TokenUse.ID_TOKEN, ISSUER, "app", id_token_claims(email="a@b.example", **claims)
        )
        tokens = GrantedTokens(TokenResponse({}), verified, replayed)
        return self.identities.record(tokens, deadline=self.clock() + seconds)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_a_new_user_gets_an_id_and_keeps_it(recorder: Recorder) -> None:
    first = recorder.record()
    assert first == {"id": "id-1", "iss": ISSUER, "sub": SUBJECT, "created": True}
    assert recorder.record() == {**first, "created": False}


def test_users_are_told_apart_by_issuer_and_subject(recorder: Recorder) -> None:
    assert recorder.record(sub="user-2")["id"] != recorder.record()["id"]


def test_nothing_else_of_the_id_token_is_kept(recorder: Recorder) -> None:
    recorder.record()
    assert recorder.store.identities == {
        KEY: Identity(ISSUER, SUBJECT, "id-1", "app", NOW, NOW, revision="id-1")
    }


def test_of_two_first_sign_ins_at_once_one_makes_the_identity_and_both_get_it(
    recorder: Recorder,
) -> None:
    others: list[Any] = []

    def another_is_faster() -> None:
        recorder.store.before_create = lambda: None
        others.append(recorder.record())

    recorder.store.before_create = another_is_faster
    mine = recorder.record()
    assert mine["id"] == others[0]["id"]
    assert (mine["created"], others[0]["created"]) == (False, True)


def test_who_lost_the_answer_to_a_first_sign_in_is_told_of_it_by_the_replay(
    recorder: Recorder,
) -> None:
    recorder.clock.advance(1)
    first = recorder.record()
    recorder.clock.advance(30)
    assert recorder.record(replayed=True) == first
    assert recorder.record(replayed=True, iat=NOW + 20)["created"] is False
    assert recorder.record()["created"] is False


def test_last_seen_is_written_once_a_day(recorder: Recorder) -> None:
    recorder.record()
    recorder.clock.advance(SEEN_DAILY - 1)
    recorder.record()
    assert recorder.store.writes == 1
    recorder.clock.advance(1)
    recorder.record()
    recorder.record()
    assert recorder.store.writes == 2
    known = recorder.store.identities[KEY]
    assert (known.first_seen, known.last_seen) == (NOW, NOW + SEEN_DAILY)


@pytest.mark.parametrize("id_token", [None])
def test_tokens_without_an_id_token_are_nobodys(recorder: Recorder, id_token: None) -> None:
    tokens = GrantedTokens(TokenResponse({}), id_token)
    assert recorder.identities.record(tokens, deadline=recorder.clock() + 20) is None
    assert recorder.observed.events == []


def test_a_store_that_fails_costs_the_identity_and_not_the_answer_and_the_next_refresh_mends_it(
    recorder: Recorder,
) -> None:
    recorder.store.failure = StoreUnavailable("down")
    assert recorder.record() is None
    assert recorder.observed.events == ["identity_not_stored"]
    recorder.store.failure = None
    assert recorder.record()["created"] is True


def test_with_little_time_left_the_answer_goes_out_first(recorder: Recorder) -> None:
    assert recorder.record(seconds=2.9) is None
    assert recorder.store.writes == 0
    assert recorder.observed.events == ["identity_not_stored"]


def test_an_operator_sees_all_that_is_kept_and_can_have_it_forgotten(recorder: Recorder) -> None:
    recorder.record()
    assert recorder.identities.find(*KEY) == {
        "id": "id-1",
        "iss": ISSUER,
        "sub": SUBJECT,
        "client": "app",
        "first_seen": NOW,
        "last_seen": NOW,
    }
    assert recorder.identities.erase(*KEY) is True
    assert recorder.identities.find(*KEY) is None
    assert recorder.identities.erase(*KEY) is False


@pytest.mark.parametrize("ask", [Identities.find, Identities.erase])
def test_an_operator_is_told_where_the_store_is_out_of_reach(
    recorder: Recorder, ask: Callable[[Identities, str, str], object]
) -> None:
    recorder.store.failure = StoreUnavailable("down")
    with pytest.raises(TemporarilyUnavailable):
        ask(recorder.identities, *KEY)


def test_a_visit_at_the_moment_of_an_erasure_does_not_bring_the_identity_back(
    recorder: Recorder,
) -> None:
    recorder.record()
    seen = recorder.store.identities[KEY]
    recorder.identities.erase(*KEY)
    recorder.store.touch(seen, seen=seen.revision)
    assert recorder.store.identities == {}
