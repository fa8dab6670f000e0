"""What DynamoDB's refusals of a write mean."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from relying_party.adapters.conditional_items import ConditionalItems
from relying_party.application.ports import StoreThrottled

ITEM = {"name": {"S": "n"}, "revision": {"S": "r"}}


class Refusing:
    """A table whose every transaction is refused with one code."""

    def __init__(self, code: str) -> None:
        self._code = code

    def transact_write_items(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": self._code}}, "TransactWriteItems")


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "TransactionConflictException",
        # Of the SDK's own repetition, while the first is still being carried out
        "TransactionInProgressException",
    ],
)
def test_a_transaction_that_may_well_succeed_later_is_no_store_that_is_down(code: str) -> None:
    items = ConditionalItems(cast("Any", Refusing(code)), "table")
    with pytest.raises(StoreThrottled):
        items.put(ITEM, seen="", beside=[{"name": {"S": "beside"}}])
