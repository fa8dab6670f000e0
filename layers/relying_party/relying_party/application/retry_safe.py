"""Grant requests that can be repeated and raced: one asks the issuer, all get its answer.

The rules are in ``protocol/replay.py``; here they are carried out.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from relying_party.application.grant_ports import FamilyRevoked, SealedGrant
from relying_party.application.ports import Clock, Observe
from relying_party.application.request_records import RequestRecords
from relying_party.errors import (
    GrantConflict,
    InvalidGrant,
    IssuerRefusedUs,
    OAuthError,
    TemporarilyUnavailable,
)
from relying_party.protocol import replay
from relying_party.protocol.json_object import JsonObject, parse_json_object
from relying_party.protocol.replay import GrantRequestRecord, Step
from relying_party.protocol.sealing import NONCE_OCTETS, SealedName, seal, unseal
from relying_party.protocol.token_endpoint import TokenResponse

WAIT_AT_MOST = 18.0
"""Seconds that a request waits for another's answer."""

_ANSWER_IN = 1.5
"""Seconds before the deadline at which waiting ends."""

_LEASE_BEYOND = 2.5
"""Seconds by which a lease outlasts its holder's deadline: by then the holder is no more."""

_POLL = (0.05, 0.5)
"""Seconds between two looks at a leader's record."""


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """One secret that is presented, and what is asked for it."""

    where: SealedName | None
    """Its record; None for a request that gets none, and is not retry-safe."""
    family: str
    """The grant that the secret belongs to."""
    scope: str
    """In one spelling."""
    window: int
    """Seconds for which the answer is replayed."""
    presented: str = field(default="", repr=False)
    """The refresh token; empty for a code."""
    grace: int = 0
    """Seconds for which the issuer itself honours a refresh token that it has replaced."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """The issuer's part in a grant request."""

    ask: Callable[[], TokenResponse]
    """Asks for the tokens, once."""
    describe: Callable[[TokenResponse], Sequence[SealedGrant]]
    """Makes the records of the tokens that came."""
    give_back: Callable[[TokenResponse], None]
    """Has them revoked."""


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """What the issuer answered, now or to an earlier request."""

    response: TokenResponse
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class RetrySafe:
    """Runs grant requests by the rules."""

    records: RequestRecords
    clock: Clock
    sleep: Callable[[float], None]
    chance: Callable[[float, float], float]
    new_revision: Callable[[], str]
    entropy: Callable[[int], bytes]
    observe: Observe

    def run(self, request: GrantRequest, issuing: Issuing, *, deadline: float) -> GrantAnswer:
        """Return the issuer's answer to *request*, from whichever request asked for it.

        Raises:
            OAuthError: what the issuer says about the grant; or the grant was revoked.
            GrantConflict: the secret was replaced by an answer for another scope.
            Problem: nothing was decided, or it is not known what was.
        """
        if request.where is None:
            return self._ask_once(request, issuing)
        give_up = min(self.clock() + WAIT_AT_MOST, deadline - _ANSWER_IN)
        while True:
            record = self.records.read(request.where.name)
            step = replay.next_step(record, request.scope, self.clock())
            if step is Step.REPLAY:
                return self._replay(request.where, record)
            if step is Step.CONFLICT:
                raise GrantConflict("the answer for another scope replaced the refresh token")
            if step is not Step.WAIT:
                new = replay.claimed(
                    record, request.scope, self.new_revision(), deadline + _LEASE_BEYOND
                )
                if self.records.replace(request.where.name, new, record):
                    if step is Step.LEAD_AGAIN:
                        self.observe("grant_outcome_unknown")
                    return self._lead(request.where, new, request, issuing)
            if self.clock() >= give_up:
                raise TemporarilyUnavailable("another request is waiting for the issuer")
            self.sleep(self.chance(*_POLL))

    def _ask_once(self, request: GrantRequest, issuing: Issuing) -> GrantAnswer:
        """Ask without a record: a second such request would ask again."""
        response = issuing.ask()
        self.records.keep(issuing.describe(response))
        if self.records.is_revoked(request.family):
            self._take_back(response, issuing)
        return GrantAnswer(response)

    def _lead(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        issuing: Issuing,
    ) -> GrantAnswer:
        try:
            response = issuing.ask()
        except InvalidGrant as refusal:
            self._complete(where, record, request, {"error": refusal.error}, [])
            raise
        except Exception as failure:
            # An outcome that is unknown keeps the lease: until it ends nobody presents the
            # secret again. An issuer with a grace interval does not mind if somebody does.
            if _was_not_carried_out(failure) or request.grace > 0:
                self.records.replace(
                    where.name, replay.released(record, self.new_revision()), record
                )
            raise
        try:
            self._complete(where, record, request, response.members, issuing.describe(response))
        except FamilyRevoked:
            self._take_back(response, issuing)
        return GrantAnswer(response)

    def _complete(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        answer: JsonObject,
        grants: Sequence[SealedGrant],
    ) -> None:
        plaintext = json.dumps({"answer": answer, "family": request.family}).encode()
        new = replay.answered(
            record,
            self.new_revision(),
            seal(where, plaintext, self.entropy(NONCE_OCTETS)),
            rotated=answer.get("refresh_token", request.presented) != request.presented,
            now=self.clock(),
            window=request.window,
        )
        self.records.complete(where.name, new, grants, request.family, seen=record)

    def _take_back(self, response: TokenResponse, issuing: Issuing) -> None:
        """Undo a grant that was revoked while it was under way."""
        issuing.give_back(response)
        raise InvalidGrant("the grant was revoked meanwhile")

    def _replay(self, where: SealedName, record: GrantRequestRecord) -> GrantAnswer:
        held = parse_json_object(unseal(where, record.sealed))
        if self.records.is_revoked(held["family"]):
            raise InvalidGrant("the grant was revoked")
        self.observe("grant_replayed")
        answer = held["answer"]
        if "error" in answer:
            raise InvalidGrant("the issuer's refusal, again")
        return GrantAnswer(_aged(answer, self.clock() - record.answered_at), replayed=True)


def _was_not_carried_out(failure: Exception) -> bool:
    """Tell whether the issuer cannot have acted: it saw nothing, or it refused."""
    return isinstance(failure, TemporarilyUnavailable | IssuerRefusedUs | OAuthError)


def _aged(members: JsonObject, seconds: float) -> TokenResponse:
    """Return the answer as it is by now: ``expires_in`` counts from the first time."""
    if "expires_in" not in members:
        return TokenResponse(members)
    return TokenResponse({**members, "expires_in": max(0, members["expires_in"] - int(seconds))})
