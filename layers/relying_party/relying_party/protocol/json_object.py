"""JSON objects as the JOSE and OAuth specifications want them: strict, or refused."""

import json
from json.scanner import make_scanner
from math import isfinite
from typing import Any

MAX_DEPTH = 16
"""Nesting beyond which a document is refused; no token or key set comes near it."""

JsonObject = dict[str, Any]


def parse_json_object(data: bytes) -> JsonObject:
    """Return the JSON object in *data* (RFC 8259), as strictly as RFC 7515 §4 asks for headers.

    Raises:
        ValueError: not UTF-8, not JSON, not an object, a member named twice (RFC 7519 §4),
            a number that is not finite, half a surrogate pair, or nesting over MAX_DEPTH.
    """
    text = data.decode("utf-8")
    if text.rfind("{") == 0 and "[" not in text and "\\" not in text:
        try:
            members, end = _scan_flat(text, 0)
        except StopIteration:
            raise ValueError("cut off") from None
        # No member got lost to another of its name: each but the first comes after a comma
        if text.count(",") < len(members) and end == len(text):
            return members  # type: ignore[no-any-return] # it begins with a brace
    return _parse_any(text)


def _parse_any(text: str) -> JsonObject:
    try:
        value = _STRICT.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _require_depth(value, MAX_DEPTH)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate cannot be encoded
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _parse_float(literal: str) -> float:
    number = float(literal)
    if not isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _refuse_constant(literal: str) -> float:
    raise ValueError(f"{literal} is not JSON")


def _require_depth(value: object, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if left == 0:
        raise ValueError("nested too deeply")
    for member in value.values() if isinstance(value, dict) else value:
        _require_depth(member, left - 1)


_NUMBERS: Any = {"parse_float": _parse_float, "parse_constant": _refuse_constant}
# What JSONDecoder.raw_decode() calls, without the call
_scan_flat = make_scanner(json.JSONDecoder(**_NUMBERS))  # type: ignore[arg-type] # a decoder it is
_STRICT = json.JSONDecoder(object_pairs_hook=_unique_members, **_NUMBERS)
