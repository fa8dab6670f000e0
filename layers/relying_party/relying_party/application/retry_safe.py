"""Grant requests that can be repeated and raced: one asks the issuer, all get its answer.

The rules are in ``protocol/replay.py``; here they are carried out.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil

from relying_party.application.grant_ports import FamilyRevoked, SealedGrant
from relying_party.application.ports import Clock, Observe, StoreThrottled, StoreUnavailable
from relying_party.application.request_records import RequestRecords
from relying_party.errors import (
    GrantConflict,
    InvalidGrant,
    IssuerRefusedUs,
    OAuthError,
    Problem,
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

_STORE_WITHIN = 3.0
"""Seconds for which a leader goes on trying to store its answer in a store that is busy."""

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
        where = request.where
        if where is None:
            return self._ask_once(request, issuing)
        give_up = min(self.clock() + WAIT_AT_MOST, deadline - _ANSWER_IN)
        while True:
            record = self.records.read(where.name)
            answer = self._take_step(where, record, request, issuing, deadline)
            if answer is not None:
                return answer
            if self.clock() >= give_up:
                raise TemporarilyUnavailable(
                    "another request is waiting for the issuer", retry_after=self._until(record)
                )
            self.sleep(self.chance(*_POLL))

    def _ask_once(self, request: GrantRequest, issuing: Issuing) -> GrantAnswer:
        """Ask without a record: a second such request would ask again."""
        response = issuing.ask()
        try:
            self.records.keep(issuing.describe(response), request.family)
        except FamilyRevoked:
            self._take_back(response, issuing)
        return GrantAnswer(response)

    def _take_step(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        issuing: Issuing,
        deadline: float,
    ) -> GrantAnswer | None:
        """Do what there is to do now; return None where that is to wait."""
        step = replay.next_step(record, request.scope, self.clock())
        if step is Step.WAIT:
            return None
        if step is Step.REPLAY:
            return self._replay(where, record)
        if step is Step.CONFLICT:
            raise GrantConflict("the answer for another scope replaced the refresh token")
        new = replay.claimed(record, request.scope, self.new_revision(), deadline + _LEASE_BEYOND)
        if not self.records.replace(where.name, new, record):
            return None
        if step is Step.LEAD_AGAIN:
            self.observe("grant_outcome_unknown")
        return self._lead(where, new, request, issuing, deadline)

    def _lead(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        issuing: Issuing,
        deadline: float,
    ) -> GrantAnswer:
        try:
            response = issuing.ask()
        except InvalidGrant as refusal:
            with suppress(FamilyRevoked):  # which is what the issuer says too
                self._complete(where, record, request, {"error": refusal.error}, [], deadline)
            raise
        except Exception as failure:
            self._end_lead(where, record, request, failure)
            raise
        grants = issuing.describe(response)
        try:
            self._complete(where, record, request, response.members, grants, deadline)
        except FamilyRevoked:
            self._take_back(response, issuing)
        return GrantAnswer(response)

    def _end_lead(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        failure: Exception,
    ) -> None:
        """Free the record, unless the issuer may have acted.

        An outcome that is unknown keeps the lease: until it ends nobody presents the secret
        again. An issuer with a grace interval does not mind if somebody does.
        """
        unknown = not _was_not_carried_out(failure)
        if unknown and request.grace > 0:
            self.observe("grant_outcome_unknown")
        elif unknown:
            if isinstance(failure, Problem):
                failure.retry_after = max(failure.retry_after, self._until(record))
            return
        self.records.replace(where.name, replay.released(record, self.new_revision()), record)

    def _complete(
        self,
        where: SealedName,
        record: GrantRequestRecord,
        request: GrantRequest,
        answer: JsonObject,
        grants: Sequence[SealedGrant],
        deadline: float,
    ) -> None:
        """Store the answer, in a busy store by trying again: a revocation may be why it is."""
        plaintext = json.dumps({"answer": answer, "family": request.family}).encode()
        new = replay.answered(
            record,
            self.new_revision(),
            seal(where, plaintext, self.entropy(NONCE_OCTETS)),
            rotated=answer.get("refresh_token", request.presented) != request.presented,
            now=self.clock(),
            window=request.window,
        )
        give_up = min(self.clock() + _STORE_WITHIN, deadline - _ANSWER_IN)
        while True:
            try:
                return self.records.complete(where.name, new, grants, request.family, seen=record)
            except StoreThrottled as error:
                if self.clock() >= give_up:
                    cause = str(error)
                    return self.records.complete_alone(where.name, new, request.family, cause=cause)
            self.sleep(self.chance(*_POLL))

    def _take_back(self, response: TokenResponse, issuing: Issuing) -> None:
        """Undo a grant that was revoked while it was under way."""
        issuing.give_back(response)
        raise InvalidGrant("the grant was revoked meanwhile")

    def _replay(self, where: SealedName, record: GrantRequestRecord) -> GrantAnswer | None:
        """Return the answer that *record* holds; None while nobody knows if it may be given."""
        held = parse_json_object(unseal(where, record.sealed))
        try:
            revoked = self.records.is_revoked(held["family"], where.name)
        except StoreUnavailable:
            return None
        if revoked:
            raise InvalidGrant("the grant was revoked")
        self.observe("grant_replayed")
        answer = held["answer"]
        if "error" in answer:
            raise InvalidGrant("the issuer's refusal, again")
        return GrantAnswer(_aged(answer, self.clock() - record.answered_at), replayed=True)

    def _until(self, record: GrantRequestRecord) -> int:
        """Return the seconds until a lease ends: when coming again makes sense."""
        leading = record.state is replay.State.LEADING
        return max(1, ceil(record.until - self.clock())) if leading else 1


def _was_not_carried_out(failure: Exception) -> bool:
    """Tell whether the issuer cannot have acted: it saw nothing, or it refused."""
    return isinstance(failure, TemporarilyUnavailable | IssuerRefusedUs | OAuthError)


def _aged(members: JsonObject, seconds: float) -> TokenResponse:
    """Return the answer as it is by now: ``expires_in`` counts from the first time.

    *seconds* may be negative: the clock that took the time may be ahead of ours.
    """
    if "expires_in" not in members:
        return TokenResponse(members)
    left = members["expires_in"] - max(0, int(seconds))
    return TokenResponse({**members, "expires_in": max(0, left)})
