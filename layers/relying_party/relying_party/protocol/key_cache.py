"""When a key set may be used, and who may ask the issuer for another: the pure decisions.

Two values. ``CachedKeySet`` is a key set with its own times, the same in a container's memory
and in the shared store. ``Head`` is the small record beside it that the whole fleet agrees
on: which generation is current, who is fetching, and what may not be asked for yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from relying_party.protocol.issuer import MAX_RETRY_AFTER
from relying_party.protocol.jwk_set import KeySet, without_ballast
from relying_party.protocol.provider_metadata import ProviderMetadata

MIN_SOFT_AGE, DEFAULT_SOFT_AGE, MAX_SOFT_AGE = 300, 3600, 86400
"""Seconds: issuers say 15 s as well as 38 days, so ``Cache-Control`` is clamped."""

HARD_AGE = 86400
"""Seconds past the soft age during which a set is still used while the issuer fails."""

FORCED_COOLDOWN = 30
"""Seconds between two fetches for an unknown key, for the whole fleet."""

SIGNATURE_COOLDOWN = 60
"""Seconds between two fetches for a signature that fails under a known key."""

SETTLED_AFTER = 60
"""Seconds after a token's ``iat`` by which its issuer must have published the key."""

COMPARE_EVERY = 60
"""Seconds for which a container trusts what it knows of the head."""

LEASE = 10
"""Seconds that a fetch may take before somebody else may try."""

MAX_BACKOFF = 60
"""Seconds between two attempts at an issuer that keeps failing, unless it asks for more."""

CLOCK_TOLERANCE = 4
"""Seconds by which the clocks of two containers may differ: either may be off by two."""


@dataclass(frozen=True, slots=True)
class CachedKeySet:
    """One successful fetch: the keys, where they came from, and how long they are good."""

    document: str
    """The JWK Set as the issuer sent it, without certificates and private members."""
    metadata: ProviderMetadata
    fetched_at: float
    soft_until: float
    hard_until: float
    """Not before ``soft_until``."""
    generation: int
    """Counts the fleet's successful fetches."""
    epoch: int
    """Counts the purges before this fetch."""
    keys: KeySet = field(compare=False)

    @property
    def version(self) -> tuple[int, int]:
        """Generation and epoch: what tells whether the fleet has another one."""
        return self.generation, self.epoch


class Freshness(Enum):
    """What a set is good for."""

    FRESH = "use it"
    STALE = "use it, and let one of us fetch another"
    DEAD = "do not use it"


def freshness(held: CachedKeySet | None, now: float) -> Freshness:
    """Judge *held* by the clock; a set from the future is as bad as none."""
    if held is None or not held.fetched_at - CLOCK_TOLERANCE <= now < held.hard_until:
        return Freshness.DEAD
    return Freshness.FRESH if now < held.soft_until else Freshness.STALE


def soft_age(cache_control: str) -> int:
    """Return the seconds after which a set is fetched again (RFC 9111 §5.2.2.1), clamped."""
    stated = re.search(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])", cache_control.lower())
    if "no-cache" in cache_control.lower() or "no-store" in cache_control.lower():
        return MIN_SOFT_AGE
    age = int(stated[1]) if stated else DEFAULT_SOFT_AGE
    return min(max(age, MIN_SOFT_AGE), MAX_SOFT_AGE)


class Need(Enum):
    """Why somebody wants a fetch. Each has a budget of its own."""

    SET = "the set is missing or past its soft age"
    KEY = "a token names a key that the set lacks"
    SIGNATURE = "a signature fails under a key of the set"
    SCHEDULE = "the set is fetched every few minutes, so that no request has to wait for it"


class Head(NamedTuple):
    """What the fleet agrees on about one issuer's keys. Each change makes a new value."""

    revision: str = ""
    """Random, new with every write. Whoever wrote the current one holds the lease."""
    generation: int = 0
    epoch: int = 0
    lease_until: float = 0
    forced_at: float = 0
    signature_forced_at: float = 0
    failures: int = 0
    backoff_until: float = 0


