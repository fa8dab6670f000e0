"""An issuer in memory that rotates refresh tokens and takes a replaced one for theft."""

from collections.abc import Callable
from dataclasses import dataclass, field

from relying_party.errors import InvalidGrant
from relying_party.protocol.token_endpoint import TokenResponse

LIFETIME = 3600
"""Seconds that its access tokens live."""


@dataclass
class SignIn:
    """All that was issued for one sign-in lives and ends with it."""

    name: str
    alive: bool = True
    issued: int = 0
    replaced_at: dict[str, float] = field(default_factory=dict)


class RotatingProvider:
    """RFC 9700 §4.14.2: the reuse of a replaced refresh token ends its sign-in.

    Within *grace* seconds after it was replaced a token may be used again, as some do it.
    """

    def __init__(self, clock: Callable[[], float], grace: float = 0) -> None:
        self.grace = grace
        self.presented: list[tuple[str, float]] = []
        """Every refresh token that it saw, and when."""
        self._clock = clock
        self._sign_ins: dict[str, SignIn] = {}

    def sign_in(self) -> str:
        """Return the first refresh token of a new sign-in."""
        sign_in = SignIn(f"rt{len(self._sign_ins)}")
        self._sign_ins[sign_in.name] = sign_in
        return self._issue(sign_in)

    def refresh(self, token: str) -> TokenResponse:
        """Carry out one refresh, however it may end for whoever asked."""
        now = self._clock()
        self.presented.append((token, now))
        sign_in = self._of(token)
        if token in sign_in.replaced_at and now - sign_in.replaced_at[token] >= self.grace:
            sign_in.alive = False
        if not sign_in.alive:
            raise InvalidGrant("model")
        sign_in.replaced_at.setdefault(token, now)
        new = self._issue(sign_in)
        return TokenResponse(
            {
                "access_token": f"at-{new}",
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "refresh_token": new,
            }
        )

    def revoke(self, token: str) -> None:
        """End the sign-in of a refresh or an access token."""
        self._of(token.removeprefix("at-")).alive = False

    def is_alive(self, token: str) -> bool:
        """Tell whether *token* is still good for a refresh."""
        sign_in = self._of(token)
        return sign_in.alive and token not in sign_in.replaced_at

    def times_presented(self, token: str) -> int:
        """Return how often it saw *token*."""
        return sum(presented == token for presented, _ in self.presented)

    def _of(self, token: str) -> SignIn:
        return self._sign_ins[token.partition(".")[0]]

    def _issue(self, sign_in: SignIn) -> str:
        sign_in.issued += 1
        return f"{sign_in.name}.{sign_in.issued}"
