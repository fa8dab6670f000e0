"""What is shipped may be, and what nobody was asked about is not called clean."""

import re
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tools.advisories import read_report
from tools.licences import LIST, LOCK, Licensed, licence_of, pins, read_licences, write_list

NAMES = {"requests", "urllib3"}


class Described(Distribution):
    """A package of which only the metadata is there."""

    def __init__(self, **headers: str) -> None:
        self._text = "".join(
            f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items()
        )

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def test_the_list_of_licences_is_that_of_the_lock() -> None:
    licensed = list(read_licences(LOCK.read_text("utf-8")))
    assert LIST.read_text("utf-8") == write_list(licensed)
    assert [each.name for each in licensed] == sorted(pins(LOCK.read_text("utf-8")))


def test_every_licence_may_be_shipped_and_its_text_comes_with_it() -> None:
    for each in read_licences(LOCK.read_text("utf-8")):
        assert each.is_allowed, each
        assert each.texts, each


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("Apache-2.0 AND BSD-3-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("BSD", False),
        ("none stated", False),
    ],
)
def test_a_licence_that_is_not_on_the_list_may_not(licence: str, *, allowed: bool) -> None:
    assert Licensed("a", "1", licence, ()).is_allowed is allowed


def test_what_a_package_says_by_the_newest_rule_goes_before_its_free_text() -> None:
    assert licence_of(Described(License="Apache 2")) == "Apache 2"
    assert licence_of(Described(License="Apache 2", License_Expression="MIT")) == "MIT"
    assert licence_of(Described(Name="a")) == "none stated"


def test_a_lock_of_another_version_than_is_installed_is_noticed() -> None:
    other = re.sub(r"requests==\S+", "requests==0.0.1", LOCK.read_text("utf-8"))
    with pytest.raises(ValueError, match=r"the lock has 0\.0\.1"):
        list(read_licences(other))


def test_a_vulnerable_package_is_named_with_its_advisory() -> None:
    package = {"name": "requests", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    clean = {"name": "urllib3", "version": "2", "vulns": []}
    report = read_report({"dependencies": [package, clean]}, NAMES)
    assert report.vulnerable == ("requests 1 has PYSEC-1",)
    assert (report.unchecked, report.checked) == ((), 2)
    assert "NOT CHECKED" not in report.text


@pytest.mark.parametrize(
    "document", [{}, {"dependencies": [{"name": name, "skip_reason": "no"} for name in NAMES]}]
)
def test_what_nobody_was_asked_about_is_not_clean(document: dict[str, object]) -> None:
    report = read_report(document, NAMES)
    assert set(report.unchecked) == NAMES
    assert report.checked == 0
    assert "NOT CHECKED" in report.text
    assert "asked about" not in report.text


def test_a_package_of_which_the_answer_is_missing_is_unchecked_alone() -> None:
    clean = {"name": "urllib3", "version": "2", "vulns": []}
    report = read_report({"dependencies": [clean]}, NAMES)
    assert (report.unchecked, report.checked) == (("requests",), 1)
