"""How a client proves itself at the token endpoint (RFC 6749 §2.3, OIDC Core §9)."""

from base64 import b64encode
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote_plus


class AuthenticationMethod(StrEnum):
    """The methods by their registered names (RFC 7591 §2)."""

    CLIENT_SECRET_BASIC = "client_secret_basic"
    CLIENT_SECRET_POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    APPLE = "apple"
    """``client_secret_post`` with a secret that we sign ourselves."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClientAuthentication:
    """What authenticates a token request: header fields, form fields, or neither."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    fields: dict[str, str] = field(default_factory=dict, repr=False)


def build_client_authentication(
    method: AuthenticationMethod, client_id: str, secret: str
) -> ClientAuthentication:
    """Return what *method* adds to a token request.

    Args:
        method: as registered for the client.
        client_id: the issuer's own name for the client.
        secret: the client secret; not looked at for ``none``.
    """
    if method is AuthenticationMethod.CLIENT_SECRET_BASIC:
        return ClientAuthentication(headers={"Authorization": _basic(client_id, secret)})
    fields = {"client_id": client_id}
    if method is AuthenticationMethod.CLIENT_SECRET_POST:
        fields["client_secret"] = secret
    return ClientAuthentication(fields=fields)


def _basic(client_id: str, secret: str) -> str:
    # RFC 6749 §2.3.1: both are form-encoded first, so that a colon or a plus sign survives
    credentials = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + b64encode(credentials.encode("ascii")).decode("ascii")
