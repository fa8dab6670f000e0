"""What only DynamoDB can do wrong, and what it is asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from relying_party.adapters.aws_clients import build_dynamodb_client
from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.application.ports import StoreThrottled, StoreUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import Head
from tests.integration.adapters.faulty_dynamodb import Fault, FaultyDynamoDb
from tests.integration.adapters.misbehaving_issuer import HOST, nobody_there
from tests.integration.adapters.test_key_store import HEAD, build_issuer, build_key_set

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local.dynamodb import Emulator

SECOND = HEAD._replace(revision="second")


@pytest.fixture
def issuer() -> Issuer:
    return build_issuer()


@pytest.fixture
def store(dynamodb: "DynamoDBClient", keys_table: str) -> KeyStoreDynamoDb:
    return KeyStoreDynamoDb(dynamodb, keys_table)


@pytest.fixture
def faulty(aws: "Emulator", monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyDynamoDb]:
    proxy = FaultyDynamoDb(aws.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    yield proxy
    proxy.close()


@pytest.fixture
def faulty_store(faulty: FaultyDynamoDb, keys_table: str) -> KeyStoreDynamoDb:
    return KeyStoreDynamoDb(build_dynamodb_client(), keys_table)


def test_every_read_is_strongly_consistent_and_asks_once(
    dynamodb: "DynamoDBClient", keys_table: str, issuer: Issuer
) -> None:
    asked: list[tuple[str, Any]] = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.*",
        lambda params, model, **_: asked.append((model.name, params)),
    )
    store = KeyStoreDynamoDb(dynamodb, keys_table)
    store.read(issuer)
    store.read_head(issuer)
    assert [(name, params["ConsistentRead"]) for name, params in asked] == [
        ("Query", True),
        ("GetItem", True),
    ]
    assert not any("IndexName" in params for _, params in asked)


def test_the_set_is_left_to_expire_a_day_after_it_is_no_good_any_more(
    store: KeyStoreDynamoDb, dynamodb: "DynamoDBClient", keys_table: str, issuer: Issuer
) -> None:
    published = build_key_set(issuer)
    store.publish(issuer, HEAD, published, seen=Head())
    key = {"issuer": {"S": issuer.cache_key}, "item": {"S": "keys"}}
    item = dynamodb.get_item(TableName=keys_table, Key=key)["Item"]
    assert int(item["expires_at"]["N"]) == int(published.hard_until) + 86400


def test_a_head_whose_answer_was_lost_counts_as_written(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    faulty.faults = [Fault.LOSE_ANSWER]
    assert faulty_store.replace_head(issuer, HEAD, seen=Head()) is None
    assert faulty.operations == ["PutItem", "PutItem"], "the SDK did not send it again"
    assert faulty_store.read_head(issuer) == HEAD


def test_a_set_whose_answer_was_lost_counts_as_published(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    published = build_key_set(issuer)
    faulty.faults = [Fault.LOSE_ANSWER]
    assert faulty_store.publish(issuer, HEAD, published, seen=Head()) is None
    assert faulty.operations == ["TransactWriteItems", "TransactWriteItems"]
    assert faulty_store.read(issuer) == (HEAD, published)


def test_a_lost_answer_of_somebody_elses_write_is_still_a_defeat(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    faulty_store.replace_head(issuer, HEAD, seen=Head())
    faulty.faults = [Fault.LOSE_ANSWER]
    assert faulty_store.replace_head(issuer, SECOND, seen=Head()) == HEAD


@pytest.mark.parametrize("fault", [Fault.THROTTLE, Fault.THROUGHPUT])
def test_a_store_with_too_much_to_do_says_so_after_two_attempts(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer, fault: Fault
) -> None:
    faulty.faults = [fault] * 5
    with pytest.raises(StoreThrottled):
        faulty_store.replace_head(issuer, HEAD, seen=Head())
    assert len(faulty.operations) == 2


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.LOSE_ANSWER])
def test_a_store_that_fails_twice_is_unavailable(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer, fault: Fault
) -> None:
    faulty.faults = [fault] * 2
    with pytest.raises(StoreUnavailable):
        faulty_store.read(issuer)


def test_a_publication_that_met_another_is_no_defeat_by_a_head(
    faulty: FaultyDynamoDb, faulty_store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    faulty.faults = [Fault.CONFLICT] * 2
    with pytest.raises(StoreUnavailable):
        faulty_store.publish(issuer, HEAD, build_key_set(issuer), seen=Head())


def every_call(store: KeyStoreDynamoDb, issuer: Issuer) -> list[Any]:
    return [
        lambda: store.read(issuer),
        lambda: store.read_head(issuer),
        lambda: store.replace_head(issuer, HEAD, seen=Head()),
        lambda: store.publish(issuer, HEAD, build_key_set(issuer), seen=Head()),
    ]


def test_without_the_table_every_call_says_unavailable(
    dynamodb: "DynamoDBClient", issuer: Issuer
) -> None:
    for call in every_call(KeyStoreDynamoDb(dynamodb, "NoSuchTable"), issuer):
        with pytest.raises(StoreUnavailable):
            call()


def test_without_dynamodb_every_call_says_unavailable(
    aws: "Emulator", keys_table: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nobody_there() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{HOST}:{port}")
        for call in every_call(KeyStoreDynamoDb(build_dynamodb_client(), keys_table), issuer):
            with pytest.raises(StoreUnavailable):
                call()
