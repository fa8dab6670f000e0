"""A token that was examined and may be believed."""

from dataclasses import dataclass, field
from enum import StrEnum

from relying_party.protocol.claims import Claims


class TokenUse(StrEnum):
    """What a token is for. The caller says it; it is never guessed from the token."""

    ID_TOKEN = "id_token"
    ACCESS_TOKEN = "access_token"


# Not frozen: that would make it four times as slow to build, and it is the caller's own
@dataclass(slots=True)
class VerifiedToken:
    """What only verification makes."""

    token_use: TokenUse
    issuer: str
    """The canonical issuer, whatever alias the token used."""
    client: str
    """The configured name of the client that the token is for."""
    claims: Claims = field(repr=False)
