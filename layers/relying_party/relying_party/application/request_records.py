"""The records of grant requests: the fleet's, or this container's own while the store fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from relying_party.application.grant_ports import FamilyRevoked, GrantStore, SealedGrant
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
        if self._holds_answer(name):
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
            return self._is_alone_with(name, new, seen)

    def _is_alone_with(self, name: str, new: GrantRequestRecord, seen: GrantRequestRecord) -> bool:
        """Tell, after a write that failed, whether nobody else has the record.

        The write may have been carried out, or come second to somebody else's; where the
        record can be read it says so. Else this container goes on by itself.
        """
        try:
            there = self.store.read_request(name)
        except StoreUnavailable:
            there = seen
        if there.revision not in (new.revision, seen.revision):
            return False
        if there.revision != new.revision:
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
            StoreThrottled: nothing was written, and trying again makes sense.
        """
        try:
            there = self.store.complete(name, new, grants, family, seen=seen)
            if there is not None and there.state is State.FREE:
                # The store was away when we took the lead, and knows of nobody who has it
                there = self.store.complete(name, new, grants, family, seen=there)
            if there is not None:
                # Somebody else's answer will be replayed; our tokens are as real
                self.observe("answer_not_stored", cause=f"another request: {there.state}")
                self._keep_grants(grants, family)
        except StoreThrottled:
            raise
        except StoreUnavailable as error:
            self.complete_alone(name, new, family, cause=str(error))

    def complete_alone(
        self, name: str, new: GrantRequestRecord, family: str, *, cause: str
    ) -> None:
        """Keep the answer in this container: nobody else can give it.

        Raises:
            FamilyRevoked: the grant was revoked meanwhile.
        """
        self.observe("answer_not_stored", cause=cause)
        self._keep(name, new)
        if self.is_revoked(family, name):
            raise FamilyRevoked

    def keep(self, grants: Sequence[SealedGrant], family: str) -> None:
        """Write the records of tokens whose request has none.

        Raises:
            FamilyRevoked: the grant was revoked meanwhile.
        """
        try:
            self._keep_grants(grants, family)
        except StoreUnavailable as error:
            self.observe("answer_not_stored", cause=str(error))

    def is_revoked(self, family: str, name: str) -> bool:
        """Tell whether *family*, whose answer the record *name* has, was revoked.

        An answer that only this container holds goes out also where nobody can say: it would
        be lost. One that the store holds can wait until the store can say.

        Raises:
            StoreUnavailable: the store cannot say now.
        """
        try:
            return self.store.is_revoked(family, self.clock())
        except StoreUnavailable:
            if self._holds_answer(name):
                return False
            raise

    def _keep_grants(self, grants: Sequence[SealedGrant], family: str) -> None:
        self.store.keep(grants)
        if self.store.is_revoked(family, self.clock()):
            raise FamilyRevoked

    def _holds_answer(self, name: str) -> bool:
        alone = self._alone.get(name, GrantRequestRecord())
        return alone.state is State.ANSWERED and self.clock() < alone.until

    def _keep(self, name: str, record: GrantRequestRecord) -> None:
        self._alone.pop(name, None)  # it is the newest again
        if len(self._alone) >= _MAX_ALONE:
            del self._alone[next(iter(self._alone))]
        self._alone[name] = record
