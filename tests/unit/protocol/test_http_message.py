"""What is read out of an issuer's reply (RFC 9110)."""

import pytest

from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.issuer import MAX_RETRY_AFTER


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        (str(MAX_RETRY_AFTER), MAX_RETRY_AFTER),
        (str(MAX_RETRY_AFTER + 1), MAX_RETRY_AFTER),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("", None),
        ("soon", None),
        ("\u0661", None),
        ("9" * 5000, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_whole_seconds_within_reason(value: str, expected: int | None) -> None:
    assert HttpReply(503, {"retry-after": value}, b"").retry_after() == expected


def test_without_the_header_there_is_nothing_to_wait_for() -> None:
    assert HttpReply(503, {}, b"").retry_after() is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"a":1,"a":2}', b"\xff"])
def test_a_body_that_is_no_json_object_is_none(body: bytes) -> None:
    assert HttpReply(200, {}, body).json_object() is None


def test_a_json_object_is_read_whatever_the_content_type_says() -> None:
    assert HttpReply(200, {"content-type": "text/html"}, b'{"a": 1}').json_object() == {"a": 1}
