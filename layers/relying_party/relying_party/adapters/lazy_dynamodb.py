"""DynamoDB without its SDK until that is needed: to write, or where a read of our own fails.

What failed the SDK tries once more, so there are two attempts in all, as with the SDK alone.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from relying_party.application.ports import Observe

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Client = Callable[[], "DynamoDBClient"]
"""Loads the SDK, and returns a client of it."""

Send = Callable[[str, Mapping[str, Any]], Any]
"""Sends the operation of that name with its arguments; returns the answer, or raises anything."""

Require = Callable[[Any], Any]
"""Returns an answer, or raises where it is none that DynamoDB gives."""


class LazyDynamoDb:
    """What a key store needs of a client."""

    def __init__(self, send: Send, *, reader: Client, writer: Client, observe: Observe) -> None:
        self._send = send
        self._reader = reader
        self._writer = writer
        self._observe = observe

    def get_item(self, **arguments: Any) -> Any:
        """Read one item."""
        reply = self._try("GetItem", arguments, _require_item)
        return self._reader().get_item(**arguments) if reply is None else reply

    def query(self, **arguments: Any) -> Any:
        """Read the items of one partition."""
        reply = self._try("Query", arguments, _require_items)
        return self._reader().query(**arguments) if reply is None else reply

    def put_item(self, **arguments: Any) -> Any:
        """Write one item."""
        return self._writer().put_item(**arguments)

    def transact_write_items(self, **arguments: Any) -> Any:
        """Write several as one."""
        return self._writer().transact_write_items(**arguments)

    def _try(self, operation: str, arguments: Mapping[str, Any], require: Require) -> Any:
        try:
            return require(self._send(operation, arguments))
        except Exception as error:  # noqa: BLE001 - whatever it is, the SDK knows better
            cause = type(error).__name__
            self._observe("signed_read_failed", operation=operation, cause=cause)
            return None


def _require_item(reply: Any) -> Any:
    if not isinstance(reply.get("Item", {}), dict):
        raise TypeError
    return reply


def _require_items(reply: Any) -> Any:
    if not isinstance(reply["Items"], list):
        raise TypeError
    return reply
