"""Why a token is refused, and what the caller reads about it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a token is refused: the closed list, the same at every door that gives reasons."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    ISSUED_IN_FUTURE = "issued_in_future"
    TOO_OLD = "too_old"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_AUTHORIZED_PARTY = "wrong_authorized_party"
    WRONG_NONCE = "wrong_nonce"
    WRONG_TOKEN_HASH = "wrong_token_hash"
    MISSING_CLAIM = "missing_claim"
    INVALID_CLAIM = "invalid_claim"
    INACTIVE = "inactive"

    @property
    def description(self) -> str:
        """The fixed text a caller sees."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Reason.MALFORMED: "The token is not a well-formed JWT.",
    Reason.TOO_LARGE: "The token is larger than 16 KiB.",
    Reason.ENCRYPTED: "Encrypted tokens are not supported.",
    Reason.UNSUPPORTED_ALGORITHM: "The token's algorithm is not accepted for this client.",
    Reason.WRONG_TYPE: "The token is of another kind than the one asked for.",
    Reason.UNKNOWN_ISSUER: "The token was issued by someone else.",
    Reason.UNKNOWN_KEY: "The issuer does not publish the key that signed the token.",
    Reason.BAD_SIGNATURE: "The signature does not fit the token.",
    Reason.EXPIRED: "The token has expired.",
    Reason.NOT_YET_VALID: "The token is not valid yet.",
    Reason.ISSUED_IN_FUTURE: "The token claims to have been issued in the future.",
    Reason.TOO_OLD: "The user signed in longer ago than is allowed.",
    Reason.WRONG_AUDIENCE: "The token is meant for another audience.",
    Reason.WRONG_AUTHORIZED_PARTY: "The token was issued to another client.",
    Reason.WRONG_NONCE: "The token does not carry the expected nonce.",
    Reason.WRONG_TOKEN_HASH: "The token does not belong to the given access token.",
    Reason.MISSING_CLAIM: "A required claim is missing.",
    Reason.INVALID_CLAIM: "A claim has a value that is not allowed.",
    Reason.INACTIVE: "The issuer says that the token is not active.",
}
