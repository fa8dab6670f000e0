"""Check a token's signature against its issuer's keys, fetching them again where that may help."""

from relying_party.application.key_cache import KeyCache
from relying_party.errors import InvalidToken, KeysUnavailable, Reason
from relying_party.protocol.jws import UnverifiedJws, signature_fits
from relying_party.protocol.key_cache import SETTLED_AFTER, CachedKeySet, Need


def verify_signature(
    jws: UnverifiedJws, cache: KeyCache, now: float, deadline: float
) -> CachedKeySet:
    """Return the issuer's key set that vouches for the signature of *jws*.

    Args:
        jws: the token, its claims already judged.
        cache: the issuer's keys.
        now: seconds since the epoch.
        deadline: seconds since the epoch by which the caller wants to know.

    Raises:
        InvalidToken: ``unknown_key`` or ``bad_signature``.
        KeysUnavailable: the token could not be examined; this says nothing about it.
    """
    held = cache.fresh(now) or cache.current(deadline)
    while (key := held.keys.find(jws)) is None:
        held = _newer_with_key(jws, cache, held, now=now, deadline=deadline)
    return held if signature_fits(jws, key) else _newer_that_fits(jws, cache, held, deadline)


def _newer_with_key(
    jws: UnverifiedJws, cache: KeyCache, held: CachedKeySet, *, now: float, deadline: float
) -> CachedKeySet:
    """Return a set that came after *held*, which lacks the key that *jws* names.

    A key that the set lacks is the sign of a rotation (OIDC Core §10.1.1), and also whatever
    a stranger typed. Once the issuer has had time to publish it, it is the latter.
    """
    if held.fetched_at >= _issued_at(jws, now) + SETTLED_AFTER:
        raise InvalidToken(Reason.UNKNOWN_KEY)
    return cache.newer_than(held, Need.KEY, deadline)


def _issued_at(jws: UnverifiedJws, now: float) -> float:
    """Return the unverified ``iat``; it was judged already, so it is no later than our clock."""
    return float(jws.unverified_claims.get("iat", now))


def _newer_that_fits(
    jws: UnverifiedJws, cache: KeyCache, held: CachedKeySet, deadline: float
) -> CachedKeySet:
    """Return the issuer's keys of this moment, if the signature fits them.

    Some issuers replace a key without renaming it. That may cost one fetch from a budget of
    its own; without the budget the signature stays what it is: bad.
    """
    try:
        newer = cache.newer_than(held, Need.SIGNATURE, deadline)
    except KeysUnavailable:
        cache.require_usable()  # after a purge nobody has examined it
        raise InvalidToken(Reason.BAD_SIGNATURE) from None
    key = newer.keys.find(jws)
    if key is None or not signature_fits(jws, key):
        raise InvalidToken(Reason.BAD_SIGNATURE)
    return newer
