"""Requests to an issuer and its replies, as values: what adapters send and bring back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from relying_party.protocol.issuer import MAX_RETRY_AFTER
from relying_party.protocol.json_object import JsonObject, parse_json_object

# Python refuses to read numbers of thousands of digits; nobody means one
_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A POST of ``application/x-www-form-urlencoded`` (RFC 6749 appendix B)."""

    url: str
    fields: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole reply. ``headers`` are lower-case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json_object(self) -> JsonObject | None:
        """Return the body if it is a JSON object, else None: HTML from a proxy, or nothing."""
        try:
            return parse_json_object(self.body)
        except ValueError:
            return None

    def retry_after(self) -> int | None:
        """Return ``Retry-After`` in seconds, bounded (RFC 9110 §10.2.3); dates are not read."""
        value = self.headers.get("retry-after", "").strip()
        return min(int(value), MAX_RETRY_AFTER) if _SECONDS.fullmatch(value) else None
