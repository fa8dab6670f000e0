"""The UserInfo Endpoint: what it says about a user, and whether it is this one (OIDC Core §5.3)."""

from relying_party.errors import UserinfoRefused
from relying_party.protocol.claims import Claims
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.json_object import JsonObject

_OK = 200


def parse_userinfo(reply: HttpReply) -> JsonObject | None:
    """Return the claims in *reply*; None where it holds none that we can read.

    That is an error, which says nothing about the user, and a signed or encrypted answer
    (``application/jwt``).
    """
    return reply.json_object() if reply.status == _OK else None


def require_same_subject(userinfo: JsonObject, id_token: Claims) -> JsonObject:
    """Return *userinfo* if it is about the ID Token's user (OIDC Core §5.3.2).

    Raises:
        UserinfoRefused: ``sub`` is missing or another: "the UserInfo Response values MUST NOT
            be used".
    """
    if userinfo.get("sub") != id_token["sub"]:
        raise UserinfoRefused("sub is missing" if "sub" not in userinfo else "sub is another")
    return userinfo
