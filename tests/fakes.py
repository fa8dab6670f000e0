"""The ports of ``application/ports.py`` in memory, and a world for a key cache made of them."""

from collections.abc import Callable
from typing import Any

from relying_party.application.key_cache import KeyCache, World
from relying_party.application.ports import FetchedKeys, SecretUnavailable
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import (
    CachedKeySet,
    Head,
    Need,
    claimed,
    completed,
    fetched_key_set,
    purged,
)
from relying_party.protocol.provider_metadata import build_provider_metadata
from tests.tokens import ISSUER, NOW, Json, SigningKey, key_set

TOKEN_ENDPOINT = f"{ISSUER}/token"
EXAMPLE = Issuer("example", ISSUER)
METADATA = {"token_endpoint": TOKEN_ENDPOINT, "jwks_uri": f"{ISSUER}/jwks"}


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Observed:
    """Remembers what operators would have been told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def __call__(self, event: str, /, **facts: Any) -> None:
        self.events.append(event)


class MemoryKeyStore:
    """Compares and sets as DynamoDB does; fails where ``failures`` names the call."""

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}
        self.key_sets: dict[str, CachedKeySet] = {}
        self.failures: dict[str, Exception] = {}
        self.calls: list[str] = []
        self.before: dict[str, Callable[[], None]] = {}
        """What else happens in the fleet just before a call arrives, once."""

    def read(self, issuer: Issuer) -> tuple[Head, CachedKeySet | None]:
        self._begin("read")
        return self._head(issuer), self.key_sets.get(issuer.cache_key)

    def read_head(self, issuer: Issuer) -> Head:
        self._begin("read_head")
        return self._head(issuer)

    def replace_head(self, issuer: Issuer, new: Head, *, seen: Head) -> Head | None:
        self._begin("replace_head")
        stored = self._head(issuer)
        if stored.revision != seen.revision:
            return stored
        self.heads[issuer.cache_key] = new
        return None

    def publish(
        self, issuer: Issuer, new: Head, key_set: CachedKeySet, *, seen: Head
    ) -> Head | None:
        self._begin("publish")
        stored = self._head(issuer)
        if stored.revision != seen.revision:
            return stored
        self.heads[issuer.cache_key] = new
        self.key_sets[issuer.cache_key] = key_set
        return None

    def fail(self, error: Exception, *calls: str) -> None:
        for call in calls or ("read", "read_head", "replace_head", "publish"):
            self.failures[call] = error

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if call in self.before:
            self.before.pop(call)()
        if call in self.failures:
            raise self.failures[call]

    def _head(self, issuer: Issuer) -> Head:
        return self.heads.get(issuer.cache_key, Head())


class FakeIssuer:
    """Publishes keys, and counts how often it is asked for them (``FetchKeys``)."""

    def __init__(self, *keys: SigningKey | Json) -> None:
        self.keys = keys
        self.headers: dict[str, str] = {}
        self.metadata = dict(METADATA)
        self.failure: Exception | None = None
        self.fetched_at: list[float] = []
        self.timeouts: list[float] = []
        self.during: list[Callable[[], None]] = []
        """What else happens while each fetch is on its way, one after another."""
        self.clock: Callable[[], float] = lambda: NOW

    @property
    def fetches(self) -> int:
        return len(self.fetched_at)

    def __call__(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        self.fetched_at.append(self.clock())
        self.timeouts.append(timeout)
        if self.during:
            self.during.pop(0)()
        if self.failure is not None:
            raise self.failure
        document = key_set(*self.keys)
        metadata = build_provider_metadata(issuer, self.metadata)
        return FetchedKeys(document.decode(), parse_key_set(document), metadata, self.headers)


class FakeTokenEndpoint:
    """Answers each request with ``reply``, and keeps what it was sent (``PostForm``)."""

    def __init__(self) -> None:
        self.reply: HttpReply | Exception = HttpReply(500, {}, b"no reply was set")
        self.requests: list[FormRequest] = []
        self.timeouts: list[float] = []

    def __call__(self, request: FormRequest, *, timeout: float) -> HttpReply:
        self.requests.append(request)
        self.timeouts.append(timeout)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class FakeSecrets:
    """Holds secrets by name (``ReadSecret``, ``RereadSecret``)."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.versions: dict[str, list[str]] = {}
        """What a rotation has made of them: the current one and the previous."""

    def reread(self, name: str) -> list[str]:
        return self.versions.get(name, [self(name)])

    def __call__(self, name: str) -> str:
        if name not in self.secrets:
            raise SecretUnavailable(f"{name}: nothing there")
        return self.secrets[name]


class Fleet:
    """Containers that share a clock, a store and an issuer."""

    def __init__(self, *keys: SigningKey | Json) -> None:
        self.clock = Clock()
        self.store = MemoryKeyStore()
        self.issuer = FakeIssuer(*keys)
        self.issuer.clock = self.clock
        self.observed = Observed()
        self.luck = 0.0
        """Where between its bounds every number is drawn: 0 is the low one, 1 the high one."""
        self.while_waiting: list[Callable[[], None]] = []
        """What happens during each wait of a container, one after another."""
        self.slept: list[float] = []
        self._revisions = 0

    def container(self, issuer: Issuer | None = None) -> KeyCache:
        """Return the key cache of a container that has just started."""
        return KeyCache(issuer or EXAMPLE, self.world)

    @property
    def head(self) -> Head:
        """What the fleet agrees on."""
        return self.store.heads.get(EXAMPLE.cache_key, Head())

    def claim_elsewhere(self, need: Need = Need.SET) -> None:
        """Another container begins to fetch."""
        self._write(claimed(self.head, need, self._new_revision(), self.clock()))

    def publish_elsewhere(self, *keys: SigningKey | Json) -> None:
        """Another container has fetched."""
        document = key_set(*keys)
        self.store.key_sets[EXAMPLE.cache_key] = fetched_key_set(
            document=document.decode(),
            keys=parse_key_set(document),
            metadata=build_provider_metadata(EXAMPLE, METADATA),
            headers={},
            head=self.head,
            now=self.clock(),
        )
        self._write(completed(self.head, self._new_revision()))

    def purge_elsewhere(self) -> None:
        """An operator purges the keys."""
        self._write(purged(self.head, self._new_revision()))

    def _write(self, head: Head) -> None:
        self.store.heads[EXAMPLE.cache_key] = head

    @property
    def world(self) -> World:
        return World(
            store=self.store,
            fetch=self.issuer,
            clock=self.clock,
            sleep=self._sleep,
            chance=lambda low, high: low + (high - low) * self.luck,
            new_revision=self._new_revision,
            observe=self.observed,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds)
        if self.while_waiting:
            self.while_waiting.pop(0)()

    def _new_revision(self) -> str:
        self._revisions += 1
        return f"revision-{self._revisions}"
