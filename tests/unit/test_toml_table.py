"""Placeholders stand for text and for nothing else; every key has one type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import ConfigurationError
from relying_party.toml_table import TomlTable, expand

text = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("plain", "plain", id="nothing to replace"),
        pytest.param("${A}", "a", id="set"),
        pytest.param("${A:-x}", "a", id="set, with a default"),
        pytest.param("${B:-x}", "x", id="not set, with a default"),
        pytest.param("${EMPTY:-x}", "x", id="empty, with a default"),
        pytest.param("${EMPTY}", "", id="empty, without one"),
        pytest.param("${B:-}", "", id="an empty default"),
        pytest.param("https://${A}.example/${B:-x}", "https://a.example/x", id="within a text"),
        pytest.param("${B:-https://x.example/?a:-b}", "https://x.example/?a:-b", id="a URL"),
        pytest.param("$A ${} ${1} $${A}", "$A ${} ${1} $a", id="what is no placeholder"),
        pytest.param(["${A}", 1, ["${A}"]], ["a", 1, ["a"]], id="in an array"),
        pytest.param({"${A}": {"k": "${A}"}}, {"${A}": {"k": "a"}}, id="in a table, not in a key"),
        pytest.param(1, 1, id="a number"),
        pytest.param(True, True, id="a flag"),
    ],
)
def test_placeholders_in_strings_are_replaced(value: Any, expected: Any) -> None:
    assert expand(value, {"A": "a", "EMPTY": ""}, "f.toml: t") == expected


def test_a_variable_that_must_be_set_is_named_with_its_place() -> None:
    with pytest.raises(ConfigurationError) as error:
        expand({"a": {"b": ["${NAME}"]}}, {}, "f.toml: t")

    assert str(error.value) == "f.toml: t.a.b: set NAME, or write ${NAME:-default}"


@given(text)
def test_what_the_environment_brings_is_never_read_again(value: str) -> None:
    nested = "${OTHER}" + value

    assert expand("${A}", {"A": nested, "OTHER": "x"}, "t") == nested


@pytest.mark.parametrize("value", ["", [""]])
def test_an_empty_value_is_an_absent_one(value: Any) -> None:
    table = TomlTable("t", {"a": value})

    assert table.optional_text("a") is None
    assert table.text("a", "default") == "default"
    assert table.texts("a", ("default",)) == ("default",)
    assert table.number("a", 7, 9) == 7
    assert table.flag("a", default=True)
    assert table.table("a") == {}
    with pytest.raises(ConfigurationError, match=r"^t\.a: is missing$"):
        table.text("a")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", ("a",)),
        ("a,b", ("a", "b")),
        (" a , b ,", ("a", "b")),
        (["a", "b"], ("a", "b")),
        (["a,b"], ("a,b",)),
        (["a", ""], ("a",)),
        ([], ()),
        (",", ()),
    ],
)
def test_a_list_is_an_array_or_one_string_split_at_its_commas(
    value: Any, expected: tuple[str, ...]
) -> None:
    assert TomlTable("t", {"a": value}).texts("a") == expected


@pytest.mark.parametrize("value", [0, 1, True, 1.5, [], {}])
def test_a_string_is_a_string(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^t\.a: must be a string$"):
        TomlTable("t", {"a": value}).text("a")


@pytest.mark.parametrize("value", ["true", 0, 1, [True]])
def test_a_flag_is_true_or_false(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^t\.a: must be true or false$"):
        TomlTable("t", {"a": value}).flag("a", default=False)


@pytest.mark.parametrize(("value", "fine"), [(0, True), (9, True), (10, False), (-1, False)])
def test_a_number_has_bounds(value: int, *, fine: bool) -> None:
    table = TomlTable("t", {"a": value})

    if fine:
        assert table.number("a", 5, 9) == value
    else:
        with pytest.raises(ConfigurationError, match="from 0 to 9"):
            table.number("a", 5, 9)


def test_a_key_that_nobody_asks_for_is_a_mistake_with_a_hint_where_one_is_near() -> None:
    table = TomlTable("t", {"client_id": "a", "clientid": "b", "zzz": "c"})
    table.text("client_id")

    with pytest.raises(ConfigurationError) as error:
        table.require_nothing_left()

    assert str(error.value) == "t.clientid: is not known; did you mean client_id?"


def test_of_several_unknown_keys_the_first_is_named_every_time() -> None:
    with pytest.raises(ConfigurationError, match=r"t\.zzz: is not known$"):
        TomlTable("t", dict.fromkeys(["zzz", "a", "b", "c", "d"], "x")).require_nothing_left()


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"^t: must be a table$"):
        TomlTable("t", "x")  # type: ignore[arg-type]
