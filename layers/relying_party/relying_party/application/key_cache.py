"""An issuer's keys: this container's memory, then the shared store, then the issuer.

What may be used and who may fetch is decided in ``protocol/key_cache.py``; here those
decisions are carried out, and what the fleet agrees on is kept in ``fleet_keys.py``.
"""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from relying_party.application.fleet_keys import FleetKeys, Reach
from relying_party.application.ports import (
    Clock,
    FetchFailed,
    FetchKeys,
    KeyStore,
    Observe,
    StoreUnavailable,
)
from relying_party.errors import KeysUnavailable
from relying_party.protocol import key_cache as decide
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import CachedKeySet, Freshness, Need, Refusal

FETCH_BUDGET = 3.0
"""Seconds for metadata and key set together."""

_SHORTEST_FETCH = 0.2
"""Seconds: a fetch that was begun at the last moment fails by itself, and is recorded."""

_PURGE_ATTEMPTS = 5

_RECENT = 1.0
"""Seconds for which the head need not be read again, however many tokens ask for it."""

_SPREAD = (0.0, 1.5)
"""Seconds before a container tries to be the one that fetches.

A thousand that meet a rotation at once then read twice, and most of them find the new set the
second time. Without this each of them would write, and DynamoDB takes a thousand writes a
second for one key.
"""

_POLL = (0.5, 1.5)
"""Seconds between two looks at what another container is fetching."""

_RESERVE = 3.0
"""Seconds before its deadline at which a container stops waiting for another.

A store that hangs at the next look costs as much; and no fetch takes longer than the wait.
"""

_PUBLISH_PAUSE = (0.1, 0.5)
"""Seconds before a throttled publication is tried again: the fetch shall not be in vain."""

_PATIENCE = (0.0, 30.0)
"""Seconds past the soft age: the schedule goes first, then one container after another."""


class World(NamedTuple):
    """The ports and sources of chance that a key cache lives on."""

    store: KeyStore
    fetch: FetchKeys
    clock: Clock
    sleep: Callable[[float], None]
    """Waits for so many seconds."""
    chance: Callable[[float, float], float]
    """Draws a number between two: containers must not move in step."""
    new_revision: Callable[[], str]
    observe: Observe


