"""``GrantStore`` on DynamoDB, and the one in memory that stands for it in other tests."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from relying_party.adapters.grant_store_dynamodb import GrantStoreDynamoDb
from relying_party.application.grant_ports import FamilyRevoked, GrantStore, SealedGrant
from relying_party.protocol.replay import GrantRequestRecord, State, answered, claimed, released
from tests.grants import MemoryGrantStore
from tests.integration.tables import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_750_000_000.5
FREE = GrantRequestRecord()
LEADING = claimed(FREE, "a b", "r-1", NOW + 30)
ANSWERED = answered(LEADING, "r-2", b"sealed", rotated=True, now=NOW, window=60)
GRANTS = [SealedGrant(f"token-{number}", b"sealed", NOW + 100) for number in range(2)]


@pytest.fixture(scope="session")
def grants_table(emulator: Emulator, stack: Stack) -> str:
    return create_table(emulator, stack, "GRANTS_TABLE")


@pytest.fixture(params=["dynamodb", "memory"])
def store(
    request: pytest.FixtureRequest, dynamodb: "DynamoDBClient", grants_table: str
) -> GrantStore:
    if request.param == "memory":
        return MemoryGrantStore()
    return GrantStoreDynamoDb(dynamodb, grants_table)


@pytest.fixture
def name() -> str:
    return uuid4().hex


@pytest.fixture
def family() -> str:
    return uuid4().hex


@pytest.fixture
def leading(store: GrantStore, name: str) -> GrantRequestRecord:
    assert store.write_request(name, LEADING, seen=FREE) is None
    return LEADING


@pytest.mark.parametrize("record", [LEADING, ANSWERED, released(LEADING, "r-3")])
def test_a_record_comes_back_as_it_was(
    store: GrantStore, name: str, record: GrantRequestRecord
) -> None:
    assert store.read_request(name) == FREE
    assert store.write_request(name, record, seen=FREE) is None
    assert store.read_request(name) == record


def test_a_lease_is_taken_once(store: GrantStore, name: str, leading: GrantRequestRecord) -> None:
    other = claimed(FREE, "", "r-other", NOW + 60)
    assert store.write_request(name, other, seen=FREE) == leading
    assert store.read_request(name) == leading


def test_the_answer_and_the_grants_appear_together(
    store: GrantStore, name: str, leading: GrantRequestRecord, family: str
) -> None:
    assert store.complete(name, ANSWERED, GRANTS, family, seen=leading) is None
    assert store.read_request(name) == ANSWERED
    assert [store.read_grant(grant.name, NOW) for grant in GRANTS] == [b"sealed"] * 2


def test_who_has_lost_the_lead_writes_neither_of_them(
    store: GrantStore, name: str, leading: GrantRequestRecord, family: str
) -> None:
    stale = claimed(FREE, "", "r-stale", NOW + 30)
    unknown = [SealedGrant(uuid4().hex, b"x", NOW + 100)]
    assert store.complete(name, ANSWERED, unknown, family, seen=stale) == leading
    assert store.read_request(name) == leading
    assert store.read_grant(unknown[0].name, NOW) is None


def test_a_tombstone_forbids_the_answer_and_the_grants(
    store: GrantStore, name: str, leading: GrantRequestRecord, family: str
) -> None:
    store.revoke(family, NOW + 1000)
    unknown = [SealedGrant(uuid4().hex, b"x", NOW + 100)]
    with pytest.raises(FamilyRevoked):
        store.complete(name, ANSWERED, unknown, family, seen=leading)
    assert store.read_request(name) == leading
    assert store.read_grant(unknown[0].name, NOW) is None


def test_it_does_so_also_for_who_has_lost_the_lead(
    store: GrantStore, name: str, leading: GrantRequestRecord, family: str
) -> None:
    store.revoke(family, NOW + 1000)
    with pytest.raises(FamilyRevoked):
        store.complete(name, ANSWERED, [], family, seen=FREE)


def test_another_familys_tombstone_forbids_nothing(
    store: GrantStore, name: str, leading: GrantRequestRecord, family: str
) -> None:
    store.revoke(uuid4().hex, NOW + 1000)
    assert store.complete(name, ANSWERED, [], family, seen=leading) is None


def test_a_tombstone_counts_until_its_time(store: GrantStore, family: str) -> None:
    assert not store.is_revoked(family, NOW)
    store.revoke(family, NOW + 1000)
    assert store.is_revoked(family, NOW + 999)
    assert not store.is_revoked(family, NOW + 1001)


def test_grants_count_until_their_time_whether_they_are_deleted_or_not(
    store: GrantStore,
) -> None:
    grant = SealedGrant(uuid4().hex, b"sealed", NOW + 100)
    store.keep([grant])
    assert store.read_grant(grant.name, NOW + 99) == b"sealed"
    assert store.read_grant(grant.name, NOW + 101) is None


def test_of_many_who_see_it_free_one_takes_it(
    store: GrantStore, name: str, at_once: Callable[[list[Callable[[], object]]], list[object]]
) -> None:
    claims = [claimed(FREE, "", f"r-{number}", NOW + 30) for number in range(8)]
    won = at_once([lambda c=claim: store.write_request(name, c, seen=FREE) for claim in claims])  # type: ignore[misc]
    assert won.count(None) == 1
    assert store.read_request(name).state is State.LEADING
