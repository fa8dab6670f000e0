"""JSON is read strictly: what two parsers could read differently is refused (RFC 8259, 7515 §4)."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.json_object import MAX_DEPTH, parse_json_object

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Half a surrogate pair is no character, and UTF-8 cannot carry it
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=10,
)


def nested(depth: int, opening: str = '{"a":', closing: str = "}") -> bytes:
    """Return an object within an object, *depth* of them in all."""
    return (opening * (depth - 1) + "{}" + closing * (depth - 1)).encode()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b'"{}"', id="a string"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"{} {}", id="two objects"),
        pytest.param(b"{}x", id="something after it"),
        pytest.param(b'{"a"', id="cut off behind a name"),
        pytest.param(b'{"a":', id="cut off before a value"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b'{"a": 1,}', id="a comma too many"),
        pytest.param(b'{"a": 01}', id="a leading zero"),
        pytest.param(b'{"a": "\n"}', id="a bare line feed in a string"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param("\ufeff{}".encode(), id="a byte order mark (RFC 8259 §8.1)"),
        pytest.param(b'{"a": 1, "a": 1}', id="a member twice, alike"),
        pytest.param(b'{"a": ",,,", "a": ","}', id="a member twice, with commas in strings"),
        pytest.param(b'{"a" :1,"a"\t:2}', id="a member twice, with white space after its name"),
        pytest.param(b'{"": 1, "": 1}', id="a member without a name, twice"),
        pytest.param(b'{"a": 1, "\\u0061": 2}', id="a member twice, spelt differently"),
        pytest.param(b'{"b": {"a": 1, "a": 2}}', id="a member twice, further in"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": Infinity}', id="Infinity"),
        pytest.param(b'{"a": -Infinity}', id="-Infinity"),
        pytest.param(b'{"a": 1e999}', id="a number beyond every float"),
        pytest.param(b'{"a": -1e999}', id="a number below every float"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="five thousand digits"),
        pytest.param(b'{"a": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"\\udc00": 1}', id="half a surrogate pair in a name"),
        pytest.param(nested(MAX_DEPTH + 1), id="too deep"),
        pytest.param(b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", id="too deep an array"),
        pytest.param(nested(100_000), id="so deep that a recursive parser gives up"),
        pytest.param(b'{"a":' + b"[" * 100_000, id="a hundred thousand brackets"),
    ],
)
def test_what_is_not_one_unambiguous_object_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        parse_json_object(document)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(b"{}", {}, id="empty"),
        pytest.param(b' \r\n\t{"a": 1} ', {"a": 1}, id="white space around it"),
        pytest.param(b'{"a": {"a": 1}}', {"a": {"a": 1}}, id="one name on two levels"),
        pytest.param(b'{"a": 1e3}', {"a": 1000.0}, id="an exponent"),
        pytest.param(b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}, id="a whole surrogate pair"),
        pytest.param('{"a": "ß"}'.encode(), {"a": "ß"}, id="beyond ASCII"),
        pytest.param(b'{"a": "{[{[{[{[{[{[{[{[{["}', {"a": "{[" * 9}, id="brackets in a string"),
    ],
)
def test_an_object_is_read_as_it_is(document: bytes, expected: dict[str, Any]) -> None:
    assert parse_json_object(document) == expected


def test_the_deepest_document_is_taken_whatever_else_is_in_it() -> None:
    assert parse_json_object(nested(MAX_DEPTH))
    assert parse_json_object(nested(MAX_DEPTH).replace(b"{}", b'{"a": 1, "b": "{[{["}'))
    assert parse_json_object(nested(MAX_DEPTH - 1).replace(b"{}", b'{"a": [], "b": [], "c": {}}'))


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
def test_whatever_a_good_encoder_writes_is_read_back(members: dict[str, Any]) -> None:
    assert parse_json_object(json.dumps(members).encode()) == members
    assert parse_json_object(json.dumps(members, ensure_ascii=False).encode()) == members


@given(
    st.lists(st.tuples(st.sampled_from("abcd,"), json_values), max_size=5),
    st.sampled_from([",", " , ", ",\n"]),
    st.sampled_from([":", " : ", "\t:"]),
)
def test_members_are_refused_exactly_where_two_have_one_name(
    members: list[tuple[str, Any]], comma: str, colon: str
) -> None:
    written = [f'"{name}"{colon}{json.dumps(value)}' for name, value in members]
    document = f"{{{comma.join(written)}}}".encode()
    if len(dict(members)) < len(members):
        with pytest.raises(ValueError, match="twice"):
            parse_json_object(document)
    else:
        assert parse_json_object(document) == dict(members)


@given(st.binary())
def test_no_octets_end_in_anything_but_an_object_or_a_value_error(document: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_json_object(document), dict)
