"""What may happen to a small fleet, one thing after another: for properties to be held against."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from hypothesis import strategies as st

from relying_party.application.ports import FetchFailed
from relying_party.protocol.jws import UnverifiedJws
from tests.fleet.virtual_dynamodb import Fault
from tests.fleet.virtual_fleet import SCHEDULE, Container, Verdict, VirtualFleet, token_by
from tests.tokens import signing_key

GOOD, NEW, WITHDRAWN = (signing_key(kid=name, number=i) for i, name in enumerate("gnw"))
FORGER = signing_key(kid=GOOD.kid, number=3)
STRANGER = signing_key(kid="stranger", number=4)

CONTAINERS = 3
WAITS = (0, 0, 0.5, 1.5, 3, 6, 12, 24, 33, 61, 299, 1800)
PATIENCE = 120
"""Seconds that a busy issuer asks for."""

Step = Callable[["Story"], None]


@dataclass(frozen=True)
class Said:
    """A token of one kind, and what was said about it."""

    kind: str
    token: UnverifiedJws
    verdict: Verdict


class Story:
    """A fleet whose issuer always publishes GOOD, and the others when the story says so."""

    def __init__(self) -> None:
        self.fleet = VirtualFleet(GOOD, WITHDRAWN)
        self.containers = [self.fleet.container() for _ in range(CONTAINERS)]
        self.said: list[Said] = []
        self.rotated_at = self.withdrawn_at = float("inf")
        self.healed_at = 0.0
        self._busy: set[Container] = set()

    def play(self, steps: list[Step]) -> None:
        """Let *steps* happen one after another, then heal everything and ask for verdicts."""
        refresher = self.fleet.container()
        self.fleet.time.start(partial(self._direct, steps))
        self.fleet.schedule(refresher, first=100, while_=lambda: not self.healed_at)
        self.fleet.time.run()

    def _direct(self, steps: list[Step]) -> None:
        for step in steps:
            step(self)
        self.set_store(None)
        self.set_issuer("answers")
        self.publish()
        self.withdraw()
        self.fleet.time.sleep(2 * SCHEDULE + 61)
        self.healed_at = self.fleet.time.now
        for number in range(CONTAINERS):
            for kind in ("good", "new", "withdrawn"):
                self.present(number, kind)

    def present(self, number: int, kind: str) -> None:
        """Let a container meet a token of *kind* while the story goes on."""
        container, token = self.containers[number], self._token(kind)

        def ask() -> None:
            while container in self._busy:  # a container serves one request at a time
                self.fleet.time.sleep(0.05)
            self._busy.add(container)
            self.said.append(Said(kind, token, self.fleet.ask(container, token)))
            self._busy.remove(container)

        self.fleet.time.start(ask)

    def set_issuer(self, state: str) -> None:
        """Let the issuer answer, fail, ask for patience, or hang."""
        failures = {
            "fails": FetchFailed("status 500"),
            "is busy": FetchFailed("status 429", PATIENCE),
        }
        self.fleet.issuer.failure = failures.get(state)
        self.fleet.issuer.hangs = state == "hangs"

    def set_store(self, fault: Fault | None) -> None:
        """Let every request to the store meet *fault*; the SDK's second attempt is not lost."""

        def decide(operation: str, attempt: int) -> Fault:
            spared = fault is Fault.LOST_ANSWER and attempt > 1
            return Fault.NONE if fault is None or spared else fault

        self.fleet.dynamodb.fault = decide

    def publish(self) -> None:
        """Add the new key."""
        self.rotated_at = min(self.rotated_at, self.fleet.time.now)
        self.fleet.issuer.keys = (NEW, *(key for key in self.fleet.issuer.keys if key is not NEW))

    def withdraw(self) -> None:
        """Take the withdrawn key away."""
        self.withdrawn_at = min(self.withdrawn_at, self.fleet.time.now)
        keys = self.fleet.issuer.keys
        self.fleet.issuer.keys = tuple(key for key in keys if key is not WITHDRAWN)

    def _token(self, kind: str) -> UnverifiedJws:
        now = self.fleet.time.now
        published = {"good": GOOD, "new": NEW, "withdrawn": WITHDRAWN, "forged": FORGER}
        age = {"stranger of late": 45, "old stranger": 300}.get(kind, 0)
        key = published.get(kind, STRANGER)
        return replace(token_by(key), unverified_claims={"iat": now - age})


STRANGERS = ("stranger", "stranger of late", "old stranger")
KINDS = ("good", "new", "withdrawn", "forged", *STRANGERS)


def _present(numbers: tuple[int, ...], kind: str) -> Step:
    def step(story: Story) -> None:
        for number in numbers:
            story.present(number, kind)

    return step


_tokens = st.builds(
    _present,
    st.sampled_from([*((number,) for number in range(CONTAINERS)), tuple(range(CONTAINERS))]),
    st.sampled_from((*KINDS, "stranger", "stranger")),
)
_changes = st.sampled_from((Story.publish, Story.withdraw))
_skews = st.builds(
    lambda number, skew: lambda story: setattr(story.containers[number], "skew", skew),
    st.integers(0, CONTAINERS - 1),
    st.floats(-2, 2),
)


def steps(
    *faults: Fault | None, issuer: tuple[str, ...] = ("answers", "fails", "is busy", "hangs")
) -> st.SearchStrategy[list[Step]]:
    """Return sequences in which the store has *faults*, and the issuer is in any of its states."""
    stores = st.sampled_from(faults).map(lambda fault: lambda story: story.set_store(fault))
    issuers = st.sampled_from(issuer).map(lambda state: lambda story: story.set_issuer(state))
    flaps = st.builds(_flap, st.integers(0, CONTAINERS - 1), st.sampled_from(faults))
    anything = st.one_of(_tokens, _tokens, _tokens, issuers, _changes, _skews, stores, flaps)
    return st.lists(st.builds(_then_wait, anything, st.sampled_from(WAITS)), min_size=20)


def _flap(number: int, fault: Fault | None) -> Step:
    """Let strangers arrive while the store has *fault*, and when it is well again."""

    def step(story: Story) -> None:
        for state in (fault, None):
            story.set_store(state)
            story.present(number, "stranger")
            story.fleet.time.sleep(6)

    return step


def _then_wait(step: Step, seconds: float) -> Step:
    def both(story: Story) -> None:
        step(story)
        story.fleet.time.sleep(seconds)

    return both
