"""What the fleet remembers of grants, in one DynamoDB table keyed by ``name``.

Three kinds of items, told apart by the start of their names: ``request`` (who leads, and the
sealed answer), ``token`` (a token's sealed grant) and ``family`` (a tombstone).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relying_party.adapters.conditional_items import ConditionalItems, Forbidden, Item, Lost
from relying_party.application.grant_ports import FamilyRevoked, SealedGrant, StoreUnavailable
from relying_party.protocol.replay import GrantRequestRecord, State

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT = 3600
"""Seconds for which a record stays after it stopped to count: for clocks, and for TTL's pace."""


class GrantStoreDynamoDb:
    """The ``GrantStore`` port on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._items = ConditionalItems(client, table)

    def read_request(self, name: str) -> GrantRequestRecord:
        """Return the record of the requests that present one secret."""
        return _parse_request(self._items.get(_key("request", name)))

    def write_request(
        self, name: str, new: GrantRequestRecord, *, seen: GrantRequestRecord
    ) -> GrantRequestRecord | None:
        """Write *new* if the record is still *seen*; return None, or what is there instead."""
        try:
            self._items.put(_request_item(name, new), seen=seen.revision)
        except Lost as lost:
            return _parse_request(lost.stored)
        return None

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> GrantRequestRecord | None:
        """Write the answer and the grants as one; return as ``write_request``."""
        try:
            self._items.put(
                _request_item(name, new),
                seen=seen.revision,
                beside=[_grant_item(grant) for grant in grants],
                absent=_key("family", family),
            )
        except Lost as lost:
            return _parse_request(lost.stored)
        except Forbidden:
            raise FamilyRevoked from None
        return None

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        """Write *grants* alone."""
        for grant in grants:
            self._items.put_unconditionally(_grant_item(grant))

    def read_grant(self, name: str, now: float) -> bytes | None:
        """Return the sealed grant of a token."""
        item = self._items.get(_key("token", name))
        if item is None or now >= float(item["expires_at"]["N"]):
            return None
        sealed: bytes = item["sealed"]["B"]
        return sealed

    def is_revoked(self, family: str, now: float) -> bool:
        """Tell whether *family* has a tombstone."""
        item = self._items.get(_key("family", family))
        return item is not None and now < float(item["expires_at"]["N"])

    def revoke(self, family: str, until: float) -> None:
        """Leave a tombstone for *family*."""
        self._items.put_unconditionally({**_key("family", family), "expires_at": _number(until)})


def _key(kind: str, name: str) -> Item:
    return {"name": {"S": f"{kind} {name}"}}


def _number(value: float) -> dict[str, str]:
    return {"N": str(int(value))}


def _grant_item(grant: SealedGrant) -> Item:
    return {
        **_key("token", grant.name),
        "sealed": {"B": grant.sealed},
        "expires_at": _number(grant.expires_at),
    }


def _request_item(name: str, record: GrantRequestRecord) -> Item:
    return {
        **_key("request", name),
        "state": {"S": record.state},
        "revision": {"S": record.revision},
        "scope": {"S": record.scope},
        "until": {"N": repr(record.until)},
        "answered_at": {"N": repr(record.answered_at)},
        "rotated": {"BOOL": record.rotated},
        "sealed": {"B": record.sealed},
        "expires_at": _number(record.until + _KEPT),
    }


def _parse_request(item: Item | None) -> GrantRequestRecord:
    if item is None:
        return GrantRequestRecord()
    try:
        return GrantRequestRecord(
            state=State(item["state"]["S"]),
            revision=item["revision"]["S"],
            scope=item["scope"]["S"],
            until=float(item["until"]["N"]),
            answered_at=float(item["answered_at"]["N"]),
            rotated=item["rotated"]["BOOL"],
            sealed=item["sealed"]["B"],
        )
    except (KeyError, ValueError):
        raise StoreUnavailable("a record is malformed") from None
