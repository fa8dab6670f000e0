"""A grant, those who use it, and what must be true of them at every moment."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import cast

from relying_party.application.grant_request import GrantRequest, Issuing
from relying_party.application.grants import Grants
from relying_party.application.ports import StoreUnavailable
from relying_party.application.request_records import RequestRecords
from relying_party.application.retry_safe import RetrySafe
from relying_party.errors import InvalidGrant, NoAnswer, Problem, TemporarilyUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.grant import token_record
from relying_party.protocol.sealing import derive
from relying_party.protocol.token_endpoint import TokenResponse
from tests.fakes import EXAMPLE, Observed
from tests.grants import MemoryGrantStore
from tests.rotating_provider import RotatingProvider
from tests.storm.interleaving import Actor, Fault, PausingStore
from tests.tokens import CLIENT_ID, NOW

APP = Client("app", EXAMPLE, CLIENT_ID)
LAMBDA_SECONDS, ANSWER_BY = 28.0, 27.5
LEASE, WINDOW = 30.0, 60.0
SKEW = 0.9
"""Seconds by which a container's clock may be off, either way: a lease has two to spare."""


@dataclass
class Asked:
    """One request that the provider carried out."""

    actor: Actor
    at: float
    token: str | None = None
    """What it gave; None where it refused."""
    lost: bool = False
    stored_at: float | None = None

    def binds(self, now: float) -> bool:
        """Tell whether at *now* nobody may present the same secret again."""
        if self.stored_at is not None:
            return now < self.stored_at + WINDOW - 2 * SKEW
        if self.actor.alive and not self.lost:
            return True
        return now < self.actor.started_at + LEASE - 2 * SKEW


class Model:
    """One refresh token, in the hands of several containers."""

    def __init__(self, *, store_works: bool) -> None:
        self.store_works = store_works
        """Without it containers are on their own, and only what each one holds is certain."""
        self.now = float(NOW)
        self.provider = RotatingProvider(lambda: self.now)
        self.store = MemoryGrantStore()
        self.faults: list[Fault] = []
        self.wire: list[str] = []
        """What becomes of the next requests to the provider: "unsent" or "lost"."""
        self.observed = Observed()
        self.asked: list[Asked] = []
        self.given_back: list[str] = []
        self.random = Random(0)  # noqa: S311 - nothing here is secret
        self.token = self.provider.sign_in()
        self.grant = self._grants(self.store, lambda: self.now).begin(APP)
        self._hand_out(self.token)

    @property
    def revoked(self) -> bool:
        """Whether the tombstone is there."""
        return self.grant.family in self.store.revoked

    def start(self, run: Callable[[Actor], object], skew: float = 0) -> Actor:
        """Let a container begin with its invocation."""
        return Actor(run, self.now, skew)

    def refresh(self, actor: Actor) -> str:
        """Refresh as ``RefreshTokens`` does; return the refresh token that goes to the app."""
        store = PausingStore(self.store, actor, self.faults)
        clock = self._clock(actor)
        grants = self._grants(store, clock)
        grant = grants.find(APP, self.token)
        grants.require_live(grant)
        request = GrantRequest(
            derive("refresh", CLIENT_ID, self.token), grant.family, "", int(WINDOW), self.token
        )
        issuing = Issuing(
            ask=lambda: self._ask(actor),
            describe=lambda response: grants.describe(APP, grant, response, self.token),
            give_back=lambda response: self._give_back(actor, response),
        )
        safe = RetrySafe(
            records=RequestRecords(store, clock, self.observed),
            clock=clock,
            sleep=lambda _: actor.pause(),
            chance=lambda low, _: low,
            new_revision=lambda: f"{self.random.getrandbits(64):x}",
            entropy=self.random.randbytes,
            observe=self.observed,
        )
        answer = safe.run(request, issuing, deadline=actor.started_at + actor.skew + ANSWER_BY)
        return cast("str", answer.response.refresh_token)

    def revoke(self, actor: Actor) -> None:
        """Revoke as ``RevokeToken`` does; this provider forgets only what it is shown."""
        store = PausingStore(self.store, actor, self.faults)
        clock = self._clock(actor)
        try:
            family = self._grants(store, clock).look_up(APP, self.token).family
            store.revoke(family, clock() + APP.issuer.refresh_token_lifetime)
        except StoreUnavailable:
            raise TemporarilyUnavailable("not forgotten") from None

    def _ask(self, actor: Actor) -> TokenResponse:
        actor.pause()
        fault = self.wire.pop(0) if self.wire else ""
        if fault == "unsent":
            raise TemporarilyUnavailable("nothing was sent")
        asked = Asked(actor, self.now)
        self.judge_request()
        self.asked.append(asked)
        try:
            response = self.provider.refresh(self.token)
        except InvalidGrant:
            asked.stored_at = self.now
            raise
        asked.token = response.refresh_token
        actor.pause()
        if fault == "lost":
            asked.lost = True
            raise NoAnswer("lost")
        return response

    def judge_request(self) -> None:
        """The secret may be sent now: nobody may still be answered, and no answer stands."""
        if self.store_works:
            assert not any(asked.binds(self.now) for asked in self.asked), "presented again"

    def note_stored(self) -> None:
        """Notice which answers the store has got."""
        for asked in self.asked:
            if asked.stored_at is None and asked.token is not None:
                stored = token_record(asked.token).name in self.store.grants
                asked.stored_at = self.now if stored else None

    def judge_end(self, actor: Actor) -> None:
        """What a container's invocation ended in, at the moment it did."""
        mine = [asked for asked in self.asked if asked.actor is actor and not asked.lost]
        got = [asked.token for asked in mine if asked.token is not None]
        if isinstance(actor.result, str):
            assert set(got) <= {actor.result}, "it got another answer"
            self._judge_answer(actor.result)
        elif isinstance(actor.result, InvalidGrant):
            assert set(got) <= set(self.given_back), "an answer that was held is lost"
            refused = any(asked.token is None for asked in self.asked)
            assert self.revoked or refused, "the app was told to sign its user out"
        else:
            assert actor.result is None or isinstance(actor.result, Problem), actor.result
            assert not got, "an answer that was held is lost"

    def standing(self) -> list[str]:
        """Return the answers that whoever asks now must get."""
        return [
            asked.token
            for asked in self.asked
            if asked.token and asked.stored_at is not None and asked.binds(self.now)
        ]

    def _judge_answer(self, token: str) -> None:
        if self.store_works:
            assert not self.revoked, "a revoked grant got an answer"
            assert set(self.standing()) <= {token}, "two answers within one window"

    def _give_back(self, actor: Actor, response: TokenResponse) -> None:
        actor.pause()
        self.given_back.append(str(response.refresh_token))
        self.provider.revoke(str(response.refresh_token))

    def _clock(self, actor: Actor) -> Callable[[], float]:
        return lambda: self.now + actor.skew

    def _grants(self, store: MemoryGrantStore | PausingStore, clock: Callable[[], float]) -> Grants:
        return Grants(store, clock, self.random.randbytes, self.observed)

    def _hand_out(self, token: str) -> None:
        grants = self._grants(self.store, lambda: self.now)
        tokens = {"access_token": f"at-{token}", "token_type": "Bearer", "refresh_token": token}
        self.store.keep(grants.describe(APP, self.grant, TokenResponse(tokens)))
