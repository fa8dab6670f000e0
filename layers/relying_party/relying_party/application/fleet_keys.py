"""One issuer's keys as one container knows them: what it holds, and what the fleet agrees on.

The shared store may answer, have too much to do, or be gone. Nothing here raises for it: a
container without the store decides alone, on the head that it remembers.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from threading import RLock
from typing import TypeVar

from relying_party.application.ports import (
    Clock,
    KeyStore,
    Observe,
    StoreThrottled,
    StoreUnavailable,
)
from relying_party.protocol import key_cache as decide
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import CachedKeySet, Freshness, Head, Need, freshness

_Answer = TypeVar("_Answer")

InUse = tuple[CachedKeySet | None, float, float]
"""The key set that is held, if any is, and from when until when nobody need be asked about it."""

_NONE_IN_USE: InUse = (None, 0, 0)


class Reach(Enum):
    """What became of the last request to the store."""

    ANSWERS = "the fleet decides together"
    THROTTLES = "nobody may fetch on what nobody knows: wait, or go on with what is held"
    GONE = "this container decides alone, until it looks again"


class FleetKeys:
    """The head and the key set, and every change that one container makes to them.

    Other threads may use the same keys: what was asked for before one of them learnt of a purge
    is no answer any more.
    """

    def __init__(
        self,
        issuer: Issuer,
        store: KeyStore,
        *,
        clock: Clock,
        new_revision: Callable[[], str],
        observe: Observe,
    ) -> None:
        self.head = Head()
        self.in_use = _NONE_IN_USE
        self.reach = Reach.ANSWERS
        self._issuer = issuer
        self._store = store
        self._clock = clock
        self._new_revision = new_revision
        self._observe = observe
        self._compared_at = float("-inf")
        self._changing = RLock()

    @property
    def held(self) -> CachedKeySet | None:
        """The key set that is used, until the fleet is known to have another."""
        return self.in_use[0]

    def freshness(self) -> Freshness:
        """Judge what is held by the clock."""
        return freshness(self.held, self._clock())

    def compared_within(self, seconds: float) -> bool:
        """Tell whether the head was read lately; after a step back of the clock it was not."""
        return 0 <= self._clock() - self._compared_at < seconds

    def compare(self, *, whole: bool = False) -> None:
        """Learn what the fleet agrees on, and take over its key set where ours is not it.

        Args:
            whole: read the set in the same request, since it has probably changed.
        """
        started, epoch = self._clock(), self.head.epoch
        found = self._read(whole=whole)
        with self._changing:
            if self.head.epoch != epoch:  # another thread knows better
                return
            self._compared_at = self._clock() if found is None else started
            if found is None:
                self._hold(self.held)
            else:
                self.adopt(*found)

    def adopt(self, head: Head, stored: CachedKeySet | None) -> None:
        """Take over *head*, and of *stored* and what is held the first that it allows."""
        with self._changing:
            self.head = decide.agreed(head, self.head, self._clock())
            if stored and self.held and stored.version == self.held.version:
                stored = self.held
            now = self._clock()
            of_this_epoch = (one for one in (stored, self.held) if one and one.epoch == head.epoch)
            usable = (one for one in of_this_epoch if freshness(one, now) is not Freshness.DEAD)
            self._hold(next(usable, None))

    def claim(self, need: Need) -> bool:
        """Take the lease; tell whether this container is now the one that fetches."""
        if self.reach is Reach.THROTTLES:
            return False
        return self._replace(decide.claimed(self.head, need, self._new_revision(), self._clock()))

    def record_failure(self, retry_after: int | None) -> None:
        """End the lease after a fetch that failed."""
        revision = self._new_revision()
        self._replace(decide.failed(self.head, revision, self._clock(), retry_after))

    def publish(self, key_set: CachedKeySet) -> bool:
        """End the lease with *key_set*; tell whether it is decided what counts from now on."""
        new = decide.completed(self.head, self._new_revision())
        stored = self._change(
            lambda: self._store.publish(self._issuer, new, key_set, seen=self.head)
        )
        if stored is None:
            return False
        with self._changing:
            counts = stored[0] is None and self.head.epoch == key_set.epoch
            if counts:
                self.head = new
                self._hold(key_set)
        if not counts:
            self.compare()  # the lease ran out, or a purge came
        return True

    def hold_alone(self, key_set: CachedKeySet) -> None:
        """Use a set that nobody else will see. The fleet's next one counts as newer than it."""
        with self._changing:
            if self.head.epoch == key_set.epoch:
                self.head = self.head._replace(lease_until=0, failures=0, backoff_until=0)
                self._hold(replace(key_set, generation=self.head.generation))

    def _hold(self, key_set: CachedKeySet | None) -> None:
        """Use *key_set* until it is stale, or the fleet has to be asked about it again."""
        if key_set is None:
            self.in_use = _NONE_IN_USE
            return
        begins = max(key_set.fetched_at - decide.CLOCK_TOLERANCE, self._compared_at)
        ends = min(key_set.soft_until, self._compared_at + decide.COMPARE_EVERY)
        self.in_use = key_set, begins, ends

    def _read(self, *, whole: bool) -> tuple[Head, CachedKeySet | None] | None:
        held = self.held
        if held is None or whole:
            return self._ask(lambda: self._store.read(self._issuer))
        head = self._ask(lambda: self._store.read_head(self._issuer))
        if head is None or (head.generation, head.epoch) == held.version:
            return None if head is None else (head, held)
        return self._ask(lambda: self._store.read(self._issuer))

    def _replace(self, new: Head) -> bool:
        """Write *new*, or alone just remember it; a throttled write changes nothing."""
        stored = self._change(lambda: self._store.replace_head(self._issuer, new, seen=self.head))
        with self._changing:
            if self.head.epoch != new.epoch:
                return False
            if stored is None:
                self.head = new if self.reach is Reach.GONE else self.head
            else:
                self.head = stored[0] or new
            return self.head is new

    def _change(self, write: Callable[[], Head | None]) -> tuple[Head | None] | None:
        """Return what *write* returns, or None where the store did not do it or did not say."""
        return None if self.reach is Reach.GONE else self._ask(lambda: (write(),))

    def _ask(self, request: Callable[[], _Answer]) -> _Answer | None:
        try:
            answer = request()
        except StoreUnavailable as error:
            self.reach = Reach.THROTTLES if isinstance(error, StoreThrottled) else Reach.GONE
            self._observe("store_unavailable", issuer=self._issuer.name, cause=str(error))
            return None
        self.reach = Reach.ANSWERS
        return answer
