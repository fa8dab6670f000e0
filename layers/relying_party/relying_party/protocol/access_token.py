"""What makes a JWT access token good (RFC 9068 §4, and the profiles that differ from it)."""

from relying_party.errors import InsufficientScope, InvalidToken, Reason
from relying_party.protocol.access_token_profile import RULES, AccessTokenRules
from relying_party.protocol.claims import (
    Claims,
    parse_audience,
    require_issuer,
    require_present,
    require_string,
    require_subject,
    require_times,
    require_values,
)
from relying_party.protocol.client import Client
from relying_party.protocol.jws import UnverifiedJws


def require_access_token(jws: UnverifiedJws, client: Client, now: float) -> str:
    """Return the issuer of *jws* if it says all that an access token must, unsigned so far.

    Args:
        jws: the token, parsed.
        client: whose resources the token must be for.
        now: seconds since the epoch.

    Raises:
        InvalidToken: with the reason.
    """
    rules = RULES[client.access_token_profile]
    claims = jws.unverified_claims
    if jws.typ not in rules.types or not rules.fixed.items() <= claims.items():
        raise InvalidToken(Reason.WRONG_TYPE)
    if jws.alg not in client.access_token_algorithms:
        raise InvalidToken(Reason.UNSUPPORTED_ALGORITHM)
    issuer = require_issuer(claims, client.issuer)
    _require_audience(claims, client, rules)
    _require_client(claims, client, rules)
    require_times(claims, now, client.clock_skew)
    require_subject(claims)
    require_values(claims, client.tenant_claims)
    return issuer


def require_access_token_scope(claims: Claims, client: Client, scope: frozenset[str]) -> None:
    """Refuse an access token of *client* whose scope does not cover *scope*.

    Only once its signature has been checked: the answer says that all else is good.

    Raises:
        InvalidToken: the scope is malformed.
        InsufficientScope: it is not enough.
    """
    require_scope(_scope_of(claims, RULES[client.access_token_profile]), scope)


def require_scope(held: frozenset[str], wanted: frozenset[str]) -> None:
    """Refuse a token whose scope does not cover what is *wanted* (RFC 6750 §3.1)."""
    if not wanted <= held:
        raise InsufficientScope(wanted)


def _require_audience(claims: Claims, client: Client, rules: AccessTokenRules) -> None:
    # RFC 9068 §4: one audience of ours is enough; unlike in an ID Token the others may be strangers
    expected = rules.has_audience or "aud" in claims
    if expected and client.access_token_audiences.isdisjoint(parse_audience(claims)):
        raise InvalidToken(Reason.WRONG_AUDIENCE)


def _require_client(claims: Claims, client: Client, rules: AccessTokenRules) -> None:
    name = _present_of(rules.client_claims, claims)
    if require_string(claims, name) not in client.accepted_parties:
        raise InvalidToken(Reason.WRONG_AUTHORIZED_PARTY)


def _scope_of(claims: Claims, rules: AccessTokenRules) -> frozenset[str]:
    name = _present_of(rules.scope_claims, claims)
    return parse_scope(claims, name) if name in claims else frozenset()


def _present_of(names: tuple[str, ...], claims: Claims) -> str:
    """Return the first of *names* that is there, and the first of all where none is."""
    for name in names:
        if name in claims:
            return name
    return names[0]


def parse_scope(claims: Claims, name: str) -> frozenset[str]:
    """Return the scope values in the claim *name*: a string (RFC 8693 §4.2), or an array."""
    value = require_present(claims, name)
    if isinstance(value, str):
        return frozenset(value.split())
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidToken(Reason.INVALID_CLAIM, f"{name} is neither a string nor an array")
    return frozenset(value)
