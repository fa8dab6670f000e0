"""Who has signed in: issuer and subject, under an id of our own. No e-mail, no name, no token."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from relying_party.application.grant_flow import GrantedTokens
from relying_party.application.ports import Clock, Observe, StoreUnavailable
from relying_party.errors import TemporarilyUnavailable
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.verified_token import VerifiedToken

SEEN_DAILY = 86400
"""Seconds between two writes of ``last_seen``."""

_NEEDS = 3.0
"""Seconds that a store which hangs may take; with fewer left it is not asked."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One user of one issuer. The key is (issuer, subject): OIDC Core §5.7."""

    issuer: str
    subject: str
    id: str
    client: str
    """The configured client that the user signed in with first."""
    first_seen: int
    last_seen: int
    revision: str = ""


class IdentityStore(Protocol):
    """Keeps identities. Every call may raise ``StoreUnavailable``."""

    def find(self, issuer: str, subject: str) -> Identity | None:
        """Return the identity of *subject*, if there is one."""

    def create(self, identity: Identity) -> Identity:
        """Write *identity* unless there is one; return the one that is there."""

    def touch(self, identity: Identity, *, seen: str) -> None:
        """Write *identity* if its revision is still *seen*."""

    def erase(self, issuer: str, subject: str) -> bool:
        """Delete the identity of *subject*; return whether there was one."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Records who signs in, and never stands in the way of an answer."""

    store: IdentityStore
    clock: Clock
    new_id: Callable[[], str]
    observe: Observe

    def record(self, tokens: GrantedTokens, *, deadline: float) -> JsonObject | None:
        """Return whose *tokens* these are; None where that is unknown, or cannot be written.

        The next refresh then tries again.
        """
        if tokens.id_token is None:
            return None
        try:
            if deadline - self.clock() < _NEEDS:
                raise StoreUnavailable("no time is left to ask it")  # noqa: TRY301 - as if it hung
            return self._record(tokens.id_token, replayed=tokens.replayed)
        except StoreUnavailable as error:
            self.observe("identity_not_stored", cause=str(error))
            return None

    def find(self, issuer: str, subject: str) -> JsonObject | None:
        """Return all that is kept about *subject*.

        Raises:
            TemporarilyUnavailable: the store is out of reach.
        """
        try:
            identity = self.store.find(issuer, subject)
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None
        return None if identity is None else _everything(identity)

    def erase(self, issuer: str, subject: str) -> bool:
        """Forget *subject*; return whether anything was known.

        Raises:
            TemporarilyUnavailable: the store is out of reach, and nothing may be forgotten.
        """
        try:
            return self.store.erase(issuer, subject)
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None

    def _record(self, id_token: VerifiedToken, *, replayed: bool) -> JsonObject:
        issuer, subject = id_token.issuer, str(id_token.claims["sub"])
        known = self.store.find(issuer, subject)
        now, new = int(self.clock()), self.new_id()
        if known is None:
            fresh = Identity(issuer, subject, new, id_token.client, now, now, revision=new)
            known = self.store.create(fresh)
        elif now - known.last_seen >= SEEN_DAILY:
            self.store.touch(replace(known, last_seen=now, revision=new), seen=known.revision)
        # Whoever lost the answer to a first sign-in is told of it by the replay
        by_the_lost_one = replayed and known.first_seen >= id_token.claims["iat"]
        created = known.id == new or by_the_lost_one
        return {"id": known.id, "iss": issuer, "sub": subject, "created": created}


def _everything(identity: Identity) -> JsonObject:
    return {
        "id": identity.id,
        "iss": identity.issuer,
        "sub": identity.subject,
        "client": identity.client,
        "first_seen": identity.first_seen,
        "last_seen": identity.last_seen,
    }
