"""POST /oauth2/token and the metadata that leads libraries there."""

import pytest

from tests.integration.functions.answers import assert_refused
from tests.integration.functions.harness import EXCHANGE, Answer
from tests.integration.functions.login_in_hand import LoginInHand, discover
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand

METADATA = "GET /clients/{client}/.well-known/openid-configuration"
MEMBERS = {"access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"}


@pytest.fixture
def form(phone: PhoneInHand) -> dict[str, str]:
    """What a library sends: nonce is its own to compare."""
    sent = {**phone.signed_in.form, "grant_type": "authorization_code"}
    del sent["nonce"]
    return sent


def token(login: LoginInHand, form: dict[str, str], **headers: str) -> Answer:
    return login.post(EXCHANGE, "POST /oauth2/token", form, **headers)


def test_a_library_signs_in_and_refreshes(login: LoginInHand, form: dict[str, str]) -> None:
    tokens = token(login, {**form, "resource": "ignored", "scope": ""})
    assert (tokens.status, set(tokens.body)) == (200, MEMBERS)
    refresh = {"grant_type": "refresh_token", "client_id": "demo-app"}
    refreshed = token(login, {**refresh, "refresh_token": tokens.body["refresh_token"]})
    assert (refreshed.status, set(refreshed.body)) == (200, MEMBERS)
    assert refreshed.body["refresh_token"] != tokens.body["refresh_token"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_secret": "s"}, "invalid_client"),
        ({"client_assertion": "s"}, "invalid_client"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"client_id": "allowing-app", "code_verifier": ""}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_told_before_the_code_is_spent(
    login: LoginInHand,
    form: dict[str, str],
    provider: ObservedProvider,
    changes: dict[str, str],
    error: str,
) -> None:
    assert_refused(token(login, {**form, **changes}), error)
    assert provider.token_requests == []


def test_an_empty_secret_is_none(login: LoginInHand, form: dict[str, str]) -> None:
    assert token(login, {**form, "client_secret": ""}).status == 200


def test_credentials_in_the_header_are_challenged(login: LoginInHand, form: dict[str, str]) -> None:
    answer = token(login, form, authorization="Basic ZGVtby1hcHA6")
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == "Basic"


def test_json_is_no_form(login: LoginInHand, form: dict[str, str]) -> None:
    answer = token(login, form, **{"content-type": "application/json"})
    assert_refused(answer, "invalid_request")


def test_the_metadata_is_the_providers_with_our_two_endpoints(
    login: LoginInHand, provider: ObservedProvider
) -> None:
    answer = login.get(METADATA, pathParameters={"client": "demo"})
    theirs = discover(provider)
    kept = ["issuer", "authorization_endpoint", "jwks_uri", "userinfo_endpoint"]
    kept += ["scopes_supported", "claims_supported"]
    assert answer.body == {
        **{name: theirs[name] for name in kept},
        "authorization_response_iss_parameter_supported": True,
        "token_endpoint": "https://api.example/oauth2/token",
        "revocation_endpoint": "https://api.example/oauth2/revoke",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
    }


def test_our_own_name_is_the_gateways_and_never_the_callers(
    login: LoginInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    answer = login.get(METADATA, pathParameters={"client": "demo"})
    assert answer.body["token_endpoint"] == "https://gateway.example/oauth2/token"


def test_an_unknown_client_has_no_metadata(login: LoginInHand) -> None:
    assert_refused(login.get(METADATA, pathParameters={"client": "nobody"}), "invalid_client")
