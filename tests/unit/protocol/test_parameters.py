"""Request parameters, judged alike whether they come as a form or as JSON (RFC 6749 §3.2)."""

import contextlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidRequest
from relying_party.protocol.parameters import (
    MAX_BODY_OCTETS,
    MAX_PARAMETERS,
    Parameters,
    parse_parameters,
)

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

text = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param(FORM, b"a=1&b=x+y%2Bz&c=%C3%A4", id="form"),
        pytest.param(f"{FORM}; charset=UTF-8", b"a=1&b=x%20y%2bz&c=%C3%A4", id="with a charset"),
        pytest.param(f" {FORM.upper()} ", b"a=1&b=x+y%2Bz&c=%C3%A4", id="in capitals"),
        pytest.param(JSON, b'{"a": "1", "b": "x y+z", "c": "\\u00e4"}', id="JSON"),
        pytest.param("Application/JSON;charset=utf-8", '{"a":"1","b":"x y+z","c":"ä"}'.encode()),
    ],
)
def test_form_and_json_say_the_same(content_type: str, body: bytes) -> None:
    parameters = parse_parameters(content_type, body)

    assert [parameters.required(name) for name in "abc"] == ["1", "x y+z", "ä"]


@pytest.mark.parametrize(
    ("content_type", "body", "detail"),
    [
        pytest.param(FORM, b"a=1&a=1", "repeated", id="twice in a form, alike"),
        pytest.param(FORM, b"a=&a=1", "repeated", id="twice in a form, once empty"),
        pytest.param(FORM, b"a=1&%61=2", "repeated", id="twice in a form, spelt differently"),
        pytest.param(JSON, b'{"a": "1", "a": "1"}', "malformed", id="twice in JSON"),
        pytest.param(JSON, b'["a"]', "malformed", id="an array"),
        pytest.param(JSON, b"{", "malformed", id="cut off"),
        pytest.param(JSON, b"a=1", "malformed", id="a form that calls itself JSON"),
        pytest.param(FORM, b"a=%ff", "malformed", id="a form that is not UTF-8"),
        pytest.param(FORM, b"a=\xff", "malformed", id="a form of other octets"),
        pytest.param("text/plain", b"a=1", "Content-Type", id="another type"),
        pytest.param("", b"a=1", "Content-Type", id="no type"),
        pytest.param("multipart/form-data; boundary=x", b"a", "Content-Type", id="multipart"),
    ],
)
def test_a_body_that_is_ambiguous_or_unreadable_is_refused(
    content_type: str, body: bytes, detail: str
) -> None:
    with pytest.raises(InvalidRequest, match=detail):
        parse_parameters(content_type, body)


def test_an_empty_body_has_no_parameters_whatever_its_type() -> None:
    assert parse_parameters("text/plain", b"") == Parameters({})


def test_the_largest_body_is_read_and_one_octet_more_is_not() -> None:
    assert parse_parameters(FORM, b"a=" + b"x" * (MAX_BODY_OCTETS - 2)).required("a")

    with pytest.raises(InvalidRequest, match="too large"):
        parse_parameters(FORM, b"a=" + b"x" * (MAX_BODY_OCTETS - 1))


def test_a_form_of_more_parameters_than_anyone_needs_is_refused() -> None:
    fields = [f"p{number}=1" for number in range(MAX_PARAMETERS + 1)]
    assert parse_parameters(FORM, "&".join(fields[:-1]).encode())

    with pytest.raises(InvalidRequest, match="malformed"):
        parse_parameters(FORM, "&".join(fields).encode())


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_parameter_is_an_absent_one(value: str | None) -> None:
    parameters = Parameters({"a": value})

    assert parameters.optional("a") is None
    assert parameters.several("a") == ()
    assert parameters.whole_number("a") is None
    with pytest.raises(InvalidRequest, match="a is missing"):
        parameters.required("a")


@pytest.mark.parametrize("value", [1, 0, True, False, 1.5, ["x"], [], {"x": "y"}, {}])
def test_a_parameter_that_is_no_string_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="a must be a string"):
        Parameters({"a": value}).optional("a")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", ("x",)), (["x"], ("x",)), (["x", "y"], ("x", "y")), ([], ()), ("x,y", ("x,y",))],
)
def test_several_are_one_string_or_an_array_of_them(value: Any, expected: tuple[str]) -> None:
    assert Parameters({"a": value}).several("a") == expected


@pytest.mark.parametrize("value", [1, 0, False, True, {}, {"x": "y"}, [1], [""], ["x", None], [[]]])
def test_several_of_anything_else_are_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="a must be"):
        Parameters({"a": value}).several("a")


@pytest.mark.parametrize(
    ("value", "expected"), [("0", 0), (0, 0), ("3600", 3600), (3600, 3600), (999_999_999,) * 2]
)
def test_a_whole_number_is_digits_in_a_string_or_in_json(value: Any, expected: int) -> None:
    assert Parameters({"a": value}).whole_number("a") == expected


@pytest.mark.parametrize(
    "value", ["-1", -1, "1.0", 1.0, "1e3", " 1", "1\n", "+1", "\u0661", True, False, [], 10**9]
)
def test_any_other_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="a must be a whole number"):
        Parameters({"a": value}).whole_number("a")


def test_values_are_not_shown_where_parameters_are_printed() -> None:
    assert "secret-code" not in repr(Parameters({"code": "secret-code"}))


@given(st.dictionaries(text, text, max_size=MAX_PARAMETERS))
def test_every_encoder_is_understood(values: dict[str, str]) -> None:
    assert parse_parameters(FORM, urlencode(values).encode()).values == values
    assert parse_parameters(JSON, json.dumps(values).encode()).values == values


@given(st.sampled_from([FORM, JSON, "text/plain", ""]), st.binary())
def test_no_octets_end_in_anything_but_parameters_or_a_refusal(kind: str, body: bytes) -> None:
    with contextlib.suppress(InvalidRequest):
        assert isinstance(parse_parameters(kind, body), Parameters)
