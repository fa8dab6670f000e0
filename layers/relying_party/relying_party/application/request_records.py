"""The records of grant requests: the fleet's, or this container's own while the store fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from relying_party.application.grant_ports import GrantStore, SealedGrant
from relying_party.application.ports import Clock, Observe, StoreThrottled, StoreUnavailable
from relying_party.protocol.replay import GrantRequestRecord, State

_MAX_ALONE = 100
"""Records that a container keeps for itself."""


@dataclass(frozen=True, slots=True)
class RequestRecords:
    """Reads and writes records. An answer is never withheld because it could not be written."""

    store: GrantStore
    clock: Clock
    observe: Observe
    _alone: dict[str, GrantRequestRecord] = field(default_factory=dict, repr=False)

    def read(self, name: str) -> GrantRequestRecord:
        """Return the record *name*: ours, where it holds an answer that nobody else knows."""
        alone = self._alone.get(name, GrantRequestRecord())
        if alone.state is State.ANSWERED and self.clock() < alone.until:
            return alone
        try:
            return self.store.read_request(name)
        except StoreUnavailable as error:
            self.observe("store_unavailable", cause=str(error))
            return alone

    def replace(self, name: str, new: GrantRequestRecord, seen: GrantRequestRecord) -> bool:
        """Write *new* if the record is still *seen*; return whether it was.

        A throttled write counts as lost: nobody leads who does not know it.
        """
        try:
            return self.store.write_request(name, new, seen=seen) is None
        except StoreThrottled:
            return False
        except StoreUnavailable:
            self._keep(name, new)
            return True

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> None:
        """Write the answer with the records of its tokens.

        Raises:
            FamilyRevoked: the grant was revoked meanwhile.
        """
        try:
            if self.store.complete(name, new, grants, family, seen=seen) is not None:
                self.store.keep(grants)  # somebody else leads by now; our tokens are real
        except StoreUnavailable as error:
            self.observe("answer_not_stored", cause=str(error))
            self._keep(name, new)

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        """Write the records of tokens whose request has none."""
        try:
            self.store.keep(grants)
        except StoreUnavailable as error:
            self.observe("answer_not_stored", cause=str(error))

    def is_revoked(self, family: str) -> bool:
        """Tell whether *family* has a tombstone.

        Where the store cannot say, what would be replayed is this container's own answer.
        """
        try:
            return self.store.is_revoked(family, self.clock())
        except StoreUnavailable:
            return False

    def _keep(self, name: str, record: GrantRequestRecord) -> None:
        if len(self._alone) >= _MAX_ALONE:
            del self._alone[next(iter(self._alone))]
        self._alone[name] = record
