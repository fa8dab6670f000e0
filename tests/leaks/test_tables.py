"""Whoever reads the tables learns who has signed in, and no token, code, verifier or nonce."""

import json
from collections.abc import Iterator
from typing import Any

import boto3

from local.dynamodb import Emulator
from local.template import Stack
from tests.integration.functions.harness import EXCHANGE, REFRESH, sample
from tests.integration.functions.login_in_hand import CHALLENGE, VERIFIER, LoginInHand
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.leaks.marks import Leak
from tests.leaks.stage import Stage

IDENTITIES = frozenset({"claim", "sub"})
"""A table of its own says which subject is whom; it is there for that."""


def items(emulator: Emulator, table: str) -> list[dict[str, Any]]:
    session = boto3.Session("local", "local", region_name="us-east-1")
    dynamodb = session.client("dynamodb", endpoint_url=emulator.url)
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return [dict(item) for page in pages for item in page["Items"]]


def texts(value: Any) -> Iterator[str]:
    """Names and values; octets as themselves, since a secret would stand in them in clear."""
    if isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from texts(each)
    else:
        yield json.dumps(value)


def sign_ins(stage: Stage, login: LoginInHand) -> None:
    """One of each kind, with all that follows it, and some that never end."""
    phone = PhoneInHand(stage.provider, stage)
    for function, case in (
        *((EXCHANGE, case) for case in ("200_form", "200_library_code", "200_login_session")),
        *((REFRESH, case) for case in ("200_with_code_verifier", "200_revoke_access_token")),
    ):
        assert stage.post(function, sample(function, case, phone)).status == 200
        phone = PhoneInHand(stage.provider, stage)
    begun = login.begun("posted", code_challenge=CHALLENGE)
    user = json.dumps({"name": {"firstName": "Somebody", "lastName": "Whose-name-is-secret"}})
    stage.marks.keep("claim", "Whose-name-is-secret")
    answer = login.relayed("posted", {**login.browse(begun), "user": user}, "POST")
    login.exchange("posted", begun, answer, code_verifier=VERIFIER)
    login.relayed("relayed", login.browse(login.begun("relayed")))


def test_the_tables_hold_no_secret_in_clear(
    stage: Stage, login: LoginInHand, emulator: Emulator, stack: Stack
) -> None:
    sign_ins(stage, login)
    assert stage.leaks() == []
    found: list[Leak] = []
    for table in stack.tables:
        given = IDENTITIES if table.name == identities_of(stack) else frozenset()
        kept = items(emulator, table.name)
        assert kept, table.name
        for text in (text for item in kept for text in texts(item)):
            found += stage.marks.find(table.name, text, given)
    assert found == []


def identities_of(stack: Stack) -> str:
    return stack.functions["TokenExchangeFunction"].environment["IDENTITIES_TABLE"]
