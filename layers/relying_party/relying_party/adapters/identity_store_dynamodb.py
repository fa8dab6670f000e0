"""Identities in one DynamoDB table, keyed by ``issuer`` and ``subject``."""

from typing import TYPE_CHECKING

from relying_party.adapters.conditional_items import ConditionalItems, Item, Lost
from relying_party.application.identities import Identity
from relying_party.application.ports import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class IdentityStoreDynamoDb:
    """The ``IdentityStore`` port on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._items = ConditionalItems(client, table)

    def find(self, issuer: str, subject: str) -> Identity | None:
        """Return the identity of *subject*, if there is one."""
        item = self._items.get(_key(issuer, subject))
        return None if item is None else _parse(item)

    def create(self, identity: Identity) -> Identity:
        """Write *identity* unless there is one; return the one that is there."""
        try:
            self._items.put(_item(identity), seen="")
        except Lost as lost:
            return identity if lost.stored is None else _parse(lost.stored)
        return identity

    def touch(self, identity: Identity, *, seen: str) -> None:
        """Write *identity* if its revision is still *seen*; else somebody has just done so."""
        try:
            self._items.put(_item(identity), seen=seen)
        except Lost:
            return

    def erase(self, issuer: str, subject: str) -> bool:
        """Delete the identity of *subject*; return whether there was one."""
        return self._items.delete(_key(issuer, subject))


def _key(issuer: str, subject: str) -> Item:
    return {"issuer": {"S": issuer}, "subject": {"S": subject}}


def _item(identity: Identity) -> Item:
    return {
        **_key(identity.issuer, identity.subject),
        "id": {"S": identity.id},
        "client": {"S": identity.client},
        "first_seen": {"N": str(identity.first_seen)},
        "last_seen": {"N": str(identity.last_seen)},
        "revision": {"S": identity.revision},
    }


def _parse(item: Item) -> Identity:
    try:
        return Identity(
            issuer=item["issuer"]["S"],
            subject=item["subject"]["S"],
            id=item["id"]["S"],
            client=item["client"]["S"],
            first_seen=int(item["first_seen"]["N"]),
            last_seen=int(item["last_seen"]["N"]),
            revision=item["revision"]["S"],
        )
    except (KeyError, ValueError):
        raise StoreUnavailable("an identity is malformed") from None
