"""One labelled token: what it is, who is asked about it, and what must be answered."""

from dataclasses import dataclass, field
from typing import Any

from relying_party.errors import Reason
from tests.pool.keys import PUBLISHED
from tests.tokens import CLIENT_ID, ISSUER, NONCE, NOW

ACCEPTED = "accepted"
INSUFFICIENT_SCOPE = "insufficient_scope"
"""A good access token that does not cover what was asked for."""

UNEXAMINABLE = "unexaminable"
"""No key set that may be used: this says nothing about the token."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the client and its issuer are configured."""

    algorithms: tuple[str, ...] = ("RS256",)
    issuer: str = ISSUER
    aliases: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    client_id: str = CLIENT_ID
    audiences: frozenset[str] = frozenset()
    authorized_parties: frozenset[str] = frozenset()
    access_token_audiences: frozenset[str] = frozenset()
    access_token_profile: str = "rfc9068"
    required_claims: dict[str, tuple[object, ...]] = field(default_factory=dict)
    tenant_claims: frozenset[str] = frozenset()
    """Those of ``required_claims`` that tell the issuer's tenants apart, in any token."""
    clock_skew: int = 60
    nonce_may_be_hashed: bool = False
    secret: str | None = field(repr=False, default=None)
    """What Secrets Manager holds for this client."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request says about the token."""

    token_use: str = "id_token"
    nonce: str | None = NONCE
    access_token: str | None = None
    code: str | None = None
    max_age: int | None = None
    acr_values: frozenset[str] = frozenset()
    scope: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """A token with everything that its verdict depends on."""

    name: str
    """A sentence."""
    verdicts: frozenset[str]
    """The one right verdict, or several where no document orders the checks."""
    token: str = field(repr=False)
    keys: bytes = field(repr=False, default=PUBLISHED)
    """The JWK Set that the issuer publishes."""
    setting: Setting = Setting()
    asked: Asked = Asked()
    now: float = NOW
    by_choice: bool = False
    """Whether we refuse it by a choice of our own: somebody else may accept it and be right."""

    @property
    def is_good(self) -> bool:
        return ACCEPTED in self.verdicts


def accepted(name: str, token: str, **more: Any) -> Case:
    """Return the case of a token that must be accepted, however odd it looks."""
    return Case(name, frozenset({ACCEPTED}), token, **more)


def refused(name: str, token: str, *reasons: Reason, **more: Any) -> Case:
    """Return the case of a token that must be refused, for one of *reasons*."""
    return Case(name, frozenset(reason.value for reason in reasons), token, **more)


def too_narrow(name: str, token: str, **more: Any) -> Case:
    """Return the case of an access token that is good for less than was asked for."""
    return Case(name, frozenset({INSUFFICIENT_SCOPE}), token, **more)


def unexaminable(name: str, token: str, **more: Any) -> Case:
    """Return the case of a token that nothing may be said about."""
    return Case(name, frozenset({UNEXAMINABLE}), token, **more)
