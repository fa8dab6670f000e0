"""Verify a token: the one core that every door, and every token response, goes through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import Clock, ReadSecret, RereadSecret, SecretUnavailable
from relying_party.application.repeat_cache import MARK, Clients, Finding, RepeatCache
from relying_party.application.verify_signature import verify_signature
from relying_party.errors import InvalidToken, Reason, TemporarilyUnavailable
from relying_party.protocol.access_token import (
    require_access_token,
    require_access_token_scope,
)
from relying_party.protocol.algorithms import SECRET_ALGORITHM
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations, require_id_token
from relying_party.protocol.jws import (
    UnverifiedJws,
    parse_unverified,
    secret_signature_fits,
)
from relying_party.protocol.verified_token import TokenUse, VerifiedToken

REREAD_AFTER = 60
"""Seconds between two looks at what a rotation has made of a secret that does not fit."""

# Of several clients' refusals the one is told that came furthest
_EARLY = (Reason.UNKNOWN_ISSUER, Reason.WRONG_AUDIENCE, Reason.WRONG_AUTHORIZED_PARTY)


@dataclass(frozen=True, slots=True)
class VerifyToken:
    """Judges what a token says, cheaply and offline, and then who signed it."""

    caches: Mapping[str, KeyCache]
    """One key cache per issuer name."""
    clock: Clock
    read_secret: ReadSecret
    """Asked only for clients that are pinned to HS256."""
    reread_secret: RereadSecret
    _reread: dict[str, tuple[Sequence[str], float]] = field(default_factory=dict, repr=False)
    """By a secret's name: its versions, and when they were read."""
    _repeats: RepeatCache = field(default_factory=RepeatCache, repr=False)

    # Not __call__(): Python would first put the arguments into a tuple and a dict
    def judge(
        self,
        token: str,
        clients: Clients,
        token_use: TokenUse,
        expected: Expectations,
        *,
        deadline: float,
    ) -> VerifiedToken:
        """Return *token* verified for the first of *clients* that it is good for.

        Args:
            token: compact serialization, from anywhere.
            clients: whom it may be for; at least one.
            token_use: what it must be.
            expected: what the caller knows about the sign-in, or demands.
            deadline: seconds since the epoch by which the caller wants to know.

        Raises:
            InvalidToken: with the reason.
            InsufficientScope: an access token that is good, but for its scope.
            TemporarilyUnavailable: it could not be examined.
        """
        now = self.clock()
        mark = token[MARK]
        finding = self._repeats.findings.get(mark)
        if finding is not None:
            if finding.answers(token, token_use, clients, expected, now):
                return finding.verified
            self._repeats.review(mark, now)
        jws = parse_unverified(token)
        client, issuer, refusals = _first_fitting(jws, clients, token_use, expected, now)
        # Symmetric algorithms go with the client's secret alone, the others with the JWK Set alone
        key_set = None
        if jws.alg == SECRET_ALGORITHM:
            self._require_secret_signature(jws, client, now)
        else:
            key_set = verify_signature(jws, self.caches[client.issuer.name], now, deadline)
        if token_use is TokenUse.ACCESS_TOKEN:
            require_access_token_scope(jws.unverified_claims, client, expected.scope)
        verified = VerifiedToken(token_use, issuer, client.name, jws.unverified_claims)
        if key_set is not None and self._repeats.comes_again(mark) and _is_for_good(refusals):
            keys = self.caches[client.issuer.name].fleet
            finding = Finding(token, clients, verified, client, jws.alg, keys, key_set)
            self._repeats.keep(mark, finding, now)
        return verified

    def _require_secret_signature(self, jws: UnverifiedJws, client: Client, now: float) -> None:
        if secret_signature_fits(jws, self._secret(client)):
            return
        versions = self._versions(client.secret_name or "", now)
        if not any(secret_signature_fits(jws, version) for version in versions):
            raise InvalidToken(Reason.BAD_SIGNATURE)

    def _secret(self, client: Client) -> str:
        try:
            return self.read_secret(client.secret_name or "")
        except SecretUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None

    def _versions(self, name: str, now: float) -> Sequence[str]:
        """Return the secret and the one before it, read again once a minute, whoever forges."""
        versions, read_at = self._reread.get(name, ((), float("-inf")))
        if not 0 <= now - read_at < REREAD_AFTER:
            versions = self.reread_secret(name)
            self._reread[name] = (versions, now)
        return versions


def _first_fitting(
    jws: UnverifiedJws,
    clients: Clients,
    token_use: TokenUse,
    expected: Expectations,
    now: float,
) -> tuple[Client, str, list[InvalidToken]]:
    """Return the first client that *jws* is good for, its issuer, and what spoke against others."""
    refusals: list[InvalidToken] = []
    for client in clients:
        try:
            if token_use is TokenUse.ID_TOKEN:
                return client, require_id_token(jws, client, expected, now), refusals
            return client, require_access_token(jws, client, now), refusals
        except InvalidToken as refusal:
            refusals.append(refusal)
    raise max(refusals, key=_distance)


def _is_for_good(refusals: Sequence[InvalidToken]) -> bool:
    """Tell whether the clients that were refused always will be, whatever is asked and when."""
    return all(refusal.reason in _EARLY for refusal in refusals)


def _distance(refusal: InvalidToken) -> int:
    return _EARLY.index(refusal.reason) if refusal.reason in _EARLY else len(_EARLY)
