"""``IdentityStore`` on DynamoDB."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from local.template import Stack
from relying_party.adapters.identity_store_dynamodb import IdentityStoreDynamoDb
from relying_party.application.identities import Identity
from relying_party.application.ports import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ISSUER = "https://issuer.example"


@pytest.fixture
def table(stack: Stack) -> str:
    return stack.functions["TokenExchangeFunction"].environment["IDENTITIES_TABLE"]


@pytest.fixture
def store(dynamodb: "DynamoDBClient", table: str) -> IdentityStoreDynamoDb:
    return IdentityStoreDynamoDb(dynamodb, table)


@pytest.fixture
def alice() -> Identity:
    return Identity(ISSUER, uuid4().hex, "id-1", "app", 100, 100, revision="r-1")


def test_an_identity_comes_back_as_it_was(store: IdentityStoreDynamoDb, alice: Identity) -> None:
    assert store.find(ISSUER, alice.subject) is None
    assert store.create(alice) == alice
    assert store.find(ISSUER, alice.subject) == alice


def test_the_first_one_stays(store: IdentityStoreDynamoDb, alice: Identity) -> None:
    store.create(alice)
    assert store.create(replace(alice, id="id-2", revision="r-2")) == alice


def test_the_same_subject_of_another_issuer_is_somebody_else(
    store: IdentityStoreDynamoDb, alice: Identity
) -> None:
    store.create(alice)
    assert store.find("https://other.example", alice.subject) is None


def test_of_many_first_sign_ins_at_once_one_makes_the_identity_and_all_get_it(
    store: IdentityStoreDynamoDb,
    alice: Identity,
    at_once: Callable[[list[Callable[[], object]]], list[object]],
) -> None:
    fresh = [replace(alice, id=f"id-{n}", revision=f"r-{n}") for n in range(8)]
    got: list[Any] = at_once([lambda i=identity: store.create(i) for identity in fresh])  # type: ignore[misc]
    assert {identity.id for identity in got} == {store.create(alice).id}


def test_it_is_touched_only_as_it_was_seen(store: IdentityStoreDynamoDb, alice: Identity) -> None:
    store.create(alice)
    later = replace(alice, last_seen=200, revision="r-2")
    store.touch(later, seen="r-1")
    assert store.find(ISSUER, alice.subject) == later
    store.touch(replace(alice, last_seen=300, revision="r-3"), seen="r-1")
    assert store.find(ISSUER, alice.subject) == later


def test_a_visit_does_not_bring_back_who_was_erased(
    store: IdentityStoreDynamoDb, alice: Identity
) -> None:
    store.create(alice)
    assert store.erase(ISSUER, alice.subject)
    store.touch(replace(alice, revision="r-2"), seen="r-1")
    assert store.find(ISSUER, alice.subject) is None
    assert not store.erase(ISSUER, alice.subject)


def test_what_nobody_here_has_written_is_no_identity(
    store: IdentityStoreDynamoDb, dynamodb: "DynamoDBClient", table: str, alice: Identity
) -> None:
    item: Any = {"issuer": {"S": ISSUER}, "subject": {"S": alice.subject}}
    dynamodb.put_item(TableName=table, Item=item)
    with pytest.raises(StoreUnavailable):
        store.find(ISSUER, alice.subject)
