"""The doors of the real functions, with a real provider and a real table: one verdict again."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from relying_party import verify
from relying_party.authorizer_api import Unauthorized
from relying_party.protocol.verified_token import VerifiedToken
from tests.doors.door import DOORS, Asked
from tests.doors.said import Verdict
from tests.integration.functions.harness import EVENTS, VERIFY, Functions, sample
from tests.integration.functions.observed_provider import METADATA, ObservedProvider, answer_with
from tests.integration.functions.phone_in_hand import PhoneInHand

AUTHORIZER = "authorizer"
SAMPLES = sorted(path.stem for path in (EVENTS / AUTHORIZER).glob("*.json"))
ID_TOKEN = {"token_use": "id_token", "client_id": "demo-app"}
ACCESS_TOKEN = {"token_use": "access_token", "client_id": "demo-app"}


@dataclass
class RealStand:
    """The functions as they are deployed; the Python call shares the authorizer's container."""

    functions: Functions
    monkeypatch: pytest.MonkeyPatch
    token_use: str

    def verify(self, event: Any) -> Any:
        return self.functions.invoke(VERIFY, event)

    def authorize(self, event: Any) -> Any:
        self.monkeypatch.setenv("AUTHORIZER_TOKEN_USE", self.token_use)
        return self.functions.invoke(AUTHORIZER, event)

    def call(self, token: str, asked: Asked) -> VerifiedToken:
        return verify.verify(token, **asked)


TOKENS = [
    ("id_token", ID_TOKEN, Verdict.GOOD),
    ("access_token", ACCESS_TOKEN, Verdict.GOOD),
    ("access_token", ID_TOKEN, Verdict.BAD),
    ("id_token", ACCESS_TOKEN, Verdict.BAD),
    ("tampered_id_token", ID_TOKEN, Verdict.BAD),
    ("expired_id_token", ID_TOKEN, Verdict.BAD),
]


@pytest.mark.parametrize(("name", "asked", "verdict"), TOKENS)
def test_the_functions_agree(  # noqa: PLR0917
    functions: Functions,
    phone: PhoneInHand,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    asked: dict[str, str],
    verdict: Verdict,
) -> None:
    token = phone[name]
    stand = RealStand(functions, monkeypatch, asked["token_use"])
    said = {door: door.ask(stand, token, asked) for door in DOORS if door.can_ask(token, {**asked})}
    said |= {
        door: door.ask(stand, token, asked)
        for door in DOORS
        if door not in said and asked["token_use"] in door.token_uses
    }
    assert len(said) >= 7
    assert {answer.verdict for answer in said.values()} == {verdict}
    assert len({answer.subject for answer in said.values()}) == 1
    assert len({answer.reason for answer in said.values()} - {None}) <= 1


def test_with_the_provider_down_from_the_start_nothing_is_called_bad(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = phone.aged_id_token(0)
    provider.instead[METADATA] = answer_with(503, b"<html>")
    stand = RealStand(functions, monkeypatch, "id_token")
    for door in DOORS:
        if "id_token" in door.token_uses:
            assert door.ask(stand, token, ID_TOKEN).verdict is Verdict.UNEXAMINABLE, door


@pytest.mark.parametrize("case", SAMPLES)
def test_every_sample_for_the_authorizer_ends_in_the_status_of_its_name(
    functions: Functions, phone: PhoneInHand, case: str
) -> None:
    event = sample(AUTHORIZER, case, phone)
    assert status_of(functions, event) == int(case.partition("_")[0])


def status_of(functions: Functions, event: dict[str, Any]) -> int:
    """What API Gateway answers; 200 stands for whatever comes from behind it."""
    try:
        answer = functions.invoke(AUTHORIZER, event)
    except Unauthorized:
        return 401
    if "isAuthorized" in answer:
        return 200 if answer["isAuthorized"] else 403
    (statement,) = answer["policyDocument"]["Statement"]
    return {"Allow": 200, "Deny": 403}[statement["Effect"]]


def test_the_samples_for_the_authorizer_are_what_each_kind_of_api_sends() -> None:
    assert len(SAMPLES) >= 8
    for case in SAMPLES:
        event = json.loads((EVENTS / AUTHORIZER / f"{case}.json").read_text("utf-8"))
        is_rest = "rest_api" in case
        assert ("methodArn" in event, event.get("version")) == (is_rest, None if is_rest else "2.0")
        assert event["type"] == "REQUEST"
