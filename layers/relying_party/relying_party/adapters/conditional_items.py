"""Items in DynamoDB that change only from the state in which they were seen: the lease.

Each write carries a ``revision``, random and new, and happens only while the item still has
the revision that its writer saw. So of all who saw an item free, one takes it; whoever wrote
the current revision holds the lease; and completing or releasing it is one more such write.
Reads are strongly consistent, because they decide.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from relying_party.application.ports import StoreThrottled, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from relying_party.adapters.lazy_dynamodb import LazyDynamoDb

Item = dict[str, Any]
"""Attribute values as the wire has them: ``{"S": "…"}``, ``{"N": "…"}``."""

_THROTTLED = (
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
    "TransactionInProgressException",  # the SDK sent it twice, and the first is being carried out
)
_BUSY = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")


class Lost(Exception):
    """Somebody else changed the item first."""

    def __init__(self, stored: Item | None) -> None:
        super().__init__()
        self.stored = stored
        """What is there now; None where the item is gone."""


class Forbidden(Exception):
    """An item is there whose existence forbids the write."""


class ConditionalItems:
    """One table of items with revisions. Every call may raise ``StoreUnavailable``."""

    def __init__(self, client: "DynamoDBClient | LazyDynamoDb", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, key: Item) -> Item | None:
        """Return one item."""
        reply = self._call("get_item", Key=key, TableName=self._table, ConsistentRead=True)
        item: Item | None = reply.get("Item")
        return item

    def get_all(self, name: str, value: str) -> list[Item]:
        """Return the items whose partition key *name* is *value*: few, and small."""
        reply = self._call(
            "query",
            TableName=self._table,
            KeyConditionExpression="#name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"S": value}},
            ConsistentRead=True,
        )
        items: list[Item] = reply["Items"]
        return items

    def put(
        self, item: Item, *, seen: str, beside: Sequence[Item] = (), absent: Item | None = None
    ) -> None:
        """Write *item* if its revision is still *seen*; all that is written, or nothing.

        Args:
            item: with the new ``revision``.
            seen: the revision that the change was made from; empty where there was no item.
            beside: other items, which need no condition of their own.
            absent: key of an item whose existence forbids the write.

        Raises:
            Lost: it is not. An answer of ours that was lost on its way back is no loss: the
                SDK sends such a write again, and the condition then meets our own revision.
            Forbidden: *absent* is there.
        """
        conditional = {"TableName": self._table, "Item": item, **_condition(seen)}
        try:
            if not beside and absent is None:
                self._call("put_item", **conditional)
            else:
                self._call(
                    "transact_write_items", TransactItems=self._all(conditional, beside, absent)
                )
        except Lost as lost:
            if lost.stored is None or lost.stored.get("revision") != item["revision"]:
                raise

    def put_unconditionally(self, item: Item) -> None:
        """Write *item*, whatever is there."""
        self._call("put_item", TableName=self._table, Item=item)

    def delete(self, key: Item) -> bool:
        """Delete an item; return whether it was there."""
        reply = self._call("delete_item", TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return "Attributes" in reply

    def _all(
        self, conditional: Item, beside: Sequence[Item], absent: Item | None
    ) -> list[dict[str, Any]]:
        table = {"TableName": self._table}
        actions: list[dict[str, Any]] = [{"Put": conditional}]
        actions += [{"Put": {**table, "Item": other}} for other in beside]
        if absent is not None:
            name = {"#key": next(iter(absent))}
            check = {"ConditionExpression": "attribute_not_exists(#key)"}
            actions.append(
                {
                    "ConditionCheck": {
                        **table,
                        "Key": absent,
                        "ExpressionAttributeNames": name,
                        **check,
                    }
                }
            )
        return actions

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(**arguments)
        except _sdk_errors().ClientError as error:
            raise _failure(error.response) from None
        except _sdk_errors().BotoCoreError as error:
            raise StoreUnavailable(type(error).__name__) from None


def _sdk_errors() -> ModuleType:
    """Return the SDK's, loaded when something is raised: a read of our own raises none."""
    from botocore import exceptions  # noqa: PLC0415

    return exceptions


def _condition(seen: str) -> dict[str, Any]:
    on_failure = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if not seen:
        return {"ConditionExpression": "attribute_not_exists(revision)", **on_failure}
    return {
        "ConditionExpression": "revision = :seen",
        "ExpressionAttributeValues": {":seen": {"S": seen}},
        **on_failure,
    }


def _failure(response: Any) -> Exception:
    """Return what an error response of DynamoDB means to us."""
    code = response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return Lost(response.get("Item"))
    if code in _THROTTLED:
        return StoreThrottled(code)
    return _cancellation(response.get("CancellationReasons", [])) or StoreUnavailable(code)


def _cancellation(reasons: list[dict[str, Any]]) -> Exception | None:
    """Return what a cancelled transaction means: the first of its items has the condition."""
    failed = [reason.get("Code") == "ConditionalCheckFailed" for reason in reasons]
    if any(failed[1:]):
        return Forbidden()
    if any(failed):
        return Lost(reasons[0].get("Item"))
    busy = any(reason.get("Code") in _BUSY for reason in reasons)
    return StoreThrottled("TransactionCanceled") if busy else None
