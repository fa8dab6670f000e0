"""Items that are damaged, of another release, or somebody else's: none of them is believed."""

from typing import TYPE_CHECKING, Any

import pytest

from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.application.ports import StoreUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import Head
from tests.integration.adapters.test_key_store import HEAD, build_issuer, build_key_set

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_GONE: dict[str, str] = {}


@pytest.fixture
def issuer() -> Issuer:
    return build_issuer()


@pytest.fixture
def store(dynamodb: "DynamoDBClient", keys_table: str) -> KeyStoreDynamoDb:
    return KeyStoreDynamoDb(dynamodb, keys_table)


@pytest.fixture
def damage(
    store: KeyStoreDynamoDb, dynamodb: "DynamoDBClient", keys_table: str, issuer: Issuer
) -> Any:
    """Write both items as they should be, then give one of them another attribute."""
    store.publish(issuer, HEAD, build_key_set(issuer), seen=Head())

    def damage(item: str, attribute: str, value: dict[str, str]) -> None:
        key: dict[str, Any] = {"issuer": {"S": issuer.cache_key}, "item": {"S": item}}
        found = dynamodb.get_item(TableName=keys_table, Key=key)["Item"]
        changed: Any = {**found, attribute: value}
        present = {name: held for name, held in changed.items() if held}
        dynamodb.put_item(TableName=keys_table, Item=present)

    return damage


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("document", _GONE),
        ("document", {"S": "<html>"}),
        ("document", {"S": '{"keys": []}'}),
        ("document", {"S": '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'}),
        ("document", {"N": "1"}),
        ("metadata", _GONE),
        ("metadata", {"S": "null"}),
        ("metadata", {"S": "7"}),
        ("metadata", {"S": "[]"}),
        ("metadata", {"S": "{}"}),
        ("metadata", {"S": '{"jwks_uri": "http://issuer.example/jwks"}'}),
        ("metadata", {"S": '{"jwks_uri": "https://10.0.0.1/jwks"}'}),
        ("metadata", {"S": '{"jwks_uri": 7}'}),
        ("generation", _GONE),
        ("generation", {"N": "1.5"}),
        ("epoch", {"S": "1"}),
        ("fetched_at", _GONE),
        ("hard_until", {"S": "never"}),
    ],
)
def test_a_damaged_set_is_no_set(
    damage: Any, store: KeyStoreDynamoDb, issuer: Issuer, attribute: str, value: dict[str, str]
) -> None:
    damage("keys", attribute, value)
    assert store.read(issuer) == (HEAD, None)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("generation", {"S": "3"}),
        ("lease_until", {"S": "soon"}),
        ("revision", _GONE),
    ],
)
def test_on_a_damaged_head_nobody_can_agree(
    damage: Any, store: KeyStoreDynamoDb, issuer: Issuer, attribute: str, value: dict[str, str]
) -> None:
    damage("head", attribute, value)
    for call in (store.read, store.read_head):
        with pytest.raises(StoreUnavailable):
            call(issuer)


def test_a_member_that_an_older_release_did_not_write_counts_as_never(
    damage: Any, store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    damage("head", "signature_forced_at", _GONE)
    assert store.read_head(issuer) == HEAD._replace(signature_forced_at=0)


def test_a_damaged_head_is_not_taken_for_a_winner(
    damage: Any, store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    damage("head", "failures", {"S": "many"})
    with pytest.raises(StoreUnavailable):
        store.replace_head(issuer, HEAD._replace(revision="late"), seen=Head())


def test_attributes_that_nobody_here_knows_change_nothing(
    damage: Any, store: KeyStoreDynamoDb, issuer: Issuer
) -> None:
    damage("head", "of_a_later_release", {"S": "?"})
    damage("keys", "of_a_later_release", {"S": "?"})
    assert store.read(issuer) == (HEAD, build_key_set(issuer))
