"""An issuer in virtual time: it rotates, fails, hangs, and knows when it was asked."""

from collections.abc import Callable

from relying_party.application.ports import FetchedKeys, FetchFailed
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.provider_metadata import build_provider_metadata
from tests.fakes import METADATA
from tests.tokens import Json, SigningKey, key_set
from tests.virtual_time import VirtualTime

LATENCY = 0.2


class VirtualIssuer:
    """Publishes keys (``FetchKeys``)."""

    def __init__(self, time: VirtualTime, *keys: SigningKey | Json) -> None:
        self.keys: tuple[SigningKey | Json, ...] = keys
        self.headers: dict[str, str] = {}
        self.asked_at: list[float] = []
        self.failure: FetchFailed | None = None
        self.asked_to_wait: list[tuple[float, int]] = []
        """When it answered with a ``Retry-After``, and with which."""
        self.hangs = False
        self.during: Callable[[], None] = lambda: None
        """What else happens while a request is on its way."""
        self._time = time

    @property
    def requests(self) -> int:
        return len(self.asked_at)

    def __call__(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        self.asked_at.append(self._time.now)
        self.during()
        if self.hangs:
            self._time.sleep(timeout)
            raise FetchFailed("TimeoutError")
        document = key_set(*self.keys)
        self._time.sleep(min(LATENCY, timeout))
        if self.failure is not None:
            self.asked_to_wait.append((self._time.now, self.failure.retry_after or 0))
            raise self.failure
        if timeout < LATENCY:
            raise FetchFailed("TimeoutError")
        metadata = build_provider_metadata(issuer, METADATA)
        return FetchedKeys(document.decode(), parse_key_set(document), metadata, self.headers)
