"""Every interleaving of leaders, waiters, a revocation, deaths, and a clock that jumps."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.storm.interleaving import Actor, Fault
from tests.storm.model import LAMBDA_SECONDS, SKEW, Model

REQUESTS = 3
"""Two that may lead and one that waits, or whichever way it comes."""


class Interleavings(RuleBasedStateMachine):
    """A fleet whose store works."""

    store_works = True

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(store_works=self.store_works)
        self.running: list[Actor] = []
        self.revoking: Actor | None = None

    @precondition(lambda self: len(self.running) < REQUESTS)
    @rule(skew=st.sampled_from([0.0, SKEW, -SKEW]))
    def a_request_comes(self, skew: float) -> None:
        self.running.append(self.model.start(self.model.refresh, skew))

    @precondition(lambda self: self.revoking is None)
    @rule()
    def a_revocation_comes(self) -> None:
        self.revoking = self.model.start(self.model.revoke)
        self.running.append(self.revoking)

    @precondition(lambda self: self.running)
    @rule(which=st.integers(0, REQUESTS), steps=st.integers(1, 6))
    def one_goes_on(self, which: int, steps: int) -> None:
        actor = self.running[which % len(self.running)]
        for _ in range(steps):
            self.step(actor)

    @precondition(lambda self: self.running)
    @rule(which=st.integers(0, REQUESTS))
    def one_is_killed(self, which: int) -> None:
        actor = self.running.pop(which % len(self.running))
        actor.kill()

    @rule(seconds=st.sampled_from([0.1, 0.4, 3.0, 12.0, 26.5, 31.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.model.now += seconds
        for actor in [*self.running]:
            if self.model.now >= actor.started_at + LAMBDA_SECONDS:
                self.running.remove(actor)
                actor.kill()

    @rule(what=st.sampled_from(["unsent", "lost"]))
    def the_next_request_meets(self, what: str) -> None:
        self.model.wire = [what]

    def step(self, actor: Actor) -> None:
        if not actor.alive:
            return
        actor.step()
        self.model.note_stored()
        if not actor.alive:
            self.running.remove(actor)
            self.model.judge_end(actor)

    def finish(self) -> None:
        """Let everybody come to an end."""
        for _ in range(400):
            for actor in [*self.running]:
                self.step(actor)
            self.time_passes(0.1)

    def teardown(self) -> None:
        self.model.wire, self.model.faults[:] = [], []
        self.finish()
        try:
            self.an_answer_that_stands_is_given_to_whoever_asks()
        finally:
            for actor in self.running:
                actor.kill()

    def an_answer_that_stands_is_given_to_whoever_asks(self) -> None:
        standing = self.model.standing()
        if standing and not self.model.revoked:
            actor = self.model.start(self.model.refresh)
            while actor.alive:
                actor.step()
            assert actor.result == standing[-1]


class DegradedInterleavings(Interleavings):
    """A fleet whose store is busy, or away, or carries out what nobody hears of."""

    store_works = False

    @rule(faults=st.lists(st.sampled_from(Fault), min_size=1, max_size=4))
    def the_next_calls_to_the_store_meet(self, faults: list[Fault]) -> None:
        self.model.faults[:] = faults


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=800, stateful_step_count=30)

TestDegradedInterleavings = DegradedInterleavings.TestCase
TestDegradedInterleavings.settings = settings(max_examples=400, stateful_step_count=30)
