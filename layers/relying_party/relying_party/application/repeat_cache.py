"""What was found out about tokens that come again, and what that rests on.

Only a token that was verified gets in, and only once it has come twice: most ID Tokens never
do. What depends on the request is judged at every hit, by whoever asks; what depends on time
and on the key set is compared here.
"""

from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

from relying_party.application.key_cache import KeyCache
from relying_party.protocol.claims import Claims
from relying_party.protocol.client import Client
from relying_party.protocol.jws import MAX_TOKEN_OCTETS, UnverifiedJws
from relying_party.protocol.key_cache import CachedKeySet
from relying_party.protocol.verified_token import TokenUse

MAX_FINDINGS = 1000

MAX_OCTETS = 1024 * 1024
"""Of all their tokens together; the claims may take some twenty times that, if made to."""

MAX_MARKS = 4000
"""Of tokens that came once. One more, and the older half goes."""

SWEEP_EVERY = 60
"""Seconds between two looks for what holds no longer."""

_MARK = 32
"""Characters at the end of a token, of its signature: by them it is kept, and nothing need be
hashed to tell that a token is new."""

Clients = tuple[Client, ...]

Question = tuple[bytes, TokenUse, Clients]
"""SHA-256 of the whole token, what it was taken for, and by whom."""


@dataclass(slots=True)
class Finding:
    """A token that was good, and what its goodness rests on."""

    client: Client
    issuer: str
    alg: str
    claims: dict[str, Any]
    keys: KeyCache
    key_set: CachedKeySet
    """What vouched for the signature. No other set did, nor does this one after a purge."""
    begins: float
    ends: float
    nested: tuple[str, ...]
    """The claims that are arrays or objects."""
    octets: int

    def holds(self, now: float) -> bool:
        """Tell whether the token is in its time, and its key set the one that counts."""
        return self.begins <= now < self.ends and self.keys.fresh(now) is self.key_set

    def own_claims(self) -> Claims:
        """Return the claims for the caller to do with as it likes."""
        claims = self.claims.copy()
        for name in self.nested:
            claims[name] = _copied(claims[name])
        return claims


class RepeatCache:
    """The latest finding about each token. The oldest goes where there is no room.

    Code that shares the layer may ask from several threads: whoever changes a finding holds the
    lock. A mark may get lost meanwhile; then a token has to come once more.
    """

    def __init__(self) -> None:
        self._changing = Lock()
        self._marks: dict[str, None] = {}
        self._findings: dict[str, tuple[Question, Finding]] = {}
        self._octets = 0
        self._swept_at = float("-inf")

    def find(self, token: str, token_use: TokenUse, clients: Clients, now: float) -> Finding | None:
        """Return what was found out about *token* when the same was asked, if it still holds."""
        mark = token[-_MARK:]
        known = self._findings.get(mark)
        if known is None or len(token) > MAX_TOKEN_OCTETS:
            return None
        question, finding = known
        if question != _question(token, token_use, clients):
            return None
        if finding.holds(now):
            return finding
        with self._changing:
            if self._findings.get(mark) is known:
                self._forget(mark)
        return None

    def keep(
        self, token: str, token_use: TokenUse, clients: Clients, finding: Finding, now: float
    ) -> None:
        """Remember *finding* for as long as it holds, or until there is no room."""
        mark, question = token[-_MARK:], _question(token, token_use, clients)
        with self._changing:
            if not 0 <= now - self._swept_at < SWEEP_EVERY:
                self._sweep(now)
            if mark in self._findings:
                self._forget(mark)
            self._findings[mark] = question, finding
            self._octets += finding.octets
            while self._octets > MAX_OCTETS or len(self._findings) > MAX_FINDINGS:
                self._forget(next(iter(self._findings)))

    def comes_again(self, token: str) -> bool:
        """Tell whether *token*, which was just verified, has been before; it has from now on."""
        mark = token[-_MARK:]
        if mark in self._marks:
            return True
        self._marks[mark] = None
        if len(self._marks) > MAX_MARKS:
            self._marks = dict.fromkeys(list(self._marks)[MAX_MARKS // 2 :])
        return False

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for mark in [mark for mark, (_, kept) in self._findings.items() if not kept.holds(now)]:
            self._forget(mark)

    def _forget(self, mark: str) -> None:
        self._octets -= self._findings.pop(mark)[1].octets


def build_finding(
    jws: UnverifiedJws, client: Client, issuer: str, keys: KeyCache, key_set: CachedKeySet
) -> Finding:
    """Return the finding about *jws*, which was judged good in every respect.

    It ends with the token. Past the soft age of the key set every token is verified each time.
    """
    claims = jws.unverified_claims
    return Finding(
        client,
        issuer,
        jws.alg,
        _copied(claims),
        keys,
        key_set,
        begins=_not_before(claims, client),
        ends=claims["exp"] + client.clock_skew,
        nested=tuple(name for name, value in claims.items() if isinstance(value, dict | list)),
        octets=len(jws.signing_input),
    )


def _not_before(claims: Claims, client: Client) -> float:
    """Return when the token begins to be good (RFC 7519 §4.1.5, §4.1.6)."""
    issued: float = claims["iat"]
    not_before: float = claims.get("nbf", issued)
    return max(issued, not_before) - client.clock_skew


def _copied(value: Any) -> Any:
    """Return *value*, which JSON can spell, with nothing in it that can be changed shared."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(member) for member in value] if isinstance(value, list) else value


def _question(token: str, token_use: TokenUse, clients: Clients) -> Question:
    return sha256(token.encode("utf-8", "surrogatepass")).digest(), token_use, clients
