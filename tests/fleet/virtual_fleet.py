"""Containers in virtual time: the real key cache and the real store adapter, a thousand times."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, cast

from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.application.key_cache import KeyCache, World
from relying_party.application.ports import Clock, FetchedKeys, FetchKeys
from relying_party.application.refresh_keys import RefreshKeys
from relying_party.application.verify_signature import verify_signature
from relying_party.errors import InvalidToken, KeysUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jws import UnverifiedJws, parse_unverified
from relying_party.protocol.key_cache import LEASE
from tests.fleet.virtual_dynamodb import VirtualDynamoDb
from tests.fleet.virtual_issuer import VirtualIssuer
from tests.tokens import ISSUER, NOW, Json, SigningKey, id_token_claims
from tests.virtual_time import VirtualTime

EXAMPLE = Issuer("example", ISSUER)
VERIFY_SECONDS = 7.5
"""What a verification has of its 8 s, see ``http_api``."""

SCHEDULE = 300.0
"""Seconds between two runs of jwks_refresh."""

ACCEPTED = "200"

_MOST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody was told about a token, and when."""

    asked_at: float
    at: float
    container: int
    said: str
    """``200``, ``503``, or 401's reason."""
    retry_after: int = 0


class Container:
    """One warm execution environment, with a clock that is *skew* seconds fast."""

    def __init__(self, number: int, fleet: "VirtualFleet", skew: float, fetch: FetchKeys) -> None:
        self.number = number
        self.skew = skew
        self.forced_at: list[float] = []
        """When it asked the issuer for a key that its set lacked."""
        self._issuer = fetch
        self._now = fleet.time.clock
        self.world = fleet.world(clock=lambda: fleet.time.now + self.skew, fetch=self._fetch)
        self.keys = KeyCache(EXAMPLE, self.world)

    def _fetch(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        head = self.keys.fleet.head
        if head.forced_at == head.lease_until - LEASE:
            self.forced_at.append(self._now())
        return self._issuer(issuer, timeout=timeout)

    def verify(self, token: UnverifiedJws) -> tuple[str, int]:
        """Return what is said about *token*, and the Retry-After."""
        now = self.world.clock()
        try:
            verify_signature(token, self.keys, now=now, deadline=now + VERIFY_SECONDS)
        except InvalidToken as refusal:
            return refusal.reason.value, 0
        except KeysUnavailable as problem:
            return "503", problem.retry_after
        return ACCEPTED, 0


Ask = Callable[[Container, UnverifiedJws], Any]
"""A way of presenting a token."""


class VirtualFleet:
    """Containers that share a store and an issuer, and the record of what they said."""

    def __init__(self, *keys: SigningKey | Json, seed: int = 0) -> None:
        self.time = VirtualTime(NOW, seed)
        self.issuer = VirtualIssuer(self.time, *keys)
        self.dynamodb = VirtualDynamoDb(self.time)
        self.events: Counter[str] = Counter()
        self.verdicts: list[Verdict] = []
        self._containers = 0

    def container(self, skew: float = 0, fetch: FetchKeys | None = None) -> Container:
        """Return a container that has just started, with a clock that is *skew* seconds fast."""
        self._containers += 1
        return Container(self._containers, self, skew, fetch or self.issuer)

    def containers(self, count: int) -> list[Container]:
        return [self.container() for _ in range(count)]

    def ask(self, container: Container, token: UnverifiedJws) -> Verdict:
        """Present *token* and keep what is said; for a started thread."""
        asked_at = self.time.now
        said, retry_after = container.verify(token)
        verdict = Verdict(asked_at, self.time.now, container.number, said, retry_after)
        self.verdicts.append(verdict)
        return verdict

    def ask_until_decided(self, container: Container, token: UnverifiedJws) -> None:
        """Present *token* again after each 503, when it says so, as a good app does."""
        for _ in range(_MOST_ATTEMPTS):
            verdict = self.ask(container, token)
            if verdict.said != "503":
                return
            self.time.sleep(verdict.retry_after)

    def present(
        self,
        containers: list[Container],
        token: UnverifiedJws,
        *,
        after: float = 0,
        ask: Ask | None = None,
    ) -> None:
        """Let all of *containers* meet *token* at the same moment."""
        for container in containers:
            self.time.start(partial(ask or self.ask, container, token), after=after)

    def warm(self, containers: list[Container], token: UnverifiedJws, within: float = 1) -> None:
        """Let *containers* verify *token*, one after another."""
        for container in containers:
            after = self.time.random.uniform(0, within)
            self.time.start(partial(self.ask, container, token), after=after)
        self.time.run()

    def schedule(self, container: Container, *, first: float, while_: Callable[[], bool]) -> None:
        """Run jwks_refresh in *container* every five minutes."""
        caches = {EXAMPLE.name: container.keys}
        refresh = RefreshKeys(caches, container.world.clock, container.world.observe)

        def run() -> None:
            while while_():
                refresh.refresh(None, deadline=container.world.clock() + 25)
                self.time.sleep(SCHEDULE)

        self.time.start(run, after=first)

    def purge(self, container: Container, *, after: float = 0) -> None:
        """Let an operator purge the keys."""
        caches = {EXAMPLE.name: container.keys}
        refresh = RefreshKeys(caches, container.world.clock, container.world.observe)
        self.time.start(
            lambda: refresh.purge(EXAMPLE.name, deadline=self.time.now + 25), after=after
        )

    def said(self) -> Counter[str]:
        return Counter(verdict.said for verdict in self.verdicts)

    def forget(self) -> None:
        """Begin to count anew."""
        self.issuer.asked_at.clear()
        self.dynamodb.spent.clear()
        self.verdicts.clear()
        self.events.clear()

    def world(self, clock: Clock, fetch: FetchKeys) -> World:
        """Return the world of one container."""
        return World(
            store=KeyStoreDynamoDb(cast("Any", self.dynamodb), "keys"),
            fetch=fetch,
            clock=clock,
            sleep=self.time.sleep,
            chance=self.time.random.uniform,
            new_revision=lambda: f"{self.time.random.getrandbits(64):016x}",
            observe=self._observe,
        )

    def _observe(self, event: str, /, **facts: Any) -> None:
        self.events[event] += 1


@cache
def token_by(key: SigningKey, *, iat: float = NOW, kid: str | None = None) -> UnverifiedJws:
    """Return a token signed by *key*, perhaps under a name that is not the key's."""
    return parse_unverified(key.sign(id_token_claims(iat=iat), kid=kid or key.kid))


def flood(
    fleet: VirtualFleet, container: Container, good: UnverifiedJws, count: int, seconds: float
) -> None:
    """Present *count* tokens like *good* under names that nobody ever published."""
    for _ in range(count):
        name = f"{fleet.time.random.getrandbits(64):x}"
        stranger = replace(good, kid=name, unverified_claims={"iat": container.world.clock()})
        fleet.ask(container, stranger)
        fleet.time.sleep(seconds / count)
