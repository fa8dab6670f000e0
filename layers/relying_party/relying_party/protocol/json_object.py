"""JSON objects as the JOSE and OAuth specifications want them: strict, or refused."""

import json
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
    try:
        value, end = _DECODER.raw_decode(text) if text[:1] == "{" else (None, 0)
        if end != len(text):
            value = _DECODER.decode(text)  # allows white space around it
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    # Looking for one character costs next to nothing, and most texts are flat and plain
    nests = "[" in text or text.find("{", 1) > 0
    if nests and text.count("{") + text.count("[") > MAX_DEPTH:
        _require_depth(value, MAX_DEPTH)
    if "\\" in text and "\\u" in text:
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


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members,
    parse_float=_parse_float,
    parse_constant=_refuse_constant,
)