class KeyCache:
    """The keys of one issuer in one container, whatever threads it has."""

    def __init__(self, issuer: Issuer, world: World) -> None:
        self._issuer = issuer
        self._world = world
        self.fleet = FleetKeys(
            issuer,
            world.store,
            clock=world.clock,
            new_revision=world.new_revision,
            observe=world.observe,
        )
        self._patience = world.chance(*_PATIENCE)

    def current(self, deadline: float) -> CachedKeySet:
        """Return a key set that may be used now.

        Args:
            deadline: seconds since the epoch by which the caller wants to know.

        Raises:
            KeysUnavailable: there is none, and none can be had in time.
        """
        held = self.fresh(self._world.clock())
        if held is not None:
            return held
        if self.fleet.held is None or not self.fleet.compared_within(decide.COMPARE_EVERY):
            self.fleet.compare()
        if self.fleet.freshness() is Freshness.STALE:
            self._refresh_stale(deadline)
        if self.fleet.freshness() is Freshness.DEAD:
            self._fetch_newer(self.fleet.held, Need.SET, deadline)
        return self.require_usable()

    def fresh(self, now: float) -> CachedKeySet | None:
        """Return the key set held if it is fresh, and the fleet was asked lately; asks nobody."""
        key_set, begins, ends = self.fleet.in_use
        return key_set if begins <= now < ends else None

    def newer_than(self, held: CachedKeySet, need: Need, deadline: float) -> CachedKeySet:
        """Return a key set that came after *held*, which did not serve *need*.

        Raises:
            KeysUnavailable: none may be fetched now, or none could be.
        """
        self._fetch_newer(held, need, deadline)
        return self.require_usable()

    def refresh(self, deadline: float) -> CachedKeySet:
        """Fetch the key set again, unless somebody is at it or the issuer keeps failing.

        Raises:
            KeysUnavailable: nothing was fetched; what is held goes on.
        """
        self.fleet.compare()
        self._fetch_newer(self.fleet.held, Need.SCHEDULE, deadline, wait=False)
        return self.require_usable()

    def age(self) -> float | None:
        """Return the age of the key set held, in seconds; None where none is held."""
        held = self.fleet.held
        return None if held is None else self._world.clock() - held.fetched_at

    def purge(self) -> None:
        """Make every key set fetched so far void, in the whole fleet.

        Raises:
            StoreUnavailable: the fleet could not be told. The purge has to be asked for again.
        """
        head, stored = self._world.store.read_head(self._issuer), None
        for _ in range(_PURGE_ATTEMPTS):
            new = decide.purged(head, self._world.new_revision())
            stored = self._world.store.replace_head(self._issuer, new, seen=head)
            if stored is None:
                self.fleet.adopt(new, None)
                self._world.observe("keys_purged", issuer=self._issuer.name)
                return
            head = stored
        raise StoreUnavailable("other containers kept writing")

    def require_usable(self) -> CachedKeySet:
        """Return the key set held, if it may be used now.

        Raises:
            KeysUnavailable: it may not.
        """
        held = self.fleet.held  # once: another thread may purge it meanwhile
        if held is None or self.fleet.freshness() is Freshness.DEAD:
            raise KeysUnavailable("no key set that may be used")
        return held

    def _refresh_stale(self, deadline: float) -> None:
        """Let one container of the fleet fetch; the others go on with what they have."""
        held = self.fleet.held
        if held and self._world.clock() < held.soft_until + self._patience:
            return
        try:
            self._fetch_newer(held, Need.SET, deadline, wait=False)
        except KeysUnavailable:
            self._world.observe("stale_keys_served", issuer=self._issuer.name)

    def _fetch_newer(
        self, held: CachedKeySet | None, need: Need, deadline: float, *, wait: bool = True
    ) -> None:
        """Bring another set than *held*: from the store if it is there, else from the issuer."""
        if not self.fleet.compared_within(_RECENT):
            self.fleet.compare()
        if wait and self._lacks_newer(held) and self._may_claim(need):
            self._wait(_SPREAD, deadline, whole=True)
        while self._lacks_newer(held):
            refused = self._refusal(need)
            if refused is None and self.fleet.claim(self._least(need)):
                self._fetch(need, deadline)
                return
            if refused is not None and not refused.in_progress:
                raise KeysUnavailable(need.value, retry_after=_whole_seconds(refused))
            if not wait or self._world.clock() >= deadline - _RESERVE:
                rest = _whole_seconds(refused)
                raise KeysUnavailable("another container is fetching", retry_after=rest)
            self._wait(_POLL, deadline)

    def _lacks_newer(self, held: CachedKeySet | None) -> bool:
        return self.fleet.held is held or self.fleet.freshness() is Freshness.DEAD

    def _may_claim(self, need: Need) -> bool:
        return self.fleet.reach is Reach.ANSWERS and self._refusal(need) is None

    def _refusal(self, need: Need) -> Refusal | None:
        return decide.refusal(self.fleet.head, self._least(need), self._world.clock())

    def _least(self, need: Need) -> Need:
        """Where no set may be used any will do, and no forced fetch is spent on it."""
        return Need.SET if self.fleet.freshness() is Freshness.DEAD else need

    def _wait(self, seconds: tuple[float, float], deadline: float, *, whole: bool = False) -> None:
        left = max(0, deadline - self._world.clock())
        self._world.sleep(min(left, self._world.chance(*seconds)))
        self.fleet.compare(whole=whole)

    def _fetch(self, need: Need, deadline: float) -> None:
        budget = max(_SHORTEST_FETCH, min(FETCH_BUDGET, deadline - self._world.clock()))
        try:
            fetched = self._world.fetch(self._issuer, timeout=budget)
        except FetchFailed as failure:
            self._world.observe("keys_fetch_failed", issuer=self._issuer.name, cause=str(failure))
            self.fleet.record_failure(failure.retry_after)
            rest = _whole_seconds(self._refusal(need))
            raise KeysUnavailable(str(failure), retry_after=rest) from None
        self._world.observe("keys_fetched", issuer=self._issuer.name)
        self._publish(
            decide.fetched_key_set(
                document=fetched.document,
                keys=fetched.keys,
                metadata=fetched.metadata,
                headers=fetched.headers,
                head=self.fleet.head,
                now=self._world.clock(),
            ),
            deadline,
        )

    def _publish(self, key_set: CachedKeySet, deadline: float) -> None:
        """Tell the fleet, and do not be put off by a store that has too much to do."""
        while not self.fleet.publish(key_set):
            busy = self.fleet.reach is Reach.THROTTLES
            if not busy or self._world.clock() >= deadline - _RESERVE:
                self.fleet.hold_alone(key_set)
                return
            self._world.sleep(self._world.chance(*_PUBLISH_PAUSE))


def _whole_seconds(refused: Refusal | None) -> int:
    return max(1, ceil(refused.seconds)) if refused else 1
