"""The records of a grant's tokens: written with each answer, found again by any token of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from relying_party.application.grants import Grants
from relying_party.application.ports import StoreUnavailable
from relying_party.errors import InvalidGrant, TemporarilyUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.grant import Grant, token_record
from relying_party.protocol.token_endpoint import TokenResponse
from tests.fakes import EXAMPLE, Clock, Observed
from tests.grant_fakes import BUSY, DOWN, FaultyGrantStore
from tests.tokens import CLIENT_ID

APP = Client("app", EXAMPLE, CLIENT_ID)
OTHER = Client("other", EXAMPLE, "other-at-issuer")
DAY = 86400


@pytest.fixture
def store() -> FaultyGrantStore:
    return FaultyGrantStore()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def grants(store: FaultyGrantStore, clock: Clock, observed: Observed) -> Grants:
    numbers = iter(range(1000))
    return Grants(store, clock, lambda count: next(numbers).to_bytes(count), observed)


def response(refresh_token: str | None = "rt-1", expires_in: int | None = 300) -> TokenResponse:
    members = {
        "access_token": "at-1",
        "token_type": "Bearer",
        "refresh_token": refresh_token,
        "expires_in": expires_in,
    }
    return TokenResponse({name: value for name, value in members.items() if value is not None})


@pytest.fixture
def hand_out(grants: Grants, store: FaultyGrantStore) -> Callable[..., Grant]:
    def call(tokens: TokenResponse | None = None, presented: str = "") -> Grant:
        grant = replace(grants.begin(APP), issuer="https://i", subject="hashed")
        store.keep(grants.describe(APP, grant, tokens or response(), presented))
        return grant

    return call


HandOut = Callable[..., Grant]


def test_a_refresh_token_leads_to_its_grant(grants: Grants, hand_out: HandOut) -> None:
    assert grants.find(APP, "rt-1") != hand_out() == grants.find(APP, "rt-1")


def test_an_access_token_leads_to_the_family_and_to_nothing_about_the_user(
    grants: Grants, hand_out: HandOut
) -> None:
    grant = hand_out()
    assert grants.find(APP, "at-1") == Grant(CLIENT_ID, grant.family)


def test_every_sign_in_has_a_family_of_its_own(grants: Grants) -> None:
    assert grants.begin(APP).family != grants.begin(APP).family


def test_a_token_that_nobody_here_handed_out_is_a_grant_of_its_own_and_counted(
    grants: Grants, observed: Observed
) -> None:
    grant = grants.find(APP, "rt-elsewhere")
    assert grant == grants.find(APP, "rt-elsewhere")
    assert grant.family != grants.find(APP, "rt-elsewhere-2").family
    assert set(observed.events) == {"grant_not_on_record"}


def test_another_clients_token_is_refused(grants: Grants, hand_out: HandOut) -> None:
    hand_out()
    for token in ("rt-1", "at-1"):
        with pytest.raises(InvalidGrant):
            grants.find(OTHER, token)


def test_a_client_that_gets_another_name_in_the_clients_file_keeps_its_users(
    grants: Grants, hand_out: HandOut
) -> None:
    grant = hand_out()
    assert grants.find(replace(APP, name="renamed"), "rt-1") == grant


def test_while_the_store_fails_a_token_is_checked_alone(
    grants: Grants, store: FaultyGrantStore, observed: Observed
) -> None:
    store.fail(DOWN, "read_grant")
    assert grants.find(APP, "rt-1").subject == ""
    assert observed.events == ["store_unavailable"]


def test_a_store_that_is_merely_busy_is_asked_again_later(
    grants: Grants, store: FaultyGrantStore
) -> None:
    store.fail(BUSY, "read_grant")
    with pytest.raises(TemporarilyUnavailable):
        grants.find(APP, "rt-1")


def test_an_issuer_that_wants_the_verifier_again_is_not_asked_without_the_record_that_has_it(
    grants: Grants, store: FaultyGrantStore
) -> None:
    mosaic = replace(APP, issuer=APP.issuer._replace(refresh_with_code_verifier=True))
    store.fail(DOWN, "read_grant")
    with pytest.raises(TemporarilyUnavailable):
        grants.find(mosaic, "rt-1")


def test_where_nothing_may_be_decided_without_the_record_a_failing_store_is_told(
    grants: Grants, store: FaultyGrantStore
) -> None:
    store.fail(DOWN, "read_grant")
    with pytest.raises(StoreUnavailable):
        grants.look_up(APP, "rt-1")


def test_a_record_that_cannot_be_read_signs_nobody_out(
    grants: Grants, store: FaultyGrantStore, observed: Observed, hand_out: HandOut
) -> None:
    hand_out()
    name = token_record("rt-1").name
    store.memory.grants[name] = replace(store.memory.grants[name], sealed=b"x" * 40)
    assert grants.find(APP, "rt-1").subject == ""
    assert observed.events == ["grant_unreadable"]


def test_a_grant_lives_as_long_as_its_issuers_refresh_tokens(
    grants: Grants, clock: Clock, hand_out: HandOut
) -> None:
    grant = hand_out()
    clock.advance(90 * DAY - 1)
    assert grants.find(APP, "rt-1") == grant
    clock.advance(1)
    assert grants.find(APP, "rt-1") != grant


@pytest.mark.parametrize(("expires_in", "lifetime"), [(300, 300), (None, DAY)])
def test_an_access_tokens_record_lives_as_long_as_the_token(
    grants: Grants,
    clock: Clock,
    hand_out: HandOut,
    expires_in: int | None,
    lifetime: int,
) -> None:
    grant = hand_out(response(expires_in=expires_in))
    clock.advance(lifetime - 1)
    assert grants.find(APP, "at-1").family == grant.family
    clock.advance(1)
    assert grants.find(APP, "at-1").family != grant.family


def test_where_no_new_refresh_token_comes_the_old_ones_record_is_prolonged(
    grants: Grants, clock: Clock, hand_out: HandOut
) -> None:
    hand_out()
    clock.advance(89 * DAY)
    renewed = hand_out(response(refresh_token=None), "rt-1")
    clock.advance(89 * DAY)
    assert grants.find(APP, "rt-1") == renewed


def test_an_issuer_without_refresh_tokens_leaves_only_the_access_tokens_record(
    hand_out: HandOut, store: FaultyGrantStore
) -> None:
    hand_out(response(refresh_token=None))
    assert set(store.memory.grants) == {token_record("at-1").name}


def test_records_are_sealed_with_a_nonce_each(store: FaultyGrantStore, hand_out: HandOut) -> None:
    hand_out()
    one, other = (grant.sealed[:12] for grant in store.memory.grants.values())
    assert one != other


def test_a_revoked_grant_is_refused(grants: Grants, store: FaultyGrantStore, clock: Clock) -> None:
    grant = grants.begin(APP)
    grants.require_live(grant)
    store.revoke(grant.family, clock() + DAY)
    with pytest.raises(InvalidGrant):
        grants.require_live(grant)


def test_while_nobody_can_say_whether_it_was_revoked_the_issuer_is_asked(
    grants: Grants, store: FaultyGrantStore, observed: Observed
) -> None:
    store.fail(DOWN, "is_revoked")
    grants.require_live(grants.begin(APP))
    assert observed.events == ["store_unavailable"]
