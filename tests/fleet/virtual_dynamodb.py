"""DynamoDB in virtual time: one table, the four calls we make, and what goes wrong with them.

The store's real adapter runs on it. It is atomic because only one thread runs at a time;
each request arrives half its latency after it was sent.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from tests.fleet.capacity import Item, Spent, read_units, write_units
from tests.virtual_time import VirtualTime

LATENCY = 0.005
_CONNECT_TIMEOUT, _READ_TIMEOUT = 0.5, 1.0
_ATTEMPTS = 2
_FAILED = "ConditionalCheckFailed"
_THROTTLED = "ThrottlingException"


class Fault(Enum):
    """What may become of one request."""

    NONE = auto()
    THROTTLED = auto()
    DOWN = auto()
    LOST_ANSWER = auto()


class VirtualDynamoDb:
    """Both the table and the client of it (``mypy_boto3_dynamodb.DynamoDBClient``)."""

    def __init__(self, time: VirtualTime) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self.spent: list[Spent] = []
        self.fault: Callable[[str, int], Fault] = lambda operation, attempt: Fault.NONE
        """Decides what becomes of an operation's attempt, the SDK's first or second."""
        self.written: Callable[[Item], None] = lambda item: None
        """Is told every item that is written."""
        self._time = time

    def get_item(self, *, Key: Item, ConsistentRead: bool = False, **_: Any) -> Any:  # noqa: N803
        assert ConsistentRead, "a read that decides must be strongly consistent"
        return self._send("GetItem", lambda: self._get(Key))

    def query(
        self,
        *,
        ExpressionAttributeValues: Any,  # noqa: N803
        ConsistentRead: bool = False,  # noqa: N803
        **_: Any,
    ) -> Any:
        assert ConsistentRead, "a read that decides must be strongly consistent"
        return self._send("Query", lambda: self._query(ExpressionAttributeValues[":value"]["S"]))

    def put_item(self, **put: Any) -> Any:
        return self._send("PutItem", lambda: self._put([put], transaction=False))

    def transact_write_items(self, *, TransactItems: Any) -> Any:  # noqa: N803
        puts = [action["Put"] for action in TransactItems]
        return self._send("TransactWriteItems", lambda: self._put(puts, transaction=True))

    def _send(self, operation: str, carry_out: Callable[[], Any]) -> Any:
        """Try as often as the SDK does."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._send_once(operation, attempt, carry_out)
            except (ConnectTimeoutError, ReadTimeoutError):
                if attempt == _ATTEMPTS:
                    raise
            except ClientError as error:
                if attempt == _ATTEMPTS or error.response["Error"]["Code"] != _THROTTLED:
                    raise
            self._time.sleep(self._time.random.uniform(0, 1))
        raise AssertionError

    def _send_once(self, operation: str, attempt: int, carry_out: Callable[[], Any]) -> Any:
        fault = self.fault(operation, attempt)
        if fault is Fault.DOWN:
            self._time.sleep(_CONNECT_TIMEOUT)
            raise ConnectTimeoutError(endpoint_url="dynamodb")
        self._time.sleep(LATENCY / 2)
        if fault is Fault.THROTTLED:
            self._time.sleep(LATENCY / 2)
            raise ClientError({"Error": {"Code": _THROTTLED}}, operation)
        reply = carry_out()
        if fault is Fault.LOST_ANSWER:
            self._time.sleep(_READ_TIMEOUT)
            raise ReadTimeoutError(endpoint_url="dynamodb")
        self._time.sleep(LATENCY / 2)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _get(self, key: Item) -> Any:
        item = self.items.get(_name(key))
        self._spend(key["issuer"]["S"], read=read_units(item or {}))
        return {} if item is None else {"Item": item}

    def _query(self, issuer: str) -> Any:
        found = [item for name, item in self.items.items() if name[0] == issuer]
        self._spend(issuer, read=read_units(*found))
        return {"Items": found}

    def _put(self, puts: list[Any], *, transaction: bool) -> Any:
        """Write all of *puts* or none; return the reply, or what is to be raised."""
        for put in puts:
            new, old = put["Item"], self.items.get(_name(put["Item"]))
            refused = not _holds(put, old)
            units = write_units(old) if refused else write_units(old, new)
            self._spend(new["issuer"]["S"], write=units * (2 if transaction else 1))
            if refused:
                return _refusal(old, transaction=transaction)
        for put in puts:
            self.items[_name(put["Item"])] = put["Item"]
            self.written(put["Item"])
        return {}

    def _spend(self, key: str, *, read: int = 0, write: int = 0) -> None:
        self.spent.append(Spent(self._time.now, key, read, write))


def _name(item: Item) -> tuple[str, str]:
    return item["issuer"]["S"], item["item"]["S"]


def _holds(put: Any, old: Item | None) -> bool:
    match put.get("ConditionExpression"):
        case None:
            return True
        case "attribute_not_exists(revision)":
            return old is None or "revision" not in old
        case "revision = :seen":
            return (
                old is not None and old.get("revision") == put["ExpressionAttributeValues"][":seen"]
            )
        case other:
            raise AssertionError(other)


def _refusal(old: Item | None, *, transaction: bool) -> ClientError:
    stored = {} if old is None else {"Item": old}
    if not transaction:
        return ClientError({"Error": {"Code": _FAILED + "Exception"}, **stored}, "PutItem")  # type: ignore[typeddict-item]
    reasons = [{"Code": _FAILED, **stored}, {"Code": "None"}]
    code = "TransactionCanceledException"
    return ClientError(
        {"Error": {"Code": code}, "CancellationReasons": reasons},  # type: ignore[typeddict-item]
        "TransactWriteItems",
    )