class Refusal(NamedTuple):
    """Why no fetch may start now."""

    seconds: float
    """How long until it may."""
    in_progress: bool = False
    """Whether somebody is fetching already, so that waiting pays."""


def refusal(head: Head, need: Need, now: float) -> Refusal | None:
    """Return why *need* may not be served by a fetch at *now*, or None if it may."""
    lease = _rest(head.lease_until, LEASE, now)
    if lease:
        return Refusal(lease, in_progress=True)
    rest = max(_rest(head.backoff_until, MAX_RETRY_AFTER, now), _cooldown(head, need, now))
    return Refusal(rest) if rest else None


def _cooldown(head: Head, need: Need, now: float) -> float:
    if need is Need.KEY:
        return _rest(head.forced_at + FORCED_COOLDOWN, FORCED_COOLDOWN, now)
    if need is Need.SIGNATURE:
        return _rest(head.signature_forced_at + SIGNATURE_COOLDOWN, SIGNATURE_COOLDOWN, now)
    return 0


def _rest(until: float, longest: float, now: float) -> float:
    """Return the seconds from *now* to *until*.

    A time that is further away than *longest* was written by a clock that was wrong, and one
    container's clock must not keep the fleet from fetching.
    """
    rest = until - now
    return rest if 0 < rest <= longest + CLOCK_TOLERANCE else 0


def agreed(stored: Head, known: Head, now: float) -> Head:
    """Return what the fleet agrees on, *stored*, without forgetting a fetch forced alone.

    While the store was gone this container kept the cooldowns in *known* by itself.
    """
    return stored._replace(
        forced_at=max(stored.forced_at, min(known.forced_at, now)),
        signature_forced_at=max(stored.signature_forced_at, min(known.signature_forced_at, now)),
    )


def claimed(head: Head, need: Need, revision: str, now: float) -> Head:
    """Return *head* with the lease taken. The cooldown is stamped before the fetch starts.

    A fetch that never comes back thus costs its cooldown all the same.
    """
    return head._replace(
        revision=revision,
        lease_until=now + LEASE,
        forced_at=now if need is Need.KEY else head.forced_at,
        signature_forced_at=now if need is Need.SIGNATURE else head.signature_forced_at,
    )


def completed(head: Head, revision: str) -> Head:
    """Return *head* after a successful fetch."""
    return head._replace(
        revision=revision,
        generation=head.generation + 1,
        lease_until=0,
        failures=0,
        backoff_until=0,
    )


def failed(head: Head, revision: str, now: float, retry_after: int | None) -> Head:
    """Return *head* after a fetch that failed: nothing changes but the backoff."""
    backoff = max(min(2**head.failures, MAX_BACKOFF), retry_after or 0)
    return head._replace(
        revision=revision,
        lease_until=0,
        failures=min(head.failures + 1, 16),
        backoff_until=now + backoff,
    )


def purged(head: Head, revision: str) -> Head:
    """Return *head* after a purge: every set fetched so far is void, and so is any lease."""
    return head._replace(
        revision=revision, epoch=head.epoch + 1, lease_until=0, failures=0, backoff_until=0
    )


def fetched_key_set(  # noqa: PLR0913 - one argument per fact
    *,
    document: str,
    keys: KeySet,
    metadata: ProviderMetadata,
    headers: Mapping[str, str],
    head: Head,
    now: float,
) -> CachedKeySet:
    """Return the value of a fetch that ended at *now*, under the lease that *head* records."""
    soft_until = now + soft_age(headers.get("cache-control", ""))
    return CachedKeySet(
        document=without_ballast(document),
        metadata=metadata,
        fetched_at=now,
        soft_until=soft_until,
        hard_until=soft_until + HARD_AGE,
        generation=head.generation + 1,
        epoch=head.epoch,
        keys=keys,
    )


def restored_key_set(stored: CachedKeySet) -> CachedKeySet:
    """Return *stored* as far as its times can be ours: no store may prolong a set's life."""
    soft_until = min(stored.soft_until, stored.hard_until, stored.fetched_at + MAX_SOFT_AGE)
    return replace(
        stored, soft_until=soft_until, hard_until=min(stored.hard_until, soft_until + HARD_AGE)
    )
