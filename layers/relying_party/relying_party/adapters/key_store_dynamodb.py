"""The key cache that all containers share: two items per issuer in one DynamoDB table.

``head`` is small and says who may fetch; ``keys`` holds the set. Who can write here can
forge tokens, so the table has no other writers, and what is read is parsed and checked again.
"""

import json
from typing import TYPE_CHECKING

from relying_party.adapters.conditional_items import ConditionalItems, Item, Lost
from relying_party.application.ports import StoreUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.json_object import parse_json_object
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import CachedKeySet, Head, restored_key_set
from relying_party.protocol.provider_metadata import build_provider_metadata

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from relying_party.adapters.lazy_dynamodb import LazyDynamoDb

_DAY = 86400
_NUMBERS = ("generation", "epoch", "fetched_at", "soft_until", "hard_until")


class KeyStoreDynamoDb:
    """The ``KeyStore`` port on DynamoDB."""

    def __init__(self, client: "DynamoDBClient | LazyDynamoDb", table: str) -> None:
        self._items = ConditionalItems(client, table)

    def read(self, issuer: Issuer) -> tuple[Head, CachedKeySet | None]:
        """Return both items in one request."""
        found = self._items.get_all("issuer", issuer.cache_key)
        items = {item["item"]["S"]: item for item in found}
        return _parse_head(items.get("head")), _parse_key_set(items.get("keys"), issuer)

    def read_head(self, issuer: Issuer) -> Head:
        """Return the head alone."""
        return _parse_head(self._items.get(_key(issuer, "head")))

    def replace_head(self, issuer: Issuer, new: Head, *, seen: Head) -> Head | None:
        """Write *new* if the head is still *seen*; return None, or what is there instead."""
        try:
            self._items.put(_head_item(issuer, new), seen=seen.revision)
        except Lost as lost:
            return _parse_head(lost.stored)
        return None

    def publish(
        self, issuer: Issuer, new: Head, key_set: CachedKeySet, *, seen: Head
    ) -> Head | None:
        """Write both items as one if the head is still *seen*; return as ``replace_head``."""
        keys = _key_set_item(issuer, key_set)
        try:
            self._items.put(_head_item(issuer, new), seen=seen.revision, beside=[keys])
        except Lost as lost:
            return _parse_head(lost.stored)
        return None


def _key(issuer: Issuer, item: str) -> Item:
    return {"issuer": {"S": issuer.cache_key}, "item": {"S": item}}


def _head_item(issuer: Issuer, head: Head) -> Item:
    return {
        **_key(issuer, "head"),
        **{name: _attribute(value) for name, value in head._asdict().items()},
    }


def _attribute(value: str | float) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": repr(value)}


def _parse_head(item: Item | None) -> Head:
    """Return the head in *item*; where there is none, nothing has happened yet.

    Raises:
        StoreUnavailable: it is not one that we would have written, so nothing can be agreed on.
    """
    if item is None:
        return Head()
    try:
        return Head(
            revision=item["revision"]["S"],
            generation=int(_number(item, "generation")),
            epoch=int(_number(item, "epoch")),
            lease_until=_number(item, "lease_until"),
            forced_at=_number(item, "forced_at"),
            signature_forced_at=_number(item, "signature_forced_at"),
            failures=int(_number(item, "failures")),
            backoff_until=_number(item, "backoff_until"),
        )
    except (KeyError, TypeError, ValueError):
        raise StoreUnavailable("the head is malformed") from None


def _number(item: Item, name: str) -> float:
    """Return a number; 0 where another release wrote an item that has no such member."""
    return float(item.get(name, {"N": "0"})["N"])


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
        return restored_key_set(
            CachedKeySet(
                document=document,
                metadata=build_provider_metadata(
                    issuer, parse_json_object(item["metadata"]["S"].encode())
                ),
                keys=parse_key_set(document.encode()),
                generation=int(item["generation"]["N"]),
                epoch=int(item["epoch"]["N"]),
                fetched_at=float(item["fetched_at"]["N"]),
                soft_until=float(item["soft_until"]["N"]),
                hard_until=float(item["hard_until"]["N"]),
            )
        )
    except (KeyError, ValueError):
        return None
