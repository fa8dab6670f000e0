"""Stores that fail at a single call, and the retry-safe service over them."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence

from relying_party.application.grant_ports import SealedGrant
from relying_party.application.grant_request import GrantRequest, Issuing
from relying_party.application.identities import Identity
from relying_party.application.ports import StoreThrottled, StoreUnavailable
from relying_party.application.request_records import RequestRecords
from relying_party.application.retry_safe import RetrySafe
from relying_party.protocol.replay import GrantRequestRecord
from relying_party.protocol.sealing import SealedName, derive
from relying_party.protocol.token_endpoint import TokenResponse
from tests.fakes import Fleet
from tests.grants import MemoryGrantStore
from tests.rotating_provider import RotatingProvider

DOWN, BUSY = StoreUnavailable("down"), StoreThrottled("busy")

CALLS = ("read_request", "write_request", "complete", "keep", "read_grant", "is_revoked", "revoke")


class FaultyGrantStore:
    """A ``GrantStore`` in memory of which single calls fail."""

    def __init__(self) -> None:
        self.memory = MemoryGrantStore()
        self.failures: dict[str, Exception] = {}
        """What each call raises instead of being carried out."""
        self.lost: set[str] = set()
        """Calls that are carried out, and whose answers nobody hears."""
        self.before: dict[str, Callable[[], None]] = {}
        """What else happens in the fleet just before a call arrives, once."""
        self.calls: Counter[str] = Counter()

    def read_request(self, name: str) -> GrantRequestRecord:
        self._begin("read_request")
        return self.memory.read_request(name)

    def write_request(
        self, name: str, new: GrantRequestRecord, *, seen: GrantRequestRecord
    ) -> GrantRequestRecord | None:
        self._begin("write_request")
        there = self.memory.write_request(name, new, seen=seen)
        self._end("write_request")
        return there

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> GrantRequestRecord | None:
        self._begin("complete")
        there = self.memory.complete(name, new, grants, family, seen=seen)
        self._end("complete")
        return there

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        self._begin("keep")
        self.memory.keep(grants)

    def read_grant(self, name: str, now: float) -> bytes | None:
        self._begin("read_grant")
        return self.memory.read_grant(name, now)

    def is_revoked(self, family: str, now: float) -> bool:
        self._begin("is_revoked")
        return self.memory.is_revoked(family, now)

    def revoke(self, family: str, until: float) -> None:
        self._begin("revoke")
        self.memory.revoke(family, until)

    def fail(self, error: Exception, *calls: str) -> None:
        for call in calls or CALLS:
            self.failures[call] = error

    def _begin(self, call: str) -> None:
        self.calls[call] += 1
        if call in self.before:
            self.before.pop(call)()
        if call in self.failures:
            raise self.failures[call]

    def _end(self, call: str) -> None:
        if call in self.lost:
            raise StoreUnavailable("the answer was lost")


class MemoryIdentityStore:
    """``IdentityStore`` in memory: compares and sets as DynamoDB does."""

    def __init__(self) -> None:
        self.identities: dict[tuple[str, str], Identity] = {}
        self.failure: Exception | None = None
        self.writes = 0
        self.before_create: Callable[[], None] = lambda: None
        """What else happens in the fleet between looking and creating."""

    def find(self, issuer: str, subject: str) -> Identity | None:
        if self.failure is not None:
            raise self.failure
        return self.identities.get((issuer, subject))

    def create(self, identity: Identity) -> Identity:
        self.before_create()
        self.writes += 1
        return self.identities.setdefault((identity.issuer, identity.subject), identity)

    def touch(self, identity: Identity, *, seen: str) -> None:
        key = identity.issuer, identity.subject
        if key in self.identities and self.identities[key].revision == seen:
            self.writes += 1
            self.identities[key] = identity

    def erase(self, issuer: str, subject: str) -> bool:
        if self.failure is not None:
            raise self.failure
        return self.identities.pop((issuer, subject), None) is not None


class RefreshingFleet(Fleet):
    """Containers that refresh at a provider with rotation, over one store."""

    def __init__(self, grace: float = 0) -> None:
        super().__init__()
        self.grants = FaultyGrantStore()
        self.provider = RotatingProvider(self.clock, grace)
        self.token = self.provider.sign_in()
        self.given_back: list[str] = []
        self.answer: Callable[[], TokenResponse] = lambda: self.provider.refresh(self.token)
        """What becomes of a request to the provider."""

    def refreshing_container(self) -> RetrySafe:
        """Return a container that has just started."""
        world = self.world
        return RetrySafe(
            records=RequestRecords(self.grants, self.clock, self.observed),
            clock=self.clock,
            sleep=world.sleep,
            chance=world.chance,
            new_revision=world.new_revision,
            entropy=secrets.token_bytes,
            observe=self.observed,
        )

    def request(self, scope: str = "", window: int = 60, grace: int = 0) -> GrantRequest:
        """Return the refresh of the sign-in's first token."""
        where = derive("refresh", "app", self.token) if window else None
        return GrantRequest(where, "family-1", scope, window, self.token, grace)

    @property
    def where(self) -> SealedName:
        """The record of that request."""
        return derive("refresh", "app", self.token)

    @property
    def record(self) -> GrantRequestRecord:
        """What the store knows of it."""
        return self.grants.memory.requests.get(self.where.name, GrantRequestRecord())

    @property
    def issuing(self) -> Issuing:
        """The provider's part."""
        return Issuing(self.answer, self._describe, self._give_back)

    def refresh(
        self,
        container: RetrySafe | None = None,
        request: GrantRequest | None = None,
        seconds: float = 27.5,
    ) -> tuple[str, bool]:
        """Return the refresh token that a container answers, and whether it is a replay."""
        container = container or self.refreshing_container()
        answer = container.run(
            request or self.request(), self.issuing, deadline=self.clock() + seconds
        )
        return str(answer.response.refresh_token), answer.replayed

    def revoke_elsewhere(self) -> None:
        """Another container leaves the tombstone."""
        self.grants.memory.revoke("family-1", self.clock() + 86400)

    def _describe(self, response: TokenResponse) -> list[SealedGrant]:
        return [SealedGrant(f"grant of {response.refresh_token}", b"", self.clock() + 86400)]

    def _give_back(self, response: TokenResponse) -> None:
        self.given_back.append(str(response.refresh_token))
        self.provider.revoke(str(response.refresh_token))
