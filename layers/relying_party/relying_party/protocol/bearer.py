"""Bearer tokens: where a request carries one, and how it is challenged (RFC 6750 §2, §3)."""

import re

from relying_party.errors import InsufficientScope, InvalidRequest, InvalidToken, MissingToken

# RFC 6750 §2.1: b64token
_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


def parse_authorization(authorization: str | None) -> str | None:
    """Return the bearer token in an ``Authorization`` header, or None where there is none.

    Raises:
        InvalidRequest: the scheme is Bearer, and what follows is no token; API Gateway joins
            a repeated header with a comma, which no token holds.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    if not _B64TOKEN.fullmatch(token.strip()):
        raise InvalidRequest("Authorization must hold one bearer token")
    return token.strip()


def require_one_token(authorization: str | None, parameter: str | None) -> str:
    """Return the token that a request carries in its header or in its body, not in both.

    Raises:
        MissingToken: it carries none.
        InvalidRequest: it carries two (RFC 6750 §2).
    """
    in_header = parse_authorization(authorization)
    if in_header is not None and parameter is not None:
        raise InvalidRequest("the token is in the header and in the body")
    token = in_header or parameter
    if token is None:
        raise MissingToken
    return token


def build_challenge(failure: InvalidToken | InsufficientScope | MissingToken) -> str:
    """Return the ``WWW-Authenticate`` of a refusal: bare where no token came (RFC 6750 §3.1)."""
    if isinstance(failure, InsufficientScope):
        return f'Bearer error="insufficient_scope", scope="{failure.scope}"'
    if isinstance(failure, MissingToken):
        return "Bearer"
    return f'Bearer error="invalid_token", error_description="{failure.reason.description}"'
