"""The registered claims, one judgement each, with the clock passed in (RFC 7519 §4.1)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.profile import TENANT

Claims = Mapping[str, Any]

MAX_SUBJECT = 255
"""OIDC Core §2: ``sub`` "MUST NOT exceed 255 ASCII characters in length"."""

MAX_DATE = 2**53
"""Beyond this a float no longer tells one second from the next, and in the end overflows."""


def require_issuer(claims: Claims, issuer: Issuer) -> str:
    """Return the canonical issuer if it is ours (RFC 7519 §4.1.1, OIDC Core §3.1.3.7 point 2)."""
    iss, ours = claims.get("iss"), issuer.issuer
    if TENANT in ours:
        if issuer.is_for_tenant(claims):
            return str(iss)
    elif iss == ours or issuer.identifies_as(iss):
        return ours
    require_string(claims, "iss")
    raise InvalidToken(Reason.UNKNOWN_ISSUER)


def require_subject(claims: Claims) -> None:
    """Refuse a token without ``sub``, which alone names a user for good (OIDC Core §5.7)."""
    sub = claims.get("sub")
    if isinstance(sub, str) and 0 < len(sub) <= MAX_SUBJECT:
        return
    require_string(claims, "sub")
    raise InvalidToken(Reason.INVALID_CLAIM, "sub is too long")


def require_times(claims: Claims, now: float, skew: int) -> None:
    """Refuse a token outside its time (RFC 7519 §4.1.4-4.1.6).

    Args:
        claims: ``exp`` and ``iat`` must be there, ``nbf`` may.
        now: seconds since the epoch.
        skew: seconds by which our clock and the issuer's may differ.
    """
    if now >= require_date(claims, "exp") + skew:
        raise InvalidToken(Reason.EXPIRED)
    if require_date(claims, "iat") > now + skew:
        raise InvalidToken(Reason.ISSUED_IN_FUTURE)
    if "nbf" in claims and require_date(claims, "nbf") > now + skew:
        raise InvalidToken(Reason.NOT_YET_VALID)


def require_recent_sign_in(claims: Claims, *, max_age: int, now: float, skew: int) -> None:
    """Refuse a token whose user signed in too long ago (OIDC Core §3.1.3.7 point 13)."""
    if now - require_date(claims, "auth_time") > max_age + skew:
        raise InvalidToken(Reason.TOO_OLD)


def parse_audience(claims: Claims) -> tuple[str, ...]:
    """Return the values of ``aud``: a string, or an array of strings (RFC 7519 §4.1.3)."""
    aud = require_present(claims, "aud")
    if isinstance(aud, str) and aud:
        return (aud,)
    values = tuple(aud) if isinstance(aud, list) else ()
    if not values or not all(isinstance(value, str) and value for value in values):
        raise InvalidToken(Reason.INVALID_CLAIM, "aud is neither a string nor an array of them")
    return values


def require_audience(claims: Claims, accepted: frozenset[str]) -> tuple[str, ...]:
    """Return ``aud`` if every value in it is *accepted* (OIDC Core §3.1.3.7 point 3).

    The specification has a token refused that names an audience the client does not trust,
    not only one that fails to name the client.
    """
    audience = parse_audience(claims)
    if not accepted.issuperset(audience):
        raise InvalidToken(Reason.WRONG_AUDIENCE)
    return audience


def require_authorized_party(
    claims: Claims, audience: tuple[str, ...], accepted: AbstractSet[str]
) -> None:
    """Refuse a token that was issued to another client (OIDC Core §3.1.3.7 points 4 and 5)."""
    if "azp" in claims:
        if require_string(claims, "azp") not in accepted:
            raise InvalidToken(Reason.WRONG_AUTHORIZED_PARTY)
    elif len(audience) > 1:
        raise InvalidToken(Reason.MISSING_CLAIM, "azp, beside several audiences")


def require_nonce(claims: Claims, nonce: str, *, may_be_hashed: bool = False) -> None:
    """Refuse a token of another sign-in (OIDC Core §3.1.3.7 point 11).

    Args:
        claims: of the ID Token.
        nonce: what the app made for this sign-in.
        may_be_hashed: whether the token may carry its hex SHA-256 instead.
    """
    found: Any = claims.get("nonce")
    try:
        same = compare_digest(found, nonce)
    except TypeError:  # no string, or one beyond ASCII
        same = isinstance(found, str) and same_text(found, nonce)
    if not same and may_be_hashed and isinstance(found, str):
        same = same_text(found, sha256(octets_of(nonce)).hexdigest())
    if not same:
        raise InvalidToken(Reason.WRONG_NONCE)


def require_values(claims: Claims, required: Mapping[str, tuple[object, ...]]) -> None:
    """Refuse a token without the claims that this client asks for, such as a tenant's."""
    for name, accepted in required.items():
        value = require_present(claims, name)
        if not any(type(value) is type(want) and value == want for want in accepted):
            raise InvalidToken(Reason.INVALID_CLAIM, f"{name} has another value")


def require_present(claims: Claims, name: str) -> Any:
    """Return the claim *name*, which must be there."""
    value = claims.get(name)
    if value is None:
        raise InvalidToken(Reason.MISSING_CLAIM, name)
    return value


def require_string(claims: Claims, name: str) -> str:
    """Return the claim *name*, which must be a string that is not empty."""
    value = claims.get(name)
    if isinstance(value, str) and value:
        return value
    require_present(claims, name)
    raise InvalidToken(Reason.INVALID_CLAIM, f"{name} is no string")


def require_date(claims: Claims, name: str) -> float:
    """Return the claim *name*, which must be a NumericDate (RFC 7519 §2)."""
    value: Any = claims.get(name)
    # The very types that JSON gives: to isinstance() a boolean would be a number too
    if (type(value) is int or type(value) is float) and abs(value) <= MAX_DATE:
        return value
    require_present(claims, name)
    raise InvalidToken(Reason.INVALID_CLAIM, f"{name} is no date")


def same_text(left: str, right: str) -> bool:
    """Compare without telling by the time taken where two texts differ."""
    try:
        return compare_digest(left, right)
    except TypeError:  # for texts it does so in ASCII alone
        return compare_digest(octets_of(left), octets_of(right))


def octets_of(text: str) -> bytes:
    """Return *text* in UTF-8, and half a surrogate pair, which a JSON event may spell, as such."""
    return text.encode("utf-8", "surrogatepass")
