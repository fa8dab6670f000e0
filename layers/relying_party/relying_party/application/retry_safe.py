"""Grant requests that can be repeated and raced: one asks the issuer, all get its answer.

The rules are in ``protocol/replay.py``; here they are carried out.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from relying_party.application.grant_ports import FamilyRevoked, SealedGrant
from relying_party.application.grant_request import GrantAnswer, GrantRequest, Issuing
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
from relying_party.protocol.held_answer import HeldAnswer, dump_held_answer, parse_held_answer
from relying_party.protocol.json_object import JsonObject
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
class _Lead:
    """A request that asks the issuer on behalf of all."""

    where: SealedName
    record: GrantRequestRecord
    request: GrantRequest
    issuing: Issuing
    deadline: float


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
        return self._lead(_Lead(where, new, request, issuing, deadline))

    def _lead(self, lead: _Lead) -> GrantAnswer:
        try:
            response = lead.issuing.ask()
        except InvalidGrant as refusal:
            with suppress(FamilyRevoked):  # which is what the issuer says too
                self._store(lead, {"error": refusal.error}, [])
            raise
        except Exception as failure:
            self._end(lead, failure)
            raise
        try:
            self._store(lead, response.members, lead.issuing.describe(response))
        except FamilyRevoked:
            ended = self._answered(lead, {"error": InvalidGrant.error})
            self.records.replace(lead.where.name, ended, lead.record)  # nobody need wait
            self._take_back(response, lead.issuing)
        return GrantAnswer(response)

    def _end(self, lead: _Lead, failure: Exception) -> None:
        """Free the record, unless the issuer may have acted.

        An outcome that is unknown keeps the lease: until it ends nobody presents the secret
        again. An issuer with a grace interval does not mind if somebody does.
        """
        unknown = not _was_not_carried_out(failure)
        if unknown and lead.request.grace == 0:
            if isinstance(failure, Problem):
                failure.retry_after = max(failure.retry_after, self._until(lead.record))
            return
        if unknown:
            self.observe("grant_outcome_unknown")
        freed = replay.released(lead.record, self.new_revision())
        self.records.replace(lead.where.name, freed, lead.record)

    def _store(self, lead: _Lead, members: JsonObject, grants: Sequence[SealedGrant]) -> None:
        """Store the answer; in a busy store by trying again: a revocation may be why it is.

        Raises:
            FamilyRevoked: the grant was revoked meanwhile.
        """
        name, family = lead.where.name, lead.request.family
        new = self._answered(lead, members)
        give_up = min(self.clock() + _STORE_WITHIN, lead.deadline - _ANSWER_IN)
        while True:
            try:
                return self.records.complete(name, new, grants, family, seen=lead.record)
            except StoreThrottled as error:
                if self.clock() >= give_up:
                    return self.records.complete_alone(name, new, family, cause=str(error))
            self.sleep(self.chance(*_POLL))

    def _answered(self, lead: _Lead, members: JsonObject) -> GrantRequestRecord:
        held = dump_held_answer(HeldAnswer(lead.request.family, members))
        presented = lead.request.presented
        return replay.answered(
            lead.record,
            self.new_revision(),
            seal(lead.where, held, self.entropy(NONCE_OCTETS)),
            rotated=members.get("refresh_token", presented) != presented,
            now=self.clock(),
            window=lead.request.window,
        )

    def _take_back(self, response: TokenResponse, issuing: Issuing) -> None:
        """Undo a grant that was revoked while it was under way."""
        issuing.give_back(response)
        raise InvalidGrant("the grant was revoked meanwhile")

    def _replay(self, where: SealedName, record: GrantRequestRecord) -> GrantAnswer | None:
        """Return the answer that *record* holds; None while nobody knows if it may be given."""
        held = parse_held_answer(unseal(where, record.sealed))
        try:
            revoked = self.records.is_revoked(held.family, where.name)
        except StoreUnavailable:
            return None
        if revoked:
            raise InvalidGrant("the grant was revoked")
        self.observe("grant_replayed")
        if held.is_refusal:
            raise InvalidGrant("the issuer's refusal, again")
        return GrantAnswer(held.aged(self.clock() - record.answered_at), replayed=True)

    def _until(self, record: GrantRequestRecord) -> int:
        """Return the seconds until a lease ends: when coming again makes sense."""
        leading = record.state is replay.State.LEADING
        return max(1, ceil(record.until - self.clock())) if leading else 1


def _was_not_carried_out(failure: Exception) -> bool:
    """Tell whether the issuer cannot have acted: it saw nothing, or it refused."""
    return isinstance(failure, TemporarilyUnavailable | IssuerRefusedUs | OAuthError)
