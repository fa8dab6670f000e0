"""What the embedded provider lets through to its login page, and what it sends back."""

import pytest

from tests.local.provider_client import ISSUER, PUBLIC, ProviderClient, redirect_parameters


def test_a_sign_in_brings_code_state_and_issuer(provider: ProviderClient) -> None:
    answer = redirect_parameters(provider.login(provider.request()))
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("a state", ISSUER)


def test_the_login_page_carries_the_request_along(provider: ProviderClient) -> None:
    page = provider.authorize(state='"><script>', login_hint="bob")
    assert page.status_code == 200
    assert 'name="state" value="&#34;&gt;&lt;script&gt;"' in page.text
    assert 'name="username" value="bob"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_request_may_come_by_post(provider: ProviderClient) -> None:
    assert "password" in provider.post("/authorize", data=provider.request()).text


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": "A" * 42},
        {"code_challenge": "A" * 44},
        {"code_challenge": "~" * 43},
    ],
)
@pytest.mark.parametrize("door", ["authorize", "login"])
def test_no_sign_in_without_an_s256_challenge(
    provider: ProviderClient, changes: dict[str, str | None], door: str
) -> None:
    request = provider.request(PUBLIC, **changes)
    response = (
        provider.login(request)
        if door == "login"
        else provider.get("/authorize", query_string=request)
    )
    answer = redirect_parameters(response)
    assert answer.keys() == {"error", "error_description", "state", "iss"}
    assert answer["error"] == "invalid_request"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        None,
        "",
        "com.example:/callback/",
        "com.example:/callback?x=1",
        "com.example:/call",
        "com.example:/Callback",
        "com.example:/callback#",
        "com.example.public:/callback",
        "https://evil.example/\u201c",
    ],
)
@pytest.mark.parametrize("door", ["authorize", "login"])
def test_an_unregistered_redirect_uri_gets_a_page_and_no_redirect(
    provider: ProviderClient, redirect_uri: str | None, door: str
) -> None:
    request = provider.request(redirect_uri=redirect_uri)
    response = (
        provider.login(request)
        if door == "login"
        else provider.get("/authorize", query_string=request)
    )
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "has not registered this redirect_uri" in response.text


@pytest.mark.parametrize("client_id", [None, "", "nobody"])
def test_an_unknown_client_gets_a_page(provider: ProviderClient, client_id: str | None) -> None:
    response = provider.authorize(client_id=client_id)
    assert response.status_code == 400
    assert "Nobody has registered this client_id" in response.text


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge", "redirect_uri"])
def test_a_parameter_given_twice_gets_a_page(provider: ProviderClient, name: str) -> None:
    request = provider.request()
    response = provider.get("/authorize", query_string=[*request.items(), (name, request[name])])
    assert response.status_code == 400
    assert f"appears more than once: {name}." in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_what_it_does_not_do_it_refuses(
    provider: ProviderClient, changes: dict[str, str | None], error: str
) -> None:
    answer = redirect_parameters(provider.authorize(**changes))
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state", ISSUER)
    assert "code" not in answer


@pytest.mark.parametrize(
    ("username", "password"), [("alice", "builder"), ("alice", ""), ("mallory", "wonderland")]
)
def test_a_wrong_password_shows_the_page_again(
    provider: ProviderClient, username: str, password: str
) -> None:
    response = provider.login(provider.request(), username, password or "?")
    assert response.status_code == 403
    assert "Wrong username or password." in response.text
    assert "wonderland" not in response.text.partition("<footer>")[0]


def test_a_user_may_cancel(provider: ProviderClient) -> None:
    response = provider.post("/login", data=provider.request() | {"cancel": "1"})
    answer = redirect_parameters(response)
    assert (answer["error"], answer["iss"]) == ("access_denied", ISSUER)


def test_discovery_says_what_it_does(provider: ProviderClient) -> None:
    metadata = provider.get("/.well-known/openid-configuration").get_json()
    assert metadata["issuer"] == ISSUER
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["request_uri_parameter_supported"] is False


def test_it_answers_to_no_other_name(provider: ProviderClient) -> None:
    response = provider.get("/jwks", headers={"Host": "evil.example"})
    assert response.status_code == 421
