"""The issuer's revocation endpoint: build the request, judge the reply (RFC 7009 §2)."""

from relying_party.errors import IssuerRefusedUs, TemporarilyUnavailable, UnsupportedTokenType
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import FormRequest, HttpReply

_OK = 200


def build_revocation_request(
    url: str,
    authentication: ClientAuthentication,
    token: str,
    hint: str | None,
    parameter: str = "token",
) -> FormRequest:
    """Return the request that revokes *token* (RFC 7009 §2.1).

    Args:
        url: the revocation endpoint.
        authentication: the client's.
        token: what to revoke.
        hint: what the app calls it.
        parameter: what the issuer calls it, where that is not the RFC's name.
    """
    fields = {parameter: token, **({} if hint is None else {"token_type_hint": hint})}
    return FormRequest(url, {**fields, **authentication.fields}, authentication.headers)


def require_revoked(reply: HttpReply) -> None:
    """Refuse a *reply* that does not say that the token is gone (RFC 7009 §2.2).

    Raises:
        UnsupportedTokenType: the issuer does not revoke this kind of token.
        IssuerRefusedUs: it blames our credentials or our request.
        TemporarilyUnavailable: anything else; the request may be repeated.
    """
    if reply.status == _OK:
        return
    error = (reply.json_object() or {}).get("error")
    if error == "unsupported_token_type":
        raise UnsupportedTokenType
    detail = f"revocation endpoint answered {reply.status}"
    if error in ("invalid_client", "invalid_request", "unauthorized_client"):
        raise IssuerRefusedUs(f"{detail} {error}")
    raise TemporarilyUnavailable(detail, retry_after=reply.retry_after() or 1)
