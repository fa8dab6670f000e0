"""What a door that verifies tokens was asked, turned into the one verification there is."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.verify_request import VerifyRequest
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidClient, InvalidRequest, InvalidToken, Reason
from relying_party.protocol.client import Client
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.tokens import CLIENT_ID, NONCE, NOW, id_token_claims, signing_key

KEY = signing_key()
GOOD = KEY.sign(id_token_claims(auth_time=NOW - 120))


def ask(verify: VerifyToken, *clients: Client, **parameters: Any) -> VerifiedToken:
    """Return what is found out about the good token."""
    request = VerifyRequest({client.client_id: client for client in clients}, verify)
    return request(GOOD, Parameters(parameters), deadline=NOW + 8)


def test_an_id_token_is_verified_unless_another_use_is_named(
    verify: VerifyToken, client: Client
) -> None:
    assert ask(verify, client).token_use is TokenUse.ID_TOKEN
    assert ask(verify, client, token_use="id_token").client == "app"
    with pytest.raises(InvalidToken) as refusal:
        ask(verify, client, token_use="access_token")
    assert refusal.value.reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("token_use", ["refresh_token", "ID_TOKEN", "id", 1, ["id_token"]])
def test_another_use_is_refused(verify: VerifyToken, client: Client, token_use: Any) -> None:
    with pytest.raises(InvalidRequest, match="token_use"):
        ask(verify, client, token_use=token_use)


def test_the_client_may_be_left_out_where_there_is_one(verify: VerifyToken, client: Client) -> None:
    other = replace(client, name="web", client_id="web-1")

    assert ask(verify, client).client == "app"
    with pytest.raises(InvalidRequest, match="client_id is missing"):
        ask(verify, client, other)
    assert ask(verify, client, other, client_id=CLIENT_ID).client == "app"
    assert ask(verify, client, other, client_id=["web-1", CLIENT_ID]).client == "app"
    with pytest.raises(InvalidToken) as refusal:
        ask(verify, client, other, client_id="web-1")
    assert refusal.value.reason is Reason.WRONG_AUDIENCE


def test_a_client_that_is_named_many_times_is_one(verify: VerifyToken, client: Client) -> None:
    web = replace(client, name="web", client_id="web-1")
    request = VerifyRequest({CLIENT_ID: client, "web-1": web}, verify)

    question = request.parse(Parameters({"client_id": ["web-1", CLIENT_ID, "web-1"] * 1000}))
    assert [each.name for each in question.clients] == ["web", "app"]


def test_a_client_that_is_not_configured_is_refused(verify: VerifyToken, client: Client) -> None:
    for client_id in ("x", [CLIENT_ID, "x"]):
        with pytest.raises(InvalidClient):
            ask(verify, client, client_id=client_id)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"nonce": NONCE}, None),
        ({"nonce": "x"}, Reason.WRONG_NONCE),
        ({"max_age": 60}, None),
        ({"max_age": "59"}, Reason.TOO_OLD),
        ({"access_token": "at"}, None),
    ],
)
def test_what_the_caller_knows_is_compared(
    verify: VerifyToken, client: Client, parameters: dict[str, Any], expected: Reason | None
) -> None:
    reason = None
    try:
        ask(verify, client, **parameters)
    except InvalidToken as refusal:
        reason = refusal.reason

    assert reason is expected


@pytest.mark.parametrize(
    "parameters", [{"nonce": NONCE}, {"access_token": "at"}, {"max_age": 0}, {"max_age": "0"}]
)
def test_what_only_an_id_token_says_is_not_silently_passed_over_for_an_access_token(
    verify: VerifyToken, client: Client, parameters: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        ask(verify, client, token_use="access_token", **parameters)


@pytest.mark.parametrize(
    "parameters", [{"max_age": "soon"}, {"max_age": -1}, {"max_age": True}, {"nonce": 1}]
)
def test_a_parameter_of_another_type_is_refused(
    verify: VerifyToken, client: Client, parameters: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        ask(verify, client, **parameters)
