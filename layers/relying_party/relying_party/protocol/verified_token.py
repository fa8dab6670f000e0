"""A token that was examined and may be believed."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from relying_party.protocol.claims import Claims


class TokenUse(StrEnum):
    """What a token is for. The caller says it; it is never guessed from the token."""

    ID_TOKEN = "id_token"
    ACCESS_TOKEN = "access_token"


# Not frozen, which would make it four times as slow to build
@dataclass(slots=True)
class VerifiedToken:
    """What only verification makes. Not to be changed: it answers for the same token again."""

    token_use: TokenUse
    issuer: str
    """The canonical issuer, whatever alias the token used."""
    client: str
    """The configured name of the client that the token is for."""
    claims: Claims = field(repr=False)

    def own_claims(self) -> dict[str, Any]:
        """Return the claims once more, for the caller to do with as it likes."""
        return {name: _copied(value) for name, value in self.claims.items()}


def _copied(value: Any) -> Any:
    """Return *value*, which JSON can spell, with nothing in it that can be changed shared."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(member) for member in value] if isinstance(value, list) else value
