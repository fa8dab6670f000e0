"""Request parameters, from a form or from JSON, judged alike (RFC 6749 §3.2, appendix B)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from relying_party.errors import InvalidRequest
from relying_party.protocol.json_object import parse_json_object

MAX_BODY_OCTETS = 64 * 1024
"""Longer bodies are refused before they are parsed."""

MAX_PARAMETERS = 50

FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one request. Empty ones count as absent (RFC 6749 §3.2)."""

    values: Mapping[str, Any] = field(repr=False)

    def required(self, name: str) -> str:
        """Return the parameter *name*, which must be there."""
        value = self.optional(name)
        if value is None:
            raise InvalidRequest(f"{name} is missing")
        return value

    def optional(self, name: str) -> str | None:
        """Return the parameter *name*, or None."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise InvalidRequest(f"{name} must be a string")
        return value or None

    def several(self, name: str) -> tuple[str, ...]:
        """Return the parameter *name*: one string, or in JSON an array of them."""
        value = self.values.get(name)
        members = value if isinstance(value, list) else [] if value in (None, "") else [value]
        if not all(isinstance(member, str) and member for member in members):
            raise InvalidRequest(f"{name} must be a string or an array of strings")
        return tuple(members)

    def whole_number(self, name: str) -> int | None:
        """Return the parameter *name* as a number of at most nine digits, or None."""
        value = self.values.get(name)
        text = "" if value is None or isinstance(value, bool) else str(value)
        if not text and value in (None, ""):
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
            raise InvalidRequest(f"{name} must be a whole number")
        return int(text)


def parse_parameters(content_type: str, body: bytes) -> Parameters:
    """Return the parameters in *body*; names that nobody asks for are ignored (RFC 6749 §3.2).

    Raises:
        InvalidRequest: too large, neither form nor JSON, malformed, or a parameter twice.
    """
    if len(body) > MAX_BODY_OCTETS:
        raise InvalidRequest("the body is too large")
    if not body:
        return Parameters({})
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        if media_type == FORM:
            return Parameters(_parse_form(body))
        if media_type == _JSON:
            return Parameters(parse_json_object(body))
    except ValueError:
        raise InvalidRequest("the body is malformed") from None
    raise InvalidRequest(f"Content-Type must be {FORM} or {_JSON}")


def parse_query(raw: str) -> Parameters:
    """Return the parameters in the query *raw*: as sent, since a gateway joins repeated ones.

    Raises:
        InvalidRequest: too large, malformed, or a parameter twice.
    """
    return parse_parameters(FORM, raw.encode("utf-8", "replace"))


def _parse_form(body: bytes) -> dict[str, str]:
    pairs = parse_qsl(
        body.decode("utf-8"),
        keep_blank_values=True,
        errors="strict",
        max_num_fields=MAX_PARAMETERS,
    )
    values = dict(pairs)
    if len(values) != len(pairs):
        raise InvalidRequest("a parameter is repeated")
    return values
