"""When a grant request is sent to the issuer, and when an earlier answer stands: the rules.

A phone repeats a request whose answer was lost, and two parts of an app send the same one at
once. For the issuer a rotated refresh token that comes again is theft. So of all requests
that present one secret, one leads and the others wait for its answer:

    (nothing) ── claimed ──▶ LEADING ── answered ──▶ ANSWERED ── window over ──▶ (nothing)
        ▲                      │  │
        └───── released ───────┘  └── lease over: the outcome is unknown, and one may lead again

``released`` is for a request that the issuer cannot have carried out.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum


class State(StrEnum):
    """What a record says."""

    FREE = "free"
    LEADING = "leading"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class GrantRequestRecord:
    """What the fleet knows about requests that present one secret. A frozen value."""

    state: State = State.FREE
    revision: str = ""
    """Random, new with every write. Whoever wrote the current one leads."""
    scope: str = ""
    """What was asked for: a set, in one spelling."""
    until: float = 0
    """End of the lease, or of the window in which the answer is replayed."""
    answered_at: float = 0
    rotated: bool = False
    """Whether the answer replaced the presented refresh token."""
    sealed: bytes = field(default=b"", repr=False)
    """The answer, for whoever presents the secret again."""


class Step(Enum):
    """What a request has to do."""

    LEAD = "ask the issuer"
    LEAD_AGAIN = "ask the issuer, although an earlier leader may have been answered"
    WAIT = "wait for the leader's answer"
    REPLAY = "give the answer that is there"
    CONFLICT = "refuse: the secret has been replaced by an answer for another scope"


def next_step(record: GrantRequestRecord, scope: str, now: float) -> Step:
    """Decide what a request for *scope* does at *now*, given *record*.

    Times are judged here, on reading: a record that the table has not got round to deleting
    counts for nothing.
    """
    if record.state is State.LEADING:
        return Step.WAIT if now < record.until else Step.LEAD_AGAIN
    if record.state is State.FREE or now >= record.until:
        return Step.LEAD
    if record.scope == scope:
        return Step.REPLAY
    return Step.CONFLICT if record.rotated else Step.LEAD


def claimed(
    record: GrantRequestRecord, scope: str, revision: str, until: float
) -> GrantRequestRecord:
    """Return *record* with the lead taken until *until*."""
    return replace(
        record,
        state=State.LEADING,
        revision=revision,
        scope=scope,
        until=until,
        answered_at=0,
        rotated=False,
        sealed=b"",
    )


def answered(  # noqa: PLR0913 - one argument per fact
    record: GrantRequestRecord,
    revision: str,
    sealed: bytes,
    *,
    rotated: bool,
    now: float,
    window: float,
) -> GrantRequestRecord:
    """Return *record* with the issuer's answer, replayed for *window* seconds."""
    return replace(
        record,
        state=State.ANSWERED,
        revision=revision,
        until=now + window,
        answered_at=now,
        rotated=rotated,
        sealed=sealed,
    )


def released(record: GrantRequestRecord, revision: str) -> GrantRequestRecord:
    """Return *record* as if nothing had been asked: the issuer has seen nothing of it."""
    return replace(record, state=State.FREE, revision=revision, until=0, sealed=b"")


def canonical_scope(scope: str | None) -> str:
    """Return *scope* in the one spelling of its set (RFC 6749 §3.3: order does not matter)."""
    return " ".join(sorted(set((scope or "").split())))
