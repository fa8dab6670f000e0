"""A provider that fails: nobody is signed out over it, and it is not asked twice."""

from collections.abc import Mapping

import pytest

from local.server import WsgiApplication
from tests.integration.functions.answers import assert_problem, assert_refused
from tests.integration.functions.harness import EXCHANGE, REFRESH, Answer, Functions, sample
from tests.integration.functions.observed_provider import (
    JWKS,
    METADATA,
    TOKEN,
    ObservedProvider,
    answer_with,
    answer_with_json,
    drop,
)
from tests.integration.functions.phone_in_hand import PhoneInHand

HTML = b"<html>We'll be back soon</html>"

UNUSABLE: Mapping[str, WsgiApplication] = {
    "html_as_200": answer_with(200, HTML),
    "html_as_400": answer_with(400, HTML),
    "html_as_500": answer_with(500, HTML),
    "html_as_502": answer_with(502, HTML),
    "html_as_503": answer_with(503, HTML),
    "redirect": answer_with(302, b"", Location="/token2"),
    "array": answer_with_json([]),
    "empty_object": answer_with_json({}),
    "no_content": answer_with(204, b""),
    "no_access_token": answer_with_json({"token_type": "Bearer"}),
    "access_token_is_null": answer_with_json({"access_token": None, "token_type": "Bearer"}),
    "no_token_type": answer_with_json({"access_token": "a"}),
    "refresh_token_is_a_number": answer_with_json(
        {"access_token": "a", "token_type": "Bearer", "refresh_token": 7}
    ),
    "invalid_grant_as_500": answer_with_json({"error": "invalid_grant"}, 500),
    "server_error": answer_with_json({"error": "server_error"}, 400),
    "error_of_its_own": answer_with_json({"error": "E1234"}, 400),
    "error_is_no_string": answer_with_json({"error": ["invalid_grant"]}, 400),
}
BLAMES_US = ["invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type"]
ABOUT_THE_GRANT = [
    "invalid_grant",
    "invalid_scope",
    "interaction_required",
    "login_required",
    "consent_required",
]


class GoodRequest:
    """A request that nothing is wrong with; before a refresh there was a sign-in."""

    def __init__(
        self, door: str, functions: Functions, phone: PhoneInHand, provider: ObservedProvider
    ) -> None:
        self._door = door
        self._functions = functions
        self._event = sample(door, "200_form", phone)
        self._provider = provider
        self._asked_before = provider.count(TOKEN)

    def send(self, seconds: float = 20.0) -> Answer:
        return self._functions.post(self._door, self._event, seconds)

    def send_to(self, token_endpoint: WsgiApplication, seconds: float = 20.0) -> Answer:
        self._provider.instead[TOKEN] = token_endpoint
        return self.send(seconds)

    @property
    def asked(self) -> int:
        """How often the token endpoint got it."""
        return self._provider.count(TOKEN) - self._asked_before


@pytest.fixture(params=[EXCHANGE, REFRESH])
def good(
    request: pytest.FixtureRequest,
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
) -> GoodRequest:
    return GoodRequest(str(request.param), functions, phone, provider)


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_an_answer_that_is_no_use_is_a_502(good: GoodRequest, answer: WsgiApplication) -> None:
    assert_problem(good.send_to(answer), 502, "issuer_failed")
    assert good.asked == 1


@pytest.mark.parametrize("error", BLAMES_US)
def test_what_the_provider_says_about_us_is_not_the_apps_fault(
    good: GoodRequest, error: str
) -> None:
    refusal = answer_with_json({"error": error}, 401 if error == "invalid_client" else 400)
    assert_problem(good.send_to(refusal), 502, "issuer_refused_us")


@pytest.mark.parametrize("error", ABOUT_THE_GRANT)
def test_what_the_provider_says_about_the_grant_is_passed_on_in_our_own_words(
    good: GoodRequest, error: str
) -> None:
    document = {"error": error, "error_description": "<b>its words</b>", "error_uri": "https://x"}
    answer = good.send_to(answer_with_json(document, 400))
    assert_refused(answer, error)
    assert "its words" not in str(answer.body)


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_says_when_to_come_back_has_not_done_anything(
    good: GoodRequest, provider: ObservedProvider, status: int
) -> None:
    answer = good.send_to(answer_with(status, HTML, Retry_After="7"))
    assert_problem(answer, 503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "7"
    provider.instead.clear()
    assert good.send().status == 200


def test_a_dropped_connection_leaves_the_outcome_unknown(good: GoodRequest) -> None:
    assert_problem(good.send_to(drop), 504, "no_answer")
    assert good.asked == 1, "what may have been carried out was sent again"


def test_a_provider_that_does_not_answer_is_left_in_time(
    good: GoodRequest, provider: ObservedProvider
) -> None:
    assert_problem(good.send_to(provider.stall, seconds=5.5), 504, "no_answer")
    assert good.asked == 1


@pytest.mark.parametrize("seconds", [0.2, 1.0, 1.5])
def test_with_no_time_left_nothing_is_sent(
    good: GoodRequest, provider: ObservedProvider, seconds: float
) -> None:
    good.send_to(answer_with(429, HTML))  # the keys and the secret are at hand now
    provider.instead.clear()
    assert_problem(good.send(seconds), 503, "temporarily_unavailable")
    assert good.asked == 1
    assert good.send().status == 200


@pytest.mark.parametrize("document", [METADATA, JWKS])
def test_without_keys_to_judge_the_answer_by_the_code_is_kept(
    functions: Functions, phone: PhoneInHand, provider: ObservedProvider, document: str
) -> None:
    event = sample(EXCHANGE, "200_form", phone)
    provider.instead[document] = answer_with(500, HTML)
    assert_problem(functions.post(EXCHANGE, event), 503, "temporarily_unavailable")
    assert provider.token_requests == []


def test_without_our_secret_the_code_is_kept(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_PREFIX", "nothing/here/")
    event = sample(EXCHANGE, "200_form", phone)
    assert_problem(functions.post(EXCHANGE, event), 503, "temporarily_unavailable")
    assert provider.token_requests == []


def test_without_the_table_an_exchange_goes_on(
    functions: Functions, phone: PhoneInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYS_TABLE", "NoSuchTable")
    assert functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone)).status == 200


def test_a_fault_of_our_own_is_a_500_that_says_nothing(
    functions: Functions, phone: PhoneInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("what the fault was")

    functions.invoke(EXCHANGE, sample(EXCHANGE, "400_body_missing", {}))
    monkeypatch.setattr("functions.token_exchange.app.exchange_code", fail)
    answer = functions.post(EXCHANGE, sample(EXCHANGE, "200_form", phone))
    assert_problem(answer, 500, "internal_error")
    assert "what the fault was" not in str(answer.body)
