"""A DynamoDB client that writes down what each request would be billed."""

import time
from typing import Any

from botocore.exceptions import ClientError

from tests.fleet.capacity import Item, Spent, read_units, write_units


class MeteredClient:
    """Stands before the SDK's client; a second attempt of the SDK's is not seen."""

    def __init__(self, client: Any) -> None:
        self.spent: list[Spent] = []
        self._client = client

    def get_item(self, **arguments: Any) -> Any:
        reply = self._client.get_item(**arguments)
        self._spend(arguments["Key"], read=read_units(reply.get("Item", {})))
        return reply

    def query(self, **arguments: Any) -> Any:
        reply = self._client.query(**arguments)
        key = {"issuer": arguments["ExpressionAttributeValues"][":value"]}
        self._spend(key, read=read_units(*reply["Items"]))
        return reply

    def put_item(self, **arguments: Any) -> Any:
        item = arguments["Item"]
        try:
            reply = self._client.put_item(**arguments)
        except ClientError as error:
            stored: Any = error.response.get("Item")
            self._spend(item, write=write_units(stored))
            raise
        self._spend(item, write=write_units(item))
        return reply

    def transact_write_items(self, **arguments: Any) -> Any:
        for action in arguments["TransactItems"]:
            item = action["Put"]["Item"]
            self._spend(item, write=2 * write_units(item))
        return self._client.transact_write_items(**arguments)

    def _spend(self, item: Item, *, read: int = 0, write: int = 0) -> None:
        self.spent.append(Spent(time.time(), item["issuer"]["S"], read, write))
