"""The key cache that all containers share: two items per issuer in one DynamoDB table.

``head`` is small and says who may fetch; ``keys`` holds the set. Who can write here can
forge tokens, so the table has no other writers, and what is read is parsed and checked again.
"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from relying_party.application.ports import StoreThrottled, StoreUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import CachedKeySet, Head
from relying_party.protocol.provider_metadata import build_provider_metadata

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

_DAY = 86400
_NUMBERS = ("generation", "epoch", "fetched_at", "soft_until", "hard_until")
_THROTTLED = (
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
)


class KeyStoreDynamoDb:
    """The ``KeyStore`` port on DynamoDB. Reads are strongly consistent: they decide."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self, issuer: Issuer) -> tuple[Head, CachedKeySet | None]:
        """Return both items in one request."""
        reply = self._call(
            "query",
            KeyConditionExpression="issuer = :issuer",
            ExpressionAttributeValues={":issuer": {"S": issuer.cache_key}},
            ConsistentRead=True,
        )
        items = {item["item"]["S"]: item for item in reply["Items"]}
        return _parse_head(items.get("head")), _parse_key_set(items.get("keys"), issuer)

    def read_head(self, issuer: Issuer) -> Head:
        """Return the head alone."""
        key = {"issuer": {"S": issuer.cache_key}, "item": {"S": "head"}}
        return _parse_head(self._call("get_item", Key=key, ConsistentRead=True).get("Item"))

    def replace_head(self, issuer: Issuer, new: Head, *, seen: Head) -> Head | None:
        """Write *new* if the head is still *seen*; return None, or what is there instead."""
        try:
            self._call("put_item", **_conditional_head(issuer, new, seen))
        except _Lost as lost:
            return lost.unless_written(new)
        return None

    def publish(
        self, issuer: Issuer, new: Head, key_set: CachedKeySet, *, seen: Head
    ) -> Head | None:
        """Write both items as one if the head is still *seen*; return as ``replace_head``."""
        head = {"TableName": self._table, **_conditional_head(issuer, new, seen)}
        keys = {"TableName": self._table, "Item": _key_set_item(issuer, key_set)}
        try:
            self._call("transact_write_items", TransactItems=[{"Put": head}, {"Put": keys}])
        except _Lost as lost:
            return lost.unless_written(new)
        return None

    def _call(self, operation: str, **arguments: Any) -> Any:
        if operation != "transact_write_items":
            arguments["TableName"] = self._table
        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as error:
            raise _failure(error) from None
        except BotoCoreError as error:
            raise StoreUnavailable(type(error).__name__) from None


class _Lost(Exception):
    """A condition failed; somebody else, or an answer lost on its way to us, was first."""

    def __init__(self, stored: Item | None) -> None:
        super().__init__()
        self._stored = _parse_head(stored)

    def unless_written(self, new: Head) -> Head | None:
        """Return what is stored, or None where that is *new* itself.

        The SDK sends a write again whose answer was lost; its condition then fails because
        of our own first write.
        """
        return None if self._stored.revision == new.revision else self._stored


def _failure(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return _Lost(error.response.get("Item"))  # type: ignore[arg-type]
    if code in _THROTTLED:
        return StoreThrottled(code)
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
        return _Lost(reasons[0].get("Item"))
    return StoreUnavailable(code)


def _conditional_head(issuer: Issuer, new: Head, seen: Head) -> dict[str, Any]:
    """Return the arguments of a write that only happens while the head is *seen*."""
    item = {name: _attribute(value) for name, value in asdict(new).items()}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(revision)"}
    if seen.revision:
        condition = {
            "ConditionExpression": "revision = :seen",
            "ExpressionAttributeValues": {":seen": {"S": seen.revision}},
        }
    return {
        "Item": {**_key(issuer, "head"), **item},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **condition,
    }


def _key(issuer: Issuer, item: str) -> Item:
    return {"issuer": {"S": issuer.cache_key}, "item": {"S": item}}


def _attribute(value: str | float) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": repr(value)}


def _parse_head(item: Item | None) -> Head:
    """Return the head in *item*; where there is none, nothing has happened yet."""
    if item is None:
        return Head()
    return Head(
        revision=item["revision"]["S"],
        generation=int(item["generation"]["N"]),
        epoch=int(item["epoch"]["N"]),
        lease_until=float(item["lease_until"]["N"]),
        forced_at=float(item["forced_at"]["N"]),
        signature_forced_at=float(item["signature_forced_at"]["N"]),
        failures=int(item["failures"]["N"]),
        backoff_until=float(item["backoff_until"]["N"]),
    )


def _key_set_item(issuer: Issuer, key_set: CachedKeySet) -> Item:
    return {
        **_key(issuer, "keys"),
        "document": {"S": key_set.document},
        "metadata": {"S": json.dumps(dict(key_set.metadata))},
        "expires_at": _attribute(int(key_set.hard_until) + _DAY),
        **{name: _attribute(getattr(key_set, name)) for name in _NUMBERS},
    }


def _parse_key_set(item: Item | None, issuer: Issuer) -> CachedKeySet | None:
    """Return the key set in *item*, or None where it is not one that we would have written."""
    if item is None:
        return None
    try:
        document = item["document"]["S"]
        return CachedKeySet(
            document=document,
            metadata=build_provider_metadata(issuer, json.loads(item["metadata"]["S"])),
            keys=parse_key_set(document.encode()),
            generation=int(item["generation"]["N"]),
            epoch=int(item["epoch"]["N"]),
            fetched_at=float(item["fetched_at"]["N"]),
            soft_until=float(item["soft_until"]["N"]),
            hard_until=float(item["hard_until"]["N"]),
        )
    except (KeyError, ValueError):
        return None
