"""Token introspection, from both sides (RFC 7662): asking the issuer, and being asked."""

from relying_party.errors import InvalidToken, Reason, TemporarilyUnavailable
from relying_party.protocol.access_token import parse_scope, require_scope
from relying_party.protocol.claims import Claims, parse_audience, require_date, require_string
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import FormRequest, HttpReply

UNAUTHORIZED = 401
"""What an issuer answers to credentials that it does not know (RFC 7662 §2.3)."""

_OK = 200

# RFC 7662 §2.1: an issuer may tell about any token that it knows, whatever the hint says. Hydra
# names the kind in ``token_use``, Keycloak in ``typ``, others in ``token_type``.
_KINDS = ("token_use", "typ", "token_type")
_OTHER_KINDS = ("refresh", "refresh_token", "offline", "id", "id_token")


def build_introspection_request(
    url: str, authentication: ClientAuthentication, token: str
) -> FormRequest:
    """Return the request that asks about *token* (RFC 7662 §2.1)."""
    fields = {"token": token, "token_type_hint": "access_token", **authentication.fields}
    return FormRequest(url, fields, {"Accept": "application/json", **authentication.headers})


def parse_introspection_response(reply: HttpReply) -> Claims:
    """Return what the issuer says about an active token (RFC 7662 §2.2).

    Raises:
        InvalidToken: ``inactive``.
        TemporarilyUnavailable: the reply says neither; the token was not examined.
    """
    members = reply.json_object() or {}
    if reply.status != _OK or not isinstance(members.get("active"), bool):
        raise TemporarilyUnavailable(f"introspection endpoint answered {reply.status}")
    if not members.pop("active"):
        raise InvalidToken(Reason.INACTIVE)
    return members


def require_introspected(
    claims: Claims, client: Client, scope: frozenset[str], *, now: float
) -> None:
    """Refuse a token that its issuer calls active, where it is not for us (RFC 7662 §4).

    All but ``active`` is optional, and what the issuer leaves out cannot be judged; but that
    the token is ours it has to say, or any app's token at this issuer would do.

    Raises:
        InvalidToken, InsufficientScope: as for a token that can be read.
    """
    if any(str(claims.get(name)).lower() in _OTHER_KINDS for name in _KINDS):
        raise InvalidToken(Reason.WRONG_TYPE)
    if "iss" in claims and not client.issuer.identifies_as(claims["iss"]):
        raise InvalidToken(Reason.UNKNOWN_ISSUER)
    if "exp" in claims and now >= require_date(claims, "exp") + client.clock_skew:
        raise InvalidToken(Reason.EXPIRED)
    _require_ours(claims, client)
    require_scope(parse_scope(claims, "scope") if "scope" in claims else frozenset(), scope)


def _require_ours(claims: Claims, client: Client) -> None:
    """Without ``access_token_audiences`` either ``client_id`` or ``aud`` has to name the client."""
    wanted = client.access_token_audiences
    if "client_id" in claims:
        if require_string(claims, "client_id") not in client.accepted_parties:
            raise InvalidToken(Reason.WRONG_AUTHORIZED_PARTY)
    else:
        wanted = wanted or frozenset({client.client_id})
    if wanted and not wanted.intersection(parse_audience(claims)):
        raise InvalidToken(Reason.WRONG_AUDIENCE)
