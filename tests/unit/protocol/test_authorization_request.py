"""The URL that an app opens: what is in it, and what nobody can put there."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidRequest, InvalidScope, OAuthError
from relying_party.protocol.authorization_request import (
    RESERVED,
    Asked,
    SignInKeys,
    build_authorization_url,
    parameters_for,
    require_asked,
)
from relying_party.protocol.client import Client
from relying_party.protocol.profiles import PROFILES
from tests.fakes import EXAMPLE

KEYS = SignInKeys("state-1", "nonce-1", "challenge-1")
CLIENT = Client("app", EXAMPLE, "app-id", scopes=("profile", "email"))
ENDPOINT = "https://issuer.example/authorize"


def of_profile(name: str, **changes: object) -> Client:
    issuer = EXAMPLE._replace(profile=PROFILES[name])
    return replace(CLIENT, issuer=issuer, **changes)  # type: ignore[arg-type]


def query(client: Client, asked: Asked, endpoint: str = ENDPOINT) -> dict[str, str]:
    asked = require_asked(client, asked)
    url = build_authorization_url(endpoint, client, asked, KEYS, "app.example:/cb?x=1&y")
    pairs = parse_qsl(urlsplit(url).query)
    assert len(dict(pairs)) == len(pairs), "a parameter twice"
    return dict(pairs)


def test_it_is_a_code_request_bound_by_state_nonce_and_challenge() -> None:
    assert query(CLIENT, Asked()) == {
        "response_type": "code",
        "client_id": "app-id",
        "redirect_uri": "app.example:/cb?x=1&y",
        "scope": "openid profile email",
        "state": "state-1",
        "nonce": "nonce-1",
        "code_challenge": "challenge-1",
        "code_challenge_method": "S256",
    }


def test_an_endpoint_keeps_its_query() -> None:
    assert query(CLIENT, Asked(), f"{ENDPOINT}?p=flow")["p"] == "flow"


@pytest.mark.parametrize(
    ("scope", "sent"),
    [
        ("email", "openid email"),
        ("profile openid", "openid profile"),
        ("openid email profile", "openid email profile"),
    ],
)
def test_an_app_may_ask_for_all_or_less(scope: str, sent: str) -> None:
    assert query(CLIENT, Asked(scope))["scope"] == sent


@pytest.mark.parametrize("scope", ["admin", "email admin", "offline_access"])
def test_an_app_may_not_ask_for_more(scope: str) -> None:
    with pytest.raises(InvalidScope):
        require_asked(CLIENT, Asked(scope))


def test_offline_access_is_asked_for_as_the_provider_wants_it() -> None:
    generic, google = replace(CLIENT, offline=True), of_profile("google", offline=True)
    assert query(generic, Asked())["scope"] == "openid profile email offline_access"
    sent = query(google, Asked())
    assert (sent["access_type"], sent["prompt"]) == ("offline", "consent")
    assert "access_type" not in query(of_profile("google"), Asked())


def test_what_the_app_asks_for_goes_before_the_profile() -> None:
    silent = Asked(parameters={"prompt": "none"})
    assert query(of_profile("google", offline=True), silent)["prompt"] == "none"


def test_form_post_is_asked_for_where_nothing_else_is_answered() -> None:
    apple = of_profile("apple", uses_callback=True)
    assert query(apple, Asked())["response_mode"] == "form_post"
    assert "response_mode" not in query(apple, Asked("openid"))
    with pytest.raises(InvalidRequest):
        require_asked(replace(apple, uses_callback=False), Asked())


def test_an_app_may_ask_what_every_provider_understands() -> None:
    standard = {"prompt", "max_age", "acr_values", "login_hint", "ui_locales"}

    assert parameters_for(CLIENT) == standard


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_list_of_extra_parameters_opens_what_the_sign_in_hangs_on(name: str) -> None:
    client = replace(CLIENT, extra_parameters=frozenset({name, "audience"}))
    assert parameters_for(client) - parameters_for(CLIENT) == {"audience"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"prompt": "none consent"},
        {"max_age": "soon"},
        {"login_hint": "x" * 1025},
        {"login_hint": "a\r\nb"},
        {"audience": "\x00"},
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        require_asked(CLIENT, Asked(parameters=parameters))


@pytest.mark.parametrize(
    "parameters", [{"login_hint": "x" * 1024}, {"prompt": "login consent"}, {"prompt": "none"}]
)
def test_what_is_just_within_the_rules_is_passed_on(parameters: dict[str, str]) -> None:
    assert query(CLIENT, Asked(parameters=parameters)).items() >= parameters.items()


@given(st.dictionaries(st.sampled_from(["login_hint", "acr_values", "ui_locales"]), st.text()))
def test_whatever_an_app_passes_on_arrives_as_that_and_nothing_else(
    parameters: dict[str, str],
) -> None:
    try:
        sent = query(CLIENT, Asked(parameters=parameters))
    except OAuthError:
        return
    assert sent == {**query(CLIENT, Asked()), **{k: v for k, v in parameters.items() if v}}
