"""Whoever reads the whole grants table, with all of our code at hand, gets no token."""

import base64
import hashlib
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from local.dynamodb import Emulator
from local.provider.accounts import USERS
from local.template import Stack
from relying_party.protocol import grant, held_answer
from relying_party.protocol.sealing import SealedName, derive, unseal
from tests.integration.functions.harness import EXCHANGE, REFRESH, Functions, sample
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.integration.tables import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLIENT_ID = "demo-app"
PURPOSES = ("exchange", "refresh", "token", "family")

Items = list[dict[str, Any]]


class Victim:
    """A sign-in that was exchanged, refreshed twice, repeated, and revoked; and all it knows."""

    def __init__(self, functions: Functions, phone: PhoneInHand) -> None:
        signed_in = phone.signed_in
        exchanged = functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone)).body
        refreshed = self._refresh(functions, exchanged)
        self._refresh(functions, exchanged)
        last = self._refresh(functions, refreshed)
        functions.post(REFRESH, sample(REFRESH, "200_revoke", last))
        self.form = signed_in.form
        self.tokens = [
            tokens[name]
            for tokens in (exchanged, refreshed, last)
            for name in ("access_token", "refresh_token", "id_token")
        ]
        self.refresh_tokens = [tokens["refresh_token"] for tokens in (exchanged, refreshed, last)]
        self.secrets = [
            *self.tokens,
            *(part for token in self.tokens for part in token.split(".") if len(part) > 20),
            signed_in.code,
            signed_in.code_verifier,
            signed_in.nonce,
            USERS[0].sub,
            USERS[0].username,
            exchanged["identity"]["id"],
        ]

    def _refresh(self, functions: Functions, tokens: dict[str, str]) -> dict[str, str]:
        answer = functions.post(REFRESH, sample(REFRESH, "200_form", tokens))
        assert answer.status == 200, answer
        return answer.body


@pytest.fixture
def table(aws: Emulator, stack: Stack) -> str:
    return create_table(aws, stack, "GRANTS_TABLE")


@pytest.fixture
def victim(
    functions: Functions, phone: PhoneInHand, table: str, monkeypatch: pytest.MonkeyPatch
) -> Victim:
    monkeypatch.setenv("GRANTS_TABLE", table)
    return Victim(functions, phone)


@pytest.fixture
def items(victim: Victim, table: str, dynamodb: "DynamoDBClient") -> Items:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return [dict(item) for page in pages for item in page["Items"]]


def values(items: Items) -> Iterator[bytes]:
    for item in items:
        for attribute in item.values():
            ((kind, value),) = attribute.items()
            yield value if kind == "B" else str(value).encode()


def spellings(secret: str) -> Iterator[bytes]:
    """Every way in which somebody might have written a secret down."""
    octets = secret.encode()
    yield octets
    for hashed in (hashlib.sha256(octets), hashlib.sha1(octets), hashlib.md5(octets)):  # noqa: S324
        yield hashed.digest()
        yield hashed.hexdigest().encode()
        yield base64.urlsafe_b64encode(hashed.digest()).rstrip(b"=")
    yield octets.hex().encode()
    yield base64.b64encode(octets).rstrip(b"=")
    yield base64.urlsafe_b64encode(octets).rstrip(b"=")


def sealed_items(items: Items) -> list[tuple[str, bytes]]:
    """The name that each record was sealed under, and what was sealed."""
    return [
        (item["name"]["S"].partition(" ")[2], bytes(item["sealed"]["B"]))
        for item in items
        if item.get("sealed", {}).get("B")
    ]


def opens(where: SealedName, sealed: bytes) -> bool:
    try:
        unseal(where, sealed)
    except ValueError:
        return False
    return True


def from_base64url(word: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(word.encode() + b"===")
    except ValueError:
        return b""


def test_the_table_holds_what_it_is_about(victim: Victim, items: Items) -> None:
    """Otherwise the rest would prove nothing."""
    kinds = [item["name"]["S"].partition(" ")[0] for item in items]
    assert (kinds.count("request"), kinds.count("token"), kinds.count("family")) == (3, 6, 1)


def test_nothing_of_a_sign_in_is_there_in_any_spelling(victim: Victim, items: Items) -> None:
    stored = list(values(items))
    for secret in victim.secrets:
        for spelling in spellings(secret):
            assert not any(spelling in value for value in stored)


def test_no_key_made_from_what_is_there_opens_anything(victim: Victim, items: Items) -> None:
    """What is public, what stands in the table, and every pair of these."""
    words = {value.decode() for value in values(items) if value.isascii()}
    words |= {word for value in words for word in value.split()}
    words |= {CLIENT_ID, victim.form["redirect_uri"], USERS[0].sub, ""}
    guesses = [(word,) for word in words] + list(product(words, repeat=2))
    keys = {derive(purpose, *guess).key for purpose in PURPOSES for guess in guesses}
    keys |= {bytes(32), *(hashlib.sha256(word.encode()).digest() for word in words)}
    keys |= {raw for raw in map(from_base64url, words) if len(raw) == len(bytes(32))}
    for name, sealed in sealed_items(items):
        assert not any(opens(SealedName(name, key), sealed) for key in keys)


def test_nobody_with_the_code_alone_finds_the_tokens_that_it_brought(
    victim: Victim, items: Items
) -> None:
    """Who intercepts a code has all of the request but the verifier."""
    form = victim.form
    request = (CLIENT_ID, form["code"], form["redirect_uri"])
    guesses = [request, (*request, ""), (*request, form["code"]), (*request, form["nonce"])]
    names = {derive("exchange", *guess).name for guess in guesses}
    assert not names & {name for name, _ in sealed_items(items)}


def test_only_who_holds_a_token_already_finds_what_belongs_to_it(
    victim: Victim, items: Items
) -> None:
    sealed = dict(sealed_items(items))
    first, second, last = victim.refresh_tokens
    where = derive("refresh", CLIENT_ID, first)
    held = held_answer.parse_held_answer(unseal(where, sealed[where.name]))
    assert held.members["refresh_token"] == second
    known = {name for name in sealed if opens(where, sealed[name])}
    assert known == {where.name}, "one token opens one answer"
    record = grant.token_record(last)
    assert grant.parse_grant(unseal(record, sealed[record.name])).client_id == CLIENT_ID
