"""Would these tests notice? A function that leaks on purpose is caught, in every way it has."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from types import SimpleNamespace

import pytest

from local.containers import FunctionError
from local.template import Stack
from tests.leaks.careless.app import WAYS
from tests.leaks.doors import parts_of
from tests.leaks.marks import PIECE, Marks
from tests.leaks.stage import Stage
from tests.leaks.test_tables import texts

CARELESS = Path(__file__).with_name("careless")
SECRETS = {
    "plain": token_urlsafe(32),
    # What URLs, JSON and HTML spell otherwise stands closer together than a piece is long
    "awkward": "".join(f'{part}/+%:"<\\' for part in token_urlsafe(24)),
}


@pytest.fixture
def careless(stage: Stage, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The same stage, with the same capture, and one more function."""
    known = stack.functions["TokenVerifyFunction"]
    functions = {**stack.functions, "CarelessFunction": replace(known, code=CARELESS)}
    monkeypatch.setattr(stage, "_stack", SimpleNamespace(functions=functions))
    return stage


@pytest.mark.parametrize("secret", SECRETS)
def test_a_function_that_leaks_is_caught(careless: Stage, secret: str) -> None:
    unnoticed = []
    for way in WAYS:
        careless.marks.keep("canary", SECRETS[secret])
        with suppress(FunctionError):
            careless.invoke("careless", {"way": way, "secret": SECRETS[secret]})
        if not any("canary" in leak.kinds for leak in careless.leaks()):
            unnoticed.append(way)
    assert unnoticed == []


def test_a_function_that_leaks_nothing_is_not_accused(careless: Stage) -> None:
    careless.marks.keep("canary", token_urlsafe(32))
    careless.invoke("careless", {"way": "printed", "secret": "a word like any other"})
    assert careless.leaks() == []


def test_what_a_door_hands_out_is_no_leak_there_and_one_everywhere_else() -> None:
    marks, token = Marks(), token_urlsafe(32)
    marks.keep("refresh_token", token)
    body = {"refresh_token": token, "scope": token}
    answer = {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }

    def found(door: str, status: int) -> list[str]:
        parts = parts_of(door, {**answer, "statusCode": status})
        return [leak.where for each in parts for leak in marks.find(*each)]

    assert found("POST /token/refresh", 200) == ["scope"]
    assert found("POST /token/refresh", 400) == ["refresh_token", "scope"]
    assert found("POST /token/verify", 200) == ["refresh_token", "scope"]


def test_an_item_with_a_secret_in_clear_is_noticed() -> None:
    marks, token = Marks(), token_urlsafe(32)
    marks.keep("code", token)
    for item in ({"a": {"S": token}}, {"a": {"B": token.encode()}}, {token: {"BOOL": True}}):
        assert [leak for text in texts(item) for leak in marks.find("table", text)]


def test_a_piece_is_short_enough_for_half_of_every_secret_we_make() -> None:
    assert len(token_urlsafe(32)) // 2 >= PIECE  # our states, nonces, verifiers and sessions
    assert Marks().kept.total() == 0
