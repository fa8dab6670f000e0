"""Virtual time: threads that run real code one at a time, by a clock that only waiting moves.

Each simulated container is a thread of its own, so that the code under test needs no change:
it calls ``sleep`` and ``clock`` of this module. Whoever sleeps hands over to whoever is due
next, so nothing ever runs at the same time, a thousand seconds pass in the time that the code
itself takes, and one seed gives one run.
"""

import heapq
import threading
from collections.abc import Callable
from random import Random

_STACK_OCTETS = 256 * 1024
"""A thousand threads fit into the memory of a small machine."""


class Killed(BaseException):
    """What a thread meets in place of the end of its sleep, once it has been killed."""


class Actor:
    """One thread, and the gate it waits at while others run."""

    def __init__(self, thread: threading.Thread) -> None:
        self.thread = thread
        self.killed = False
        self._gate = threading.Semaphore(0)

    def kill(self) -> None:
        """Let it never do anything again, as SIGKILL does: no matter where it is."""
        self.killed = True

    def resume(self) -> None:
        """Start the thread, or let it through its gate."""
        if self.thread.ident is None:
            self.thread.start()
        else:
            self._gate.release()

    def pause(self) -> None:
        """Wait at the gate."""
        self._gate.acquire()


class VirtualTime:
    """The clock, the order of events and the only source of chance."""

    def __init__(self, start: float, seed: int = 0) -> None:
        self.now = start
        self.random = Random(seed)  # noqa: S311 - it must be the same in every run
        self.running: Actor | None = None
        self._due: list[tuple[float, float, int, Actor]] = []
        self._started = 0
        self._idle = threading.Semaphore(0)
        self._error: BaseException | None = None

    def clock(self) -> float:
        """Return the seconds since the epoch."""
        return self.now

    def start(self, run: Callable[[], object], *, after: float = 0) -> Actor:
        """Let *run* begin in *after* seconds, in a thread of its own."""
        previous = threading.stack_size(_STACK_OCTETS)
        actor = Actor(threading.Thread(target=lambda: self._live(actor, run), daemon=True))
        threading.stack_size(previous)
        self._schedule(actor, after)
        return actor

    def run(self) -> None:
        """Let all of them come to their ends; raise what one of them raised."""
        self._resume_next()
        self._idle.acquire()
        if self._error is not None:
            raise self._error

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass for the thread that calls."""
        me = self.running
        assert me is not None, "only a started thread can sleep"
        self._schedule(me, seconds)
        if self._due[0][-1] is me:
            self._take_next()
        else:
            self._resume_next()
            me.pause()
        if me.killed:
            raise Killed

    def _live(self, me: Actor, run: Callable[[], object]) -> None:
        try:
            run()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised again where run was called
            self._error = self._error or error
        self._resume_next()

    def _schedule(self, actor: Actor, after: float) -> None:
        # Of those due at once, chance decides; the number only keeps actors from being compared
        self._started += 1
        place = (self.now + max(0, after), self.random.random(), self._started, actor)
        heapq.heappush(self._due, place)

    def _take_next(self) -> Actor:
        self.now, _, _, actor = heapq.heappop(self._due)
        self.running = actor
        return actor

    def _resume_next(self) -> None:
        if self._due and self._error is None:
            self._take_next().resume()
        else:
            self.running = None
            self._idle.release()
