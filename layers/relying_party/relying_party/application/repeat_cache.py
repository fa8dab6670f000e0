"""What was found out about tokens that come again, and what that rests on.

Only a token that was verified gets in, and only once it has come twice: most ID Tokens never
do. What depends on the request is judged at every hit, by the code that judged it first; what
depends on time and on the key set is compared here.
"""

from dataclasses import InitVar, dataclass, field
from hashlib import sha256
from threading import Lock

from relying_party.application.fleet_keys import FleetKeys
from relying_party.errors import InvalidToken
from relying_party.protocol.access_token import require_access_token_scope
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations, require_expected
from relying_party.protocol.jws import MAX_TOKEN_OCTETS
from relying_party.protocol.key_cache import CachedKeySet
from relying_party.protocol.verified_token import TokenUse, VerifiedToken

MAX_FINDINGS = 1000

MAX_OCTETS = 1024 * 1024
"""Of all their tokens together; the claims may take some twenty times that, if made to."""

MAX_MARKS = 4000
"""Of tokens that came once. One more, and the older half goes."""

SWEEP_EVERY = 60
"""Seconds between two looks for what is over."""

MARK = slice(-32, None)
"""The end of a token, of its signature: by that it is kept, and nothing need be hashed to tell
that a token is new."""

Clients = tuple[Client, ...]

Question = tuple[bytes, TokenUse, Clients]
"""SHA-256 of the whole token, what it was taken for, and by whom."""


@dataclass(slots=True)
class Finding:
    """A token that was judged good in every respect, and what its goodness rests on."""

    token: InitVar[str]
    clients: InitVar[Clients]
    """Whom it was asked about."""
    verified: VerifiedToken
    """What was answered, and is again."""
    client: Client
    alg: str
    keys: FleetKeys
    key_set: CachedKeySet
    """What vouched for the signature. No other set did, nor does this one after a purge."""
    question: Question = field(init=False)
    begins: float = field(init=False)
    """When all its times agree that the token is good (RFC 7519 §4.1.5, §4.1.6)."""
    ends: float = field(init=False)
    """With the token, or the soft age of its keys: past that every token is verified each time."""
    octets: int = field(init=False)

    def __post_init__(self, token: str, clients: Clients) -> None:
        """Work out what is compared at each hit."""
        claims, skew = self.verified.claims, self.client.clock_skew
        self.question = (sha256(token.encode("ascii")).digest(), self.verified.token_use, clients)
        self.begins = max(claims["iat"], claims.get("nbf", claims["iat"])) - skew
        self.ends = min(claims["exp"] + skew, self.key_set.soft_until)
        self.octets = len(token)

    # Every token that comes again passes here: no call that could be spared
    def answers(
        self, token: str, token_use: TokenUse, clients: Clients, expected: Expectations, now: float
    ) -> bool:
        """Tell whether *token* was found good for just this, and is what the request is about.

        If it is not, the whole judgement says why: another client may fit.

        Raises:
            InsufficientScope: an access token that is good, but for its scope.
        """
        key_set, begins, ends = self.keys.in_use
        if (
            key_set is not self.key_set
            or not begins <= now < ends
            or not self.begins <= now < self.ends
            or len(token) > MAX_TOKEN_OCTETS
        ):
            return False
        octets = token.encode("utf-8", "surrogatepass")
        if self.question != (sha256(octets).digest(), token_use, clients):
            return False
        try:
            if token_use is not TokenUse.ACCESS_TOKEN:
                require_expected(self.verified.claims, self.alg, self.client, expected, now)
            elif expected.scope:  # that what it has is well-formed was found out with the rest
                require_access_token_scope(self.verified.claims, self.client, expected.scope)
        except InvalidToken:
            return False
        return True

    def is_over(self, now: float) -> bool:
        """Tell whether it will never answer again: its time, or its key set's, has passed."""
        return now >= self.ends or self.keys.held is not self.key_set


class RepeatCache:
    """The latest finding about each token. The oldest goes where there is no room.

    Code that shares the layer may ask from several threads: whoever adds a finding or drops one
    holds the lock. A mark may get lost meanwhile; then a token has to come once more.
    """

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}
        """By mark."""
        self._changing = Lock()
        self._marks: dict[str, None] = {}
        self._octets = 0
        self._swept_at = float("-inf")

    def keep(self, mark: str, finding: Finding, now: float) -> None:
        """Remember *finding* until it is over, or there is no room."""
        if finding.is_over(now):  # so is each one past the soft age of its keys
            return
        with self._changing:
            if not 0 <= now - self._swept_at < SWEEP_EVERY:
                self._sweep(now)
            self._forget(mark)
            self.findings[mark] = finding
            self._octets += finding.octets
            while self._octets > MAX_OCTETS or len(self.findings) > MAX_FINDINGS:
                self._forget(next(iter(self.findings)))

    def review(self, mark: str, now: float) -> None:
        """Forget what was found out about the token with *mark*, if it is over."""
        with self._changing:
            found = self.findings.get(mark)
            if found is not None and found.is_over(now):
                self._forget(mark)

    def comes_again(self, mark: str) -> bool:
        """Tell whether the token with *mark*, just verified, was so before; now it was."""
        if mark in self._marks:
            return True
        self._marks[mark] = None
        if len(self._marks) > MAX_MARKS:
            self._marks = dict.fromkeys(list(self._marks)[MAX_MARKS // 2 :])
        return False

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for mark in [mark for mark, kept in self.findings.items() if kept.is_over(now)]:
            self._forget(mark)

    def _forget(self, mark: str) -> None:
        gone = self.findings.pop(mark, None)
        if gone is not None:
            self._octets -= gone.octets
