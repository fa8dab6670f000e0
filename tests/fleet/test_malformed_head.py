"""A head that this service did not write: nobody agrees on it, and users notice nothing."""

from typing import Any, cast

import pytest

from relying_party.adapters.conditional_items import ConditionalItems, Lost
from tests.fleet.virtual_dynamodb import VirtualDynamoDb
from tests.fleet.virtual_fleet import ACCEPTED, EXAMPLE, VirtualFleet, token_by
from tests.tokens import NOW, signing_key
from tests.virtual_time import VirtualTime

KEY = signing_key()
HEAD, KEYS = (EXAMPLE.cache_key, "head"), (EXAMPLE.cache_key, "keys")


def test_each_container_goes_on_alone_until_both_items_are_deleted() -> None:
    fleet = VirtualFleet(KEY)
    fleet.warm([fleet.container()], token_by(KEY))
    fleet.dynamodb.items[HEAD] = {**fleet.dynamodb.items[HEAD], "generation": {"S": "?"}}
    fleet.forget()

    fleet.warm(fleet.containers(5), token_by(KEY))
    assert (fleet.said(), fleet.issuer.requests) == ({ACCEPTED: 5}, 5)
    assert fleet.events["store_unavailable"] == 5

    del fleet.dynamodb.items[HEAD], fleet.dynamodb.items[KEYS]
    fleet.forget()
    fleet.present(fleet.containers(5), token_by(KEY))
    fleet.time.run()
    assert (fleet.said(), fleet.issuer.requests) == ({ACCEPTED: 5}, 1)


def test_an_item_that_lost_its_revision_is_somebody_elses() -> None:
    time = VirtualTime(NOW)
    dynamodb = VirtualDynamoDb(time)
    key = {"issuer": {"S": "a"}, "item": {"S": "head"}}
    dynamodb.items["a", "head"] = key
    items = ConditionalItems(cast("Any", dynamodb), "keys")

    def write() -> None:
        with pytest.raises(Lost):
            items.put({**key, "revision": {"S": "mine"}}, seen="before")

    time.start(write)
    time.run()
