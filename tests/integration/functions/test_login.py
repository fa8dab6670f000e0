"""POST /login and the exchange that ends what it began."""

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from local.template import Stack
from relying_party.protocol.login_session import session_name
from tests.integration.functions.answers import assert_problem, assert_refused
from tests.integration.functions.login_in_hand import CHALLENGE, VERIFIER, LoginInHand
from tests.integration.functions.observed_provider import TOKEN, ObservedProvider, answer_with

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DIRECT = ["demo", "allowing", "native"]


def test_the_answer_is_what_the_app_opens_compares_and_keeps(login: LoginInHand) -> None:
    begun = login.begun("demo", prompt="login", ui_locales="de", max_age="60")
    assert begun.keys() == {"authorization_url", "state", "nonce", "login_session"}
    query = parse_qs(urlsplit(begun["authorization_url"]).query)
    assert query["state"] == [begun["state"]]
    assert query["nonce"] == [begun["nonce"]]
    assert query["scope"] == ["openid profile email offline_access"]
    assert (query["prompt"], query["ui_locales"], query["max_age"]) == (["login"], ["de"], ["60"])
    assert begun["login_session"] not in begun["authorization_url"]


@pytest.mark.parametrize("client", DIRECT)
def test_an_app_with_pkce_of_its_own_signs_in(login: LoginInHand, client: str) -> None:
    begun = login.begun(client, code_challenge=CHALLENGE)
    answer = login.browse(begun)
    tokens = login.exchange(client, begun, answer, code_verifier=VERIFIER)
    assert tokens.status == 200, tokens
    assert tokens.body["identity"]["sub"]


@pytest.mark.parametrize("client", DIRECT)
def test_an_app_without_pkce_signs_in_with_ours(
    login: LoginInHand, provider: ObservedProvider, client: str
) -> None:
    begun = login.begun(client)
    assert login.exchange(client, begun, login.browse(begun)).status == 200
    (request,) = provider.token_requests
    assert len(request.form["code_verifier"]) == 43


def test_the_same_exchange_again_gets_the_same_tokens(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    begun = login.begun("demo")
    answer = login.browse(begun)
    first, second = (login.exchange("demo", begun, answer) for _ in range(2))
    assert second.headers["Latchkey-Replayed"] == "true"
    assert first.body["refresh_token"] == second.body["refresh_token"]
    assert provider.count(TOKEN) == 1


def test_a_sign_in_ends_with_its_first_exchange_where_nothing_is_replayed(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    begun = login.begun("native")
    answer = login.browse(begun)
    assert login.exchange("native", begun, answer).status == 200
    assert_refused(login.exchange("native", begun, answer), "invalid_grant")
    assert provider.count(TOKEN) == 1


def test_a_failure_that_may_pass_leaves_the_sign_in(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    begun = login.begun("demo")
    answer = login.browse(begun)
    provider.instead[TOKEN] = answer_with(503, b"busy", Retry_After="1")
    assert_problem(login.exchange("demo", begun, answer), 503, "temporarily_unavailable")
    provider.instead.clear()
    assert login.exchange("demo", begun, answer).status == 200


@pytest.mark.parametrize("client", DIRECT)
def test_a_verifier_without_a_challenge_is_a_downgrade(
    login: LoginInHand, provider: ObservedProvider, client: str
) -> None:
    begun = login.begun(client)
    stolen = login.exchange(client, begun, login.browse(begun), code_verifier=VERIFIER)
    assert_refused(stolen, "invalid_request")
    assert provider.token_requests == []


@pytest.mark.parametrize("client", DIRECT)
@pytest.mark.parametrize(
    ("verifier", "error"), [("", "invalid_request"), ("x" * 43, "invalid_grant")]
)
def test_a_challenge_wants_its_verifier_and_we_look_ourselves(
    login: LoginInHand, provider: ObservedProvider, client: str, verifier: str, error: str
) -> None:
    begun = login.begun(client, code_challenge=CHALLENGE)
    answer = login.browse(begun)
    assert_refused(login.exchange(client, begun, answer, code_verifier=verifier), error)
    assert provider.token_requests == []
    assert login.exchange(client, begun, answer, code_verifier=VERIFIER).status == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": ""}, "invalid_request"),
        ({"state": "made-up"}, "invalid_grant"),
        ({"login_session": "made-up"}, "invalid_grant"),
        ({"nonce": "made-up"}, "invalid_grant"),
        ({"redirect_uri": "com.example.other:/callback"}, "invalid_grant"),
        ({"iss": "https://other.example"}, "invalid_grant"),
        ({"client_id": "allowing-app"}, "invalid_grant"),
    ],
)
def test_what_is_another_sign_ins_is_refused_before_the_code_is_spent(
    login: LoginInHand, provider: ObservedProvider, changes: dict[str, str], error: str
) -> None:
    begun = login.begun("demo")
    answer = login.browse(begun)
    assert_refused(login.exchange("demo", begun, answer, **changes), error)
    assert provider.token_requests == []
    assert login.exchange("demo", begun, answer).status == 200


def test_a_code_of_another_sign_in_ends_at_its_verifier(login: LoginInHand) -> None:
    victim, attacker = login.begun("demo"), login.begun("demo")
    answer = login.browse(attacker)
    assert_refused(login.exchange("demo", victim, answer), "invalid_grant")


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (0, 400)])
def test_a_sign_in_runs_out_though_its_item_is_still_there(
    login: LoginInHand, dynamodb: "DynamoDBClient", stack: Stack, seconds: int, status: int
) -> None:
    begun = login.begun("demo")
    answer = login.browse(begun)
    dynamodb.update_item(
        TableName=stack.functions["LoginFunction"].environment["LOGINS_TABLE"],
        Key={"name": {"S": session_name(begun["state"])}},
        UpdateExpression="SET expires_at = :at",
        ExpressionAttributeValues={":at": {"N": str(int(time.time()) + seconds)}},
    )
    assert login.exchange("demo", begun, answer).status == status


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"redirect_uri": "com.example.other:/callback"}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_secret": "s"}, "invalid_client"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"login_hint": "a\nb"}, "invalid_request"),
    ],
)
def test_a_mistake_is_told_before_anything_is_begun(
    login: LoginInHand, parameters: dict[str, str], error: str
) -> None:
    assert_refused(login.begin("demo", **parameters), error)


def test_a_provider_whose_pkce_is_unproven_is_for_logins_only(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    form = {"client_id": "posted-app", "code": "c", "redirect_uri": "com.example.posted:/callback"}
    form |= {"code_verifier": VERIFIER, "nonce": "n"}
    for function_door in ("POST /token/exchange", "POST /oauth2/token"):
        answer = login.post(
            "token_exchange", function_door, {**form, "grant_type": "authorization_code"}
        )
        assert_refused(answer, "invalid_request")
        assert "/login" in answer.body["error_description"]
    assert provider.token_requests == []
