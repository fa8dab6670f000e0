"""GET and POST /login/callback/{client}: one answer of the provider's, to the app that waits."""

import json
from io import StringIO
from logging import StreamHandler
from typing import Any

import pytest

from relying_party.adapters import telemetry
from tests.integration.functions.answers import assert_refused
from tests.integration.functions.login_in_hand import CHALLENGE, VERIFIER, LoginInHand
from tests.integration.functions.observed_provider import ObservedProvider

USER = {"name": {"firstName": "Alice", "lastName": "<Example>"}, "email": "a@example"}


def assert_page(answer: dict[str, Any], status: int) -> None:
    headers = answer["headers"]
    assert answer["statusCode"] == status, answer
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Type"].startswith("text/html")
    assert ("Location" in headers) is (status == 303)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("own", [{}, {"code_challenge": CHALLENGE}])
def test_a_sign_in_comes_back_to_the_app_by_way_of_us(
    login: LoginInHand, provider: ObservedProvider, method: str, own: dict[str, str]
) -> None:
    begun = login.begun("relayed", **own)
    answer = login.relayed("relayed", login.browse(begun), method)
    assert answer.keys() == {"code", "state", "iss"}
    verifier = {"code_verifier": VERIFIER} if own else {}
    assert login.exchange("relayed", begun, answer, iss="", **verifier).status == 200
    (request,) = provider.token_requests
    assert request.form["redirect_uri"] == "https://api.example/login/callback/relayed"


def test_the_page_links_to_where_it_redirects(login: LoginInHand) -> None:
    page = login.relay("relayed", login.browse(login.begun("relayed")))
    assert_page(page, 303)
    assert page["headers"]["Location"].replace("&", "&amp;") in page["body"]


def test_an_answer_is_taken_once(login: LoginInHand) -> None:
    answer = login.browse(login.begun("relayed"))
    assert_page(login.relay("relayed", answer), 303)
    assert_page(login.relay("relayed", answer), 400)


@pytest.mark.parametrize("error", ["login_required", "interaction_required", "consent_required"])
def test_why_there_is_no_code_comes_through_as_data(
    login: LoginInHand, provider: ObservedProvider, error: str
) -> None:
    begun = login.begun("relayed", prompt="none")
    answer = {"error": error, "state": begun["state"], "iss": provider.url}
    assert login.relayed("relayed", {**answer, "error_description": "<script>"}) == answer
    assert_refused(login.exchange("relayed", begun, {"code": "any"}), "invalid_grant")


@pytest.mark.parametrize("client", ["demo", "posted", "nobody"])
def test_a_state_is_that_very_clients(login: LoginInHand, client: str) -> None:
    answer = login.browse(login.begun("relayed"))
    assert_page(login.relay(client, answer), 400)
    assert_page(login.relay("relayed", answer), 303)


def test_a_state_whose_redirect_goes_straight_to_the_app_has_no_callback(
    login: LoginInHand,
) -> None:
    assert_page(login.relay("demo", login.browse(login.begun("demo"))), 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "made-up"},
        {"state": ""},
        {"code": ""},
        {"error": "login_required"},
        {"iss": ""},
        {"iss": "https://other.example"},
        {"code": "line\nbreak"},
    ],
)
def test_anything_else_is_a_page_and_costs_the_app_nothing(
    login: LoginInHand, changes: dict[str, str]
) -> None:
    answer = login.browse(login.begun("relayed"))
    assert_page(login.relay("relayed", {**answer, **changes}), 400)
    assert_page(login.relay("relayed", answer), 303)


@pytest.mark.parametrize("query", ["state={0}&state={0}&code=c", "state={0}&code=c&code=d", "%ff="])
def test_a_parameter_given_twice_is_refused(login: LoginInHand, query: str) -> None:
    begun = login.begun("relayed")
    assert_page(login.relay_raw("relayed", query.format(begun["state"])), 400)


def test_a_json_body_is_no_redirect(login: LoginInHand) -> None:
    begun = login.begun("relayed")
    body = json.dumps({"state": begun["state"], "code": "c"})
    assert_page(login.relay_raw("relayed", "", body), 400)


def test_another_code_than_the_callback_recorded_is_refused(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    begun, other = login.begun("relayed"), login.begun("relayed")
    answer = login.relayed("relayed", login.browse(begun))
    swapped = login.browse(other)["code"]
    assert_refused(login.exchange("relayed", begun, {"code": swapped}), "invalid_grant")
    assert provider.token_requests == []
    assert login.exchange("relayed", begun, answer).status == 200


def test_a_code_that_came_round_the_callback_is_refused(login: LoginInHand) -> None:
    begun = login.begun("relayed")
    assert_refused(login.exchange("relayed", begun, login.browse(begun)), "invalid_grant")


def test_what_apple_tells_once_is_given_once(login: LoginInHand) -> None:
    begun = login.begun("posted")
    assert "response_mode=form_post" in begun["authorization_url"]
    posted = {**login.browse(begun), "user": json.dumps(USER)}
    answer = login.relayed("posted", posted, "POST")
    assert "user" not in answer
    first, again = (login.exchange("posted", begun, answer) for _ in range(2))
    assert first.status == 200, first
    assert first.body["user"] == USER
    assert again.headers["Latchkey-Replayed"] == "true"
    assert again.body["user"] == USER


@pytest.mark.parametrize("user", ["no JSON", "[]", ""])
def test_a_user_that_cannot_be_read_is_left_out(login: LoginInHand, user: str) -> None:
    begun = login.begun("posted")
    answer = login.relayed("posted", {**login.browse(begun), "user": user}, "POST")
    assert "user" not in login.exchange("posted", begun, answer).body


def test_nothing_of_a_sign_in_is_logged_whether_it_goes_well_or_not(login: LoginInHand) -> None:
    handler = telemetry._logger.registered_handler
    assert isinstance(handler, StreamHandler)
    log = StringIO()
    before = handler.setStream(log)
    try:
        begun = login.begun("posted", code_challenge=CHALLENGE, login_hint="alice@example")
        posted = {**login.browse(begun), "user": json.dumps(USER)}
        login.relay("posted", {**posted, "iss": "https://wrong.example"}, "POST")
        answer = login.relayed("posted", posted, "POST")
        login.relay("posted", posted, "POST")
        for verifier in ("", "w" * 43, VERIFIER):
            login.exchange("posted", begun, answer, code_verifier=verifier)
        form = {"grant_type": answer["code"], "client_secret": ""}
        login.post("token_exchange", "POST /oauth2/token", form)
    finally:
        handler.setStream(before)
    assert '"refused"' in log.getvalue()
    secret = [begun["state"], begun["nonce"], begun["login_session"], answer["code"]]
    secret += [VERIFIER, CHALLENGE, "w" * 43, "alice@example", "firstName"]
    assert [each for each in secret if each in log.getvalue()] == []
