"""What is asked of an issuer for a secret, how it is asked, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from relying_party.application.grant_ports import SealedGrant
from relying_party.protocol.sealing import SealedName
from relying_party.protocol.token_endpoint import TokenResponse


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
