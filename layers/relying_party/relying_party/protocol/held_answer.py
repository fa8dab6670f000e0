"""An issuer's answer as it is kept for whoever presents the same secret again."""

import json
from dataclasses import dataclass, field

from relying_party.protocol.json_object import JsonObject, parse_json_object
from relying_party.protocol.token_endpoint import TokenResponse


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """Tokens, or the refusal that ended the grant."""

    family: str
    """The grant that it belongs to."""
    members: JsonObject = field(repr=False)

    @property
    def is_refusal(self) -> bool:
        """Whether the issuer said that the secret is no longer good."""
        return "error" in self.members

    def aged(self, seconds: float) -> TokenResponse:
        """Return the tokens as they are by now: ``expires_in`` counts from the first time.

        *seconds* may be negative: the clock that took the time may be ahead of ours.
        """
        if "expires_in" not in self.members:
            return TokenResponse(self.members)
        left = self.members["expires_in"] - max(0, int(seconds))
        return TokenResponse({**self.members, "expires_in": max(0, left)})


def dump_held_answer(answer: HeldAnswer) -> bytes:
    """Return *answer* as it is sealed."""
    return json.dumps({"family": answer.family, "answer": answer.members}).encode()


def parse_held_answer(data: bytes) -> HeldAnswer:
    """Return the answer in *data*, which we have sealed ourselves.

    Raises:
        ValueError: it is none.
    """
    held = parse_json_object(data)
    try:
        return HeldAnswer(held["family"], held["answer"])
    except KeyError:
        raise ValueError("not an answer") from None
