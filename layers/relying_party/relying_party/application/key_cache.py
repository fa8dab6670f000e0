"""An issuer's keys: this container's memory, then the shared store, then the issuer.

What may be used and who may fetch is decided in ``protocol/key_cache.py``; here those
decisions are carried out. The shared store may be gone: then the same decisions are taken
on the head that this container remembers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from relying_party.application.ports import (
    Clock,
    FetchFailed,
    FetchKeys,
    KeyStore,
    Observe,
    StoreThrottled,
    StoreUnavailable,
)
from relying_party.errors import KeysUnavailable
from relying_party.protocol import key_cache as decide
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import CachedKeySet, Freshness, Head, Need, freshness

FETCH_BUDGET = 3.0
"""Seconds for metadata and key set together."""

_SHORTEST_FETCH = 0.2
"""Seconds: a fetch that was begun at the last moment fails by itself, and is recorded."""

_PURGE_ATTEMPTS = 5

_RECENT = 1.0
"""Seconds for which the head need not be read again, however many tokens ask for it."""

_SPREAD = (0.0, 1.25)
"""Seconds before a container tries to be the one that fetches.

A thousand that meet a rotation at once then read the head twice, and most of them find the
new set the second time. Without this each of them would write, and DynamoDB takes a thousand
writes a second for one key.
"""

_POLL = (0.5, 1.5)
"""Seconds between two looks at what another container is fetching."""

_PATIENCE = (0.0, 30.0)
"""Seconds past the soft age: the schedule goes first, then one container after another."""


@dataclass(frozen=True, slots=True)
class World:
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
    """The keys of one issuer in one container. The only mutable state a warm container keeps."""

    def __init__(self, issuer: Issuer, world: World) -> None:
        self._issuer = issuer
        self._world = world
        self._head = Head()
        self._held: CachedKeySet | None = None
        self._compared_at = float("-inf")
        self._alone = False
        """Whether the store did not answer when it was asked last."""
        self._patience = world.chance(*_PATIENCE)

    def current(self, deadline: float) -> CachedKeySet:
        """Return a key set that may be used now.

        Args:
            deadline: seconds since the epoch by which the caller wants to know.

        Raises:
            KeysUnavailable: there is none, and none can be had in time.
        """
        if self._held is None or self._age_of_comparison() >= decide.COMPARE_EVERY:
            self._compare()
        state = freshness(self._held, self._world.clock())
        if state is Freshness.STALE:
            self._refresh_stale(deadline)
        elif state is Freshness.DEAD:
            self._fetch_newer(self._held, Need.SET, deadline)
        return self._require_usable()

    def newer_than(self, held: CachedKeySet, need: Need, deadline: float) -> CachedKeySet:
        """Return a key set that came after *held*, which did not serve *need*.

        Raises:
            KeysUnavailable: none may be fetched now, or none could be.
        """
        self._fetch_newer(held, need, deadline)
        return self._require_usable()

    def refresh(self, deadline: float) -> CachedKeySet:
        """Fetch the key set again, unless somebody is at it or the issuer keeps failing.

        Raises:
            KeysUnavailable: nothing was fetched; what is held goes on.
        """
        self._compare()
        self._fetch_newer(self._held, Need.SCHEDULE, deadline, wait=False)
        return self._require_usable()

    def age(self) -> float | None:
        """Return the age of the key set held, in seconds; None where none is held."""
        return None if self._held is None else self._world.clock() - self._held.fetched_at

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
                self._adopt(new, None)
                self._world.observe("keys_purged", issuer=self._issuer.name)
                return
            head = stored
        raise StoreUnavailable("other containers kept writing")

    def _require_usable(self) -> CachedKeySet:
        if self._held is None or freshness(self._held, self._world.clock()) is Freshness.DEAD:
            raise KeysUnavailable("no key set that may be used")
        return self._held

    def _refresh_stale(self, deadline: float) -> None:
        """Let one container of the fleet fetch; the others go on with what they have."""
        if self._held and self._world.clock() < self._held.soft_until + self._patience:
            return
        try:
            self._fetch_newer(self._held, Need.SET, deadline, wait=False)
        except KeysUnavailable:
            self._world.observe("stale_keys_served", issuer=self._issuer.name)

    def _fetch_newer(
        self, held: CachedKeySet | None, need: Need, deadline: float, *, wait: bool = True
    ) -> None:
        """Bring another set than *held*: from the store if it is there, else from the issuer."""
        if self._age_of_comparison() >= _RECENT:
            self._compare()
        if wait and self._held is held and self._may_claim(need):
            self._wait(_SPREAD)
        while self._held is held:
            now = self._world.clock()
            refused = decide.refusal(self._head, need, now)
            if refused is None and self._claim(need, now):
                self._fetch(deadline)
                return
            if refused is not None and not refused.in_progress:
                raise KeysUnavailable(need.value, retry_after=_whole_seconds(refused.seconds))
            if not wait or now >= deadline:
                raise KeysUnavailable("another container is fetching")
            self._wait(_POLL)

    def _may_claim(self, need: Need) -> bool:
        return not self._alone and not decide.refusal(self._head, need, self._world.clock())

    def _wait(self, seconds: tuple[float, float]) -> None:
        self._world.sleep(self._world.chance(*seconds))
        self._compare()

    def _claim(self, need: Need, now: float) -> bool:
        new = decide.claimed(self._head, need, self._world.new_revision(), now)
        try:
            stored = self._world.store.replace_head(self._issuer, new, seen=self._head)
        except StoreThrottled:
            return False
        except StoreUnavailable:
            stored = None  # alone now: the local head keeps the cooldowns
        self._head = stored or new
        return stored is None

    def _fetch(self, deadline: float) -> None:
        budget = max(_SHORTEST_FETCH, min(FETCH_BUDGET, deadline - self._world.clock()))
        try:
            fetched = self._world.fetch(self._issuer, timeout=budget)
        except FetchFailed as failure:
            self._world.observe("keys_fetch_failed", issuer=self._issuer.name, cause=str(failure))
            self._record_failure(failure)
            raise KeysUnavailable(str(failure)) from None
        self._world.observe("keys_fetched", issuer=self._issuer.name)
        self._publish(
            decide.fetched_key_set(
                document=fetched.document,
                keys=fetched.keys,
                metadata=fetched.metadata,
                headers=fetched.headers,
                head=self._head,
                now=self._world.clock(),
            )
        )

    def _publish(self, key_set: CachedKeySet) -> None:
        new = decide.completed(self._head, self._world.new_revision())
        try:
            stored = self._world.store.publish(self._issuer, new, key_set, seen=self._head)
        except StoreUnavailable:
            self._hold_alone(key_set)
            return
        if stored is None:
            self._head, self._held = new, key_set
        else:
            self._compare()  # the lease ran out, or a purge came: what we fetched does not count

    def _hold_alone(self, key_set: CachedKeySet) -> None:
        """Use a set that nobody else will see. The fleet's next one counts as newer than it."""
        alone = replace(self._head, lease_until=0, failures=0, backoff_until=0)
        self._head, self._held = alone, replace(key_set, generation=alone.generation)

    def _record_failure(self, failure: FetchFailed) -> None:
        new = decide.failed(
            self._head, self._world.new_revision(), self._world.clock(), failure.retry_after
        )
        try:
            stored = self._world.store.replace_head(self._issuer, new, seen=self._head)
        except StoreUnavailable:
            stored = None
        self._head = stored or new

    def _compare(self) -> None:
        """Learn what the fleet agrees on, and take over its key set where ours is not it."""
        self._compared_at = self._world.clock()
        try:
            self._adopt(*self._read())
            self._alone = False
        except StoreUnavailable as error:
            self._alone = True
            self._world.observe("store_unavailable", cause=str(error))

    def _read(self) -> tuple[Head, CachedKeySet | None]:
        if self._held is not None:
            head = self._world.store.read_head(self._issuer)
            if (head.generation, head.epoch) == (self._held.generation, self._held.epoch):
                return head, self._held
        return self._world.store.read(self._issuer)

    def _adopt(self, head: Head, stored: CachedKeySet | None) -> None:
        candidates = [held for held in (stored, self._held) if held and held.epoch == head.epoch]
        self._head = head
        self._held = candidates[0] if candidates else None

    def _age_of_comparison(self) -> float:
        return self._world.clock() - self._compared_at


def _whole_seconds(seconds: float) -> int:
    return max(1, int(seconds) + 1)
