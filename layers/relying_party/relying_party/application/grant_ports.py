"""What retry-safe grants need from the world."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from relying_party.application.ports import StoreUnavailable
from relying_party.protocol.replay import GrantRequestRecord

__all__ = ["FamilyRevoked", "GrantStore", "SealedGrant", "StoreUnavailable"]


class FamilyRevoked(Exception):
    """The grant was revoked while its refresh was under way."""


@dataclass(frozen=True, slots=True)
class SealedGrant:
    """A token's record: found by the token, read with the token."""

    name: str
    sealed: bytes = field(repr=False)
    expires_at: float


class GrantStore(Protocol):
    """What the fleet remembers of grants. Every call may raise ``StoreUnavailable``."""

    def read_request(self, name: str) -> GrantRequestRecord:
        """Return the record of the requests that present one secret; a free one if none is."""

    def write_request(
        self, name: str, new: GrantRequestRecord, *, seen: GrantRequestRecord
    ) -> GrantRequestRecord | None:
        """Write *new* if the record is still *seen*; return None, or what is there instead."""

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> GrantRequestRecord | None:
        """Write the answer and the grants as one; return as ``write_request``.

        Raises:
            FamilyRevoked: the family has a tombstone; nothing was written.
        """

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        """Write *grants* alone."""

    def read_grant(self, name: str, now: float) -> bytes | None:
        """Return the sealed grant of a token, unless it has none or it has expired."""

    def is_revoked(self, family: str, now: float) -> bool:
        """Tell whether *family* has a tombstone."""

    def revoke(self, family: str, until: float) -> None:
        """Leave a tombstone for *family* until *until*, in seconds since the epoch."""
