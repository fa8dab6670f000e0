"""What makes a JWT access token good (RFC 9068 §4)."""

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.claims import (
    parse_audience,
    require_issuer,
    require_string,
    require_subject,
    require_times,
)
from relying_party.protocol.client import Client
from relying_party.protocol.jws import UnverifiedJws

# RFC 9068 §4: anything else is rejected, which is what keeps an ID Token out
_TYPES = ("at+jwt", "application/at+jwt")


def require_access_token(jws: UnverifiedJws, client: Client, *, now: float) -> None:
    """Refuse *jws* unless all it says fits an access token for *client*; its signature comes after.

    Args:
        jws: the token, parsed.
        client: whose resources the token must be for.
        now: seconds since the epoch.

    Raises:
        InvalidToken: with the reason.
    """
    if jws.typ is None or jws.typ.lower() not in _TYPES:
        raise InvalidToken(Reason.WRONG_TYPE)
    if jws.alg not in client.id_token_algorithms:
        raise InvalidToken(Reason.UNSUPPORTED_ALGORITHM)
    claims = jws.unverified_claims
    require_issuer(claims, client.issuer)
    # RFC 9068 §4: one audience of ours is enough; unlike in an ID Token the others may be strangers
    if not client.access_token_audiences.intersection(parse_audience(claims)):
        raise InvalidToken(Reason.WRONG_AUDIENCE)
    if require_string(claims, "client_id") not in client.accepted_parties:
        raise InvalidToken(Reason.WRONG_AUTHORIZED_PARTY)
    require_times(claims, now=now, skew=client.clock_skew)
    require_subject(claims)
