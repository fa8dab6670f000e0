"""Client authentication, RFC 6749 §2.3: one method for each client, and no second guess."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from local.provider.clients import RegisteredClient

# What form-encoding leaves of a name or a secret; anything else was never encoded (§2.3.1), and
# that shows on the first secret with a `+` or `%` in it.
_FORM_ENCODED = re.compile(r"(?:[A-Za-z0-9*._~+-]|%[0-9A-Fa-f]{2})*")

FindClient = Callable[[str], RegisteredClient | None]


def authenticate(
    find_client: FindClient, headers: Mapping[str, str], form: Mapping[str, str]
) -> RegisteredClient:
    """The client that made the request."""
    method, client_id, client_secret = _presented(headers.get("Authorization"), form)
    client = find_client(client_id)
    if client is None or not client.check_endpoint_auth_method(method, "token"):
        raise _refused(f"unknown client, or one that does not use {method}")
    if method != "none" and not client.check_client_secret(client_secret):
        raise _refused("wrong client secret")
    return client


def _presented(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str, str]:
    if "client_assertion" in form:
        raise _refused("client assertions are not supported")
    if authorization is None:
        method = "client_secret_post" if "client_secret" in form else "none"
        return method, form.get("client_id", ""), form.get("client_secret", "")
    if "client_secret" in form:
        raise InvalidRequestError("more than one way of client authentication")
    client_id, client_secret = _parse_basic(authorization)
    if form.get("client_id", client_id) != client_id:
        raise InvalidRequestError("client_id contradicts the Authorization header")
    return "client_secret_basic", client_id, client_secret


def _parse_basic(authorization: str) -> tuple[str, str]:
    scheme, _, credentials = authorization.partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _refused("Authorization header is not base64") from None
    client_id, separator, client_secret = decoded.partition(":")
    encoded = _FORM_ENCODED.fullmatch(client_id) and _FORM_ENCODED.fullmatch(client_secret)
    if scheme.lower() != "basic" or not separator or not encoded:
        raise _refused("Authorization header is not form-encoded Basic")
    return unquote_plus(client_id), unquote_plus(client_secret)


def _refused(description: str) -> InvalidClientError:
    return InvalidClientError(description, status_code=401)
