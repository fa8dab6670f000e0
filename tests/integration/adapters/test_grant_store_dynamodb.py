"""What only DynamoDB can do wrong with grants, and what it is asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from relying_party.adapters.aws_clients import build_dynamodb_client
from relying_party.adapters.grant_store_dynamodb import GrantStoreDynamoDb
from relying_party.application.ports import StoreThrottled, StoreUnavailable
from tests.integration.adapters.faulty_dynamodb import Fault, FaultyDynamoDb
from tests.integration.adapters.test_grant_store import ANSWERED, FREE, GRANTS, LEADING, NOW
from tests.integration.tables import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def grants_table(emulator: Emulator, stack: Stack) -> str:
    return create_table(emulator, stack, "GRANTS_TABLE")


@pytest.fixture
def name() -> str:
    return uuid4().hex


@pytest.fixture
def faulty(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyDynamoDb]:
    proxy = FaultyDynamoDb(aws.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    yield proxy
    proxy.close()


@pytest.fixture
def store(faulty: FaultyDynamoDb, grants_table: str) -> GrantStoreDynamoDb:
    return GrantStoreDynamoDb(build_dynamodb_client(), grants_table)


def test_every_read_is_strongly_consistent_and_through_no_index(
    dynamodb: "DynamoDBClient", grants_table: str, name: str
) -> None:
    asked: list[tuple[str, Any]] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.*",
        lambda params, model, **_: asked.append((model.name, params)),
    )
    store = GrantStoreDynamoDb(dynamodb, grants_table)
    store.read_request(name)
    store.read_grant(name, NOW)
    store.is_revoked(name, NOW)
    assert [(call, params["ConsistentRead"]) for call, params in asked] == [("GetItem", True)] * 3


def test_a_lease_whose_answer_was_lost_is_ours(
    faulty: FaultyDynamoDb, store: GrantStoreDynamoDb, name: str
) -> None:
    faulty.faults = [Fault.LOSE_ANSWER]
    assert store.write_request(name, LEADING, seen=FREE) is None
    assert faulty.operations == ["PutItem", "PutItem"]


def test_an_answer_whose_answer_was_lost_is_stored(
    faulty: FaultyDynamoDb, store: GrantStoreDynamoDb, name: str
) -> None:
    store.write_request(name, LEADING, seen=FREE)
    faulty.faults = [Fault.LOSE_ANSWER]
    assert store.complete(name, ANSWERED, GRANTS, "family", seen=LEADING) is None
    assert store.read_request(name) == ANSWERED


@pytest.mark.parametrize("fault", [Fault.THROTTLE, Fault.THROUGHPUT])
def test_a_busy_table_is_told_from_one_that_is_away(
    faulty: FaultyDynamoDb, store: GrantStoreDynamoDb, name: str, fault: Fault
) -> None:
    faulty.faults = [fault] * 2
    with pytest.raises(StoreThrottled):
        store.write_request(name, LEADING, seen=FREE)
    faulty.faults = [Fault.INTERNAL] * 2
    with pytest.raises(StoreUnavailable) as raised:
        store.write_request(name, LEADING, seen=FREE)
    assert not isinstance(raised.value, StoreThrottled)


def test_a_revocation_at_the_same_moment_makes_the_table_busy_and_not_away(
    faulty: FaultyDynamoDb, store: GrantStoreDynamoDb, name: str
) -> None:
    store.write_request(name, LEADING, seen=FREE)
    faulty.faults = [Fault.CONFLICT] * 2
    with pytest.raises(StoreThrottled):
        store.complete(name, ANSWERED, GRANTS, "family", seen=LEADING)


def test_what_nobody_here_has_written_is_no_record(
    dynamodb: "DynamoDBClient", grants_table: str, store: GrantStoreDynamoDb, name: str
) -> None:
    item: Any = {"name": {"S": f"request {name}"}, "state": {"S": "wishful"}}
    dynamodb.put_item(TableName=grants_table, Item=item)
    with pytest.raises(StoreUnavailable):
        store.read_request(name)


def test_everything_is_left_to_expire_after_it_has_stopped_to_count(
    dynamodb: "DynamoDBClient", grants_table: str, store: GrantStoreDynamoDb, name: str
) -> None:
    store.write_request(name, LEADING, seen=FREE)
    store.keep(GRANTS[:1])
    store.revoke(name, NOW + 1000)

    def expires_at(key: str) -> int:
        item = dynamodb.get_item(TableName=grants_table, Key={"name": {"S": key}})["Item"]
        return int(item["expires_at"]["N"])

    assert expires_at(f"request {name}") >= LEADING.until
    assert expires_at(f"token {GRANTS[0].name}") == int(GRANTS[0].expires_at)
    assert expires_at(f"family {name}") == int(NOW + 1000)
