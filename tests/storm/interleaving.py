"""Real code of several containers, one pause at a time, in whichever order a test chooses.

Each container is a thread that stops before every call that leaves it. A test lets one go on
to its next stop, kills it there, or moves the clock; so every interleaving of their calls can
happen, and nothing else can.
"""

import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from relying_party.application.grant_ports import GrantStore, SealedGrant
from relying_party.application.ports import StoreThrottled, StoreUnavailable
from relying_party.errors import RelyingPartyError
from relying_party.protocol.replay import GrantRequestRecord

_Answered = TypeVar("_Answered")


class Killed(BaseException):
    """What a killed container meets where it stopped: nothing in it may catch this."""


class Actor:
    """A container with one invocation."""

    def __init__(self, run: Callable[["Actor"], Any], started_at: float, skew: float) -> None:
        self.started_at = started_at
        self.skew = skew
        """Seconds by which its clock is ahead."""
        self.alive = True
        """Whether it has stopped somewhere, and may go on."""
        self.killed = False
        self.result: Any = None
        """What it answered, or the failure that it ended in."""
        self._run = run
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def step(self) -> None:
        """Let it go on to its next stop, or to its end."""
        self._go.release()
        self._stopped.acquire()
        if not self.alive:
            self._thread.join()

    def kill(self) -> None:
        """End it where it stopped."""
        self.killed = True
        self.step()

    def pause(self) -> None:
        """Stop; for the container's own thread."""
        self._stopped.release()
        self._go.acquire()
        if self.killed:
            raise Killed

    def _live(self) -> None:
        self._go.acquire()
        try:
            self.result = None if self.killed else self._run(self)
        except (RelyingPartyError, Killed) as failure:
            self.result = failure
        except BaseException as failure:  # noqa: BLE001 - the test looks at it
            self.result = AssertionError(repr(failure))
        self.alive = False
        self._stopped.release()


class Fault(StrEnum):
    """What becomes of the next call to the store."""

    THROTTLED = "throttled"
    DOWN = "down"
    LOST = "carried out, and nobody hears of it"


class PausingStore:
    """The ``GrantStore`` of one container: it stops before each call."""

    def __init__(self, store: GrantStore, actor: Actor, faults: list[Fault]) -> None:
        self._store = store
        self._actor = actor
        self._faults = faults

    def read_request(self, name: str) -> GrantRequestRecord:
        return self._call(lambda: self._store.read_request(name))

    def write_request(
        self, name: str, new: GrantRequestRecord, *, seen: GrantRequestRecord
    ) -> GrantRequestRecord | None:
        return self._call(lambda: self._store.write_request(name, new, seen=seen))

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> GrantRequestRecord | None:
        return self._call(lambda: self._store.complete(name, new, grants, family, seen=seen))

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        self._call(lambda: self._store.keep(grants))

    def read_grant(self, name: str, now: float) -> bytes | None:
        return self._call(lambda: self._store.read_grant(name, now))

    def is_revoked(self, family: str, now: float) -> bool:
        return self._call(lambda: self._store.is_revoked(family, now))

    def revoke(self, family: str, until: float) -> None:
        self._call(lambda: self._store.revoke(family, until))

    def _call(self, carry_out: Callable[[], _Answered]) -> _Answered:
        self._actor.pause()
        fault = self._faults.pop(0) if self._faults else None
        if fault is Fault.THROTTLED:
            raise StoreThrottled("busy")
        if fault is Fault.DOWN:
            raise StoreUnavailable("down")
        answered = carry_out()
        if fault is Fault.LOST:
            raise StoreUnavailable("the answer was lost")
        return answered
