"""One phone, one sign-in after another, and a network that fails it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random

from relying_party.application.grant_request import GrantRequest, Issuing
from relying_party.application.request_records import RequestRecords
from relying_party.application.retry_safe import RetrySafe
from relying_party.errors import InvalidGrant, NoAnswer, Problem, TemporarilyUnavailable
from relying_party.protocol.sealing import derive
from relying_party.protocol.token_endpoint import TokenResponse
from tests.grants import MemoryGrantStore
from tests.rotating_provider import RotatingProvider
from tests.virtual_time import VirtualTime

DAY, START = 86400, 1_700_000_000.0
INVOCATION, TO_OUR_DOOR = 27.5, 0.05
RETRY_EVERY = (1, 2, 4, 8)
"""Seconds that the app waits before it tries again: the last goes on for ever."""


Sleep = Callable[[float], None]
"""Lets time pass for whoever calls."""


class Cause(Enum):
    """Why a user had to sign in again."""

    ANSWER_LOST = "the answer was lost on its way to the phone"
    TWO_AT_ONCE = "two parts of the app refreshed at once"
    TOKEN_NOWHERE = "the provider rotated, and its answer reached no storage"
    OTHER = "anything else"


class Killed(BaseException):
    """A container ends in the middle of its work."""


@dataclass(frozen=True, slots=True)
class World:
    """How bad it all is. Probabilities are for one refresh."""

    window: int
    refreshes_a_day: float = 2
    spell: tuple[tuple[float, float], ...] = ((0.70, 0.002), (0.25, 0.01), (0.05, 0.06))
    """Shares of phones, and how often each is cut off between its request and the answer, or
    before the request arrives."""
    longest_spell: float = 45
    two_at_once: float = 0.005
    killed: float = 1e-4
    answer_lost: float = 2e-5
    """By the network between the provider and us."""
    not_now: float = 1e-3
    """The provider is too busy, and says so."""


class Phone:
    """An app that refreshes when it is opened, and goes on trying until it is answered."""

    def __init__(self, number: int, world: World) -> None:
        self.signed_out: Counter[tuple[Cause, int]] = Counter()
        self.refreshes = 0
        self._world = world
        self._random = Random(number)  # noqa: S311 - the same luck in every world
        self._time = VirtualTime(START)
        self._provider = RotatingProvider(lambda: self._time.now)
        self._token = self._provider.sign_in()
        self._backend = Backend(world.window, self._time, self._provider)
        self._spell = self._quality()

    def live(self, days: int) -> None:
        """Let *days* pass."""
        end = START + days * DAY
        pause = DAY / self._world.refreshes_a_day
        while (at := self._time.now + self._random.expovariate(1 / pause)) < end:
            self._time.now = at
            self.refreshes += 1
            self._refresh(Random(self._random.random()))  # noqa: S311 - as above

    def _quality(self) -> float:
        shares, chances = zip(*self._world.spell, strict=True)
        return float(self._random.choices(chances, shares)[0])

    def _refresh(self, luck: Random) -> None:
        """Get new tokens, or be told to sign in again."""
        day = int((self._time.now - START) // DAY)
        mishap = self._mishap(luck)
        try:
            self._token = self._try_until_answered(luck, mishap)
        except InvalidGrant:
            cause = Cause.TOKEN_NOWHERE if self._backend.token_nowhere else mishap
            self.signed_out[cause or Cause.OTHER, day] += 1
            self._token = self._provider.sign_in()
        self._backend.begin()

    def _mishap(self, luck: Random) -> Cause | None:
        drawn = luck.random()
        if drawn < self._spell:
            return Cause.ANSWER_LOST
        return Cause.TWO_AT_ONCE if drawn < self._spell + self._world.two_at_once else None

    def _try_until_answered(self, luck: Random, mishap: Cause | None) -> str:
        self._backend.fates = self._fates(luck)
        if mishap is Cause.TWO_AT_ONCE:
            return self._ask_twice(luck.uniform(0, 0.2))
        reaches_us = luck.random() < 0.5  # noqa: PLR2004 - an even chance
        answer = None
        if mishap is None or reaches_us:
            answer = self._ask()
        if mishap is Cause.ANSWER_LOST:
            self._stay_out_of_reach(luck)
            answer = None
        tries = 0
        while answer is None:
            self._time.now += RETRY_EVERY[min(tries, len(RETRY_EVERY) - 1)]
            answer, tries = self._ask(), tries + 1
        return answer

    def _stay_out_of_reach(self, luck: Random) -> None:
        """Try in vain until the spell is over."""
        over = self._time.now + min(luck.lognormvariate(2.2, 1), self._world.longest_spell)
        tries = 0
        while self._time.now < over:
            self._time.now += RETRY_EVERY[min(tries, len(RETRY_EVERY) - 1)]
            tries += 1

    def _fates(self, luck: Random) -> list[str]:
        """Draw what becomes of the first request that reaches the provider."""
        world, drawn = self._world, luck.random()
        for fate, chance in (
            ("killed before", world.killed / 2),
            ("killed after", world.killed / 2),
            ("answer lost", world.answer_lost),
            ("not now", world.not_now),
        ):
            if drawn < chance:
                return [fate]
            drawn -= chance
        return []

    def _ask(self) -> str | None:
        """Return the refresh token that comes; None where the app has to try again."""
        self._time.now += TO_OUR_DOOR
        try:
            return self._backend.refresh(self._token, self._pass)
        except Killed:
            return None
        except Problem as problem:
            self._time.now += problem.retry_after
            return None

    def _pass(self, seconds: float) -> None:
        self._time.now += seconds

    def _ask_twice(self, apart: float) -> str:
        """Have two parts of the app ask; the one that is answered first is believed."""
        answers: list[str | InvalidGrant] = []

        def ask() -> None:
            answer = None
            while answer is None:
                try:
                    answer = self._backend.refresh(self._token, self._time.sleep)
                except InvalidGrant as refusal:
                    answers.append(refusal)
                    return
                except (Killed, Problem) as failure:
                    self._time.sleep(getattr(failure, "retry_after", 1))
            answers.append(answer)

        self._time.start(ask)
        self._time.start(ask, after=apart)
        self._time.run()
        for answer in answers:
            if isinstance(answer, InvalidGrant):
                raise answer
        assert len(set(answers)) == 1, "two answers"  # noqa: S101 - what the bench measures
        return str(answers[0])


class Backend:
    """What stands between the phone and the provider: the retry-safe code, or nothing."""

    def __init__(self, window: int, virtual: VirtualTime, provider: RotatingProvider) -> None:
        self.fates: list[str] = []
        """What becomes of the next requests to the provider."""
        self.token_nowhere = False
        """Whether the provider rotated a token, and its answer reached no storage."""
        self._window = window
        self._virtual = virtual
        self._provider = provider
        self._store = MemoryGrantStore()
        self._random = Random(0)  # noqa: S311 - nothing here is secret

    def begin(self) -> None:
        """Forget the refresh that is over."""
        self.fates, self.token_nowhere = [], False
        self._store.requests.clear()

    def refresh(self, token: str, sleep: Sleep) -> str:
        """Return the refresh token that goes to the app."""
        if self._window == 0:
            return str(self._ask(token, sleep).refresh_token)
        request = GrantRequest(derive("refresh", "app", token), "family", "", self._window, token)
        issuing = Issuing(lambda: self._ask(token, sleep), lambda _: [], lambda _: None)
        deadline = self._virtual.now + INVOCATION
        answer = self._container(sleep).run(request, issuing, deadline=deadline)
        return str(answer.response.refresh_token)

    def _ask(self, token: str, sleep: Sleep) -> TokenResponse:
        fate = self.fates.pop() if self.fates else ""
        sleep(self._random.lognormvariate(-2.5, 0.5))
        if fate == "killed before":
            raise Killed
        if fate == "not now":
            raise TemporarilyUnavailable("busy", retry_after=2)
        response = self._provider.refresh(token)
        sleep(self._random.lognormvariate(-2.5, 0.5))
        if fate:
            self.token_nowhere = True
            raise Killed if fate == "killed after" else NoAnswer("lost")
        return response

    def _container(self, sleep: Sleep) -> RetrySafe:
        """Return another container each time: nothing that one remembers helps the next."""
        return RetrySafe(
            records=RequestRecords(self._store, self._virtual.clock, _nobody_listens),
            clock=self._virtual.clock,
            sleep=sleep,
            chance=self._random.uniform,
            new_revision=lambda: f"{self._random.getrandbits(64):x}",
            entropy=self._random.randbytes,
            observe=_nobody_listens,
        )


def _nobody_listens(event: str, /, **facts: object) -> None:
    pass
