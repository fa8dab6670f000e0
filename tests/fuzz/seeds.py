"""Where fuzzing starts: what the pool holds, so that nothing has to be found by luck."""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from relying_party.protocol.base64url import parse_base64url
from tests.pool.pool import POOL


def tokens() -> Iterator[bytes]:
    """Yield every token."""
    for case in POOL:
        yield case.token.encode("utf-8", "surrogatepass")


def headers() -> Iterator[bytes]:
    """Yield the first segment of every token, decoded where it can be."""
    yield from _segments(0)


def payloads() -> Iterator[bytes]:
    """Yield the second segment of every token, decoded where it can be."""
    yield from _segments(1)


def _segments(number: int) -> Iterator[bytes]:
    for case in POOL:
        segments = case.token.split(".")
        if len(segments) > number:
            try:
                yield parse_base64url(segments[number])
            except ValueError:
                continue


def key_sets() -> Iterator[bytes]:
    """Yield every key set."""
    for case in POOL:
        yield case.keys


def bodies() -> Iterator[bytes]:
    """Yield bodies of requests, in both formats."""
    fields = {"token": "a.b.c", "client_id": "app", "nonce": "n", "max_age": "600"}
    yield urlencode(fields).encode()
    yield b"token=%00&token=a&max_age=-1&=&a"
    yield json.dumps(fields).encode()
    yield json.dumps({**fields, "client_id": ["a", "b"], "max_age": 600, "x": None}).encode()


SEEDS: Mapping[str, Iterator[bytes]] = {
    "a_token_is_parsed_or_refused": tokens(),
    "a_token_gets_a_verdict": tokens(),
    "signed_claims_get_a_verdict": payloads(),
    "a_signed_header_gets_a_verdict": headers(),
    "a_key_set_is_parsed_or_refused": key_sets(),
    "parameters_are_parsed_or_refused": bodies(),
}
