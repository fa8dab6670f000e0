"""The token response as the doors say it (RFC 6749 §5.1), with what we know beside it."""

from relying_party.application.grant_flow import GrantedTokens
from relying_party.http_api import Answer
from relying_party.protocol.json_object import JsonObject

REPLAYED = {"Latchkey-Replayed": "true"}
"""Tells an app that an earlier request of its had got this answer."""


def build_token_answer(tokens: GrantedTokens, **beside: JsonObject | None) -> Answer:
    """Return the answer of the exchange and refresh doors: *tokens* and what stands *beside*."""
    body = {**tokens.response.members, **beside}
    return Answer(body, REPLAYED if tokens.replayed else {})
