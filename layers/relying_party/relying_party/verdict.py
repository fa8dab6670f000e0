"""A verified token as the doors say it."""

from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.verified_token import VerifiedToken


def build_verdict(verified: VerifiedToken) -> JsonObject:
    """Return what the verify door, a direct invocation and a batch answer."""
    return {
        "active": True,
        "token_use": verified.token_use,
        "issuer": verified.issuer,
        "client": verified.client,
        "claims": verified.own_claims(),
    }


def build_introspection(verified: VerifiedToken) -> JsonObject:
    """Return the claims as top-level members (RFC 7662 §2.2)."""
    return {**verified.own_claims(), "active": True, "token_type": "Bearer"}


def build_authorizer_context(verified: VerifiedToken) -> dict[str, str | int | float | bool]:
    """Return the claims that API Gateway can hand on: strings, numbers and booleans.

    Lists, such as ``aud``, become strings with spaces in between, as ``scope`` has them.
    Objects are left out; whoever needs them verifies the token directly.
    """
    context: dict[str, str | int | float | bool] = {}
    for name, value in verified.claims.items():
        if isinstance(value, str | int | float):
            context[name] = value
        elif isinstance(value, list) and all(isinstance(member, str) for member in value):
            context[name] = " ".join(value)
    # Last, so that no claim can stand in their place
    return {**context, "client": verified.client, "issuer": verified.issuer}
