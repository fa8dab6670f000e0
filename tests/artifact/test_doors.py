"""From the phone to the built functions and back, over the front of the local run."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from local.demo import Demo
from local.phone import Phone, SignIn
from local.provider.accounts import USERS
from local.stack import RunningStack
from tests.artifact.conftest import BuiltFunctions, StacksProvider
from tests.integration.functions.login_in_hand import LoginInHand
from tests.integration.functions.phone_in_hand import PhoneInHand

SECONDS = 35
CALLER = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-central-1/execute-api/"
    f"aws4_request, SignedHeaders=host, Signature={'0' * 64}"
}


@pytest.fixture
def http() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy leads to loopback
    return session


@pytest.fixture
def login(provider: StacksProvider, functions: BuiltFunctions) -> LoginInHand:
    return LoginInHand(provider, functions)


def test_the_demo_s_sign_in_refresh_verifications_and_refusals_are_all_as_they_must(
    stack: RunningStack, provider: StacksProvider
) -> None:
    demo = Demo(stack.url, provider.url)
    demo.tell()

    assert demo.story.conclude() == 0


def test_a_library_s_sign_in_is_introspected_refreshed_and_revoked(
    stack: RunningStack, provider: StacksProvider, http: requests.Session
) -> None:
    def post(path: str, form: dict[str, str], **headers: str) -> requests.Response:
        return http.post(stack.url + path, form, headers=headers, timeout=SECONDS)

    signed_in = sign_in(provider.url)
    code = {"grant_type": "authorization_code", **signed_in.form}
    first = post("/oauth2/token", {name: code[name] for name in code if name != "nonce"}).json()
    refresh = {"grant_type": "refresh_token", "client_id": signed_in.client_id}
    second = post("/oauth2/token", {**refresh, "refresh_token": first["refresh_token"]}).json()
    assert second["refresh_token"] != first["refresh_token"]

    access_token = {"token": second["access_token"]}
    assert post("/oauth2/introspect", access_token).status_code == 403
    assert post("/oauth2/introspect", access_token, **CALLER).json()["active"] is True

    known = {"client_id": signed_in.client_id, "token": second["refresh_token"]}
    assert post("/oauth2/revoke", known).status_code == 200
    last = post("/oauth2/token", {**refresh, "refresh_token": second["refresh_token"]})
    assert (last.status_code, last.json()["error"]) == (400, "invalid_grant")


def test_a_login_by_way_of_the_callback_is_exchanged(
    stack: RunningStack, login: LoginInHand, http: requests.Session
) -> None:
    app = {"client_id": "relayed-app", "redirect_uri": "com.example.relayed:/callback"}
    begun = http.post(f"{stack.url}/login", app, timeout=SECONDS).json()
    answer = login.browse(begun)

    relayed = http.get(
        f"{stack.url}/login/callback/relayed", params=answer, timeout=SECONDS, allow_redirects=False
    )
    link = relayed.headers["Location"]
    assert (relayed.status_code, link.partition("?")[0]) == (303, app["redirect_uri"])
    brought = dict(parse_qsl(urlsplit(link).query))
    exchange = {**app, **brought, "login_session": begun["login_session"], "nonce": begun["nonce"]}
    tokens = http.post(f"{stack.url}/token/exchange", exchange, timeout=SECONDS)
    assert tokens.status_code == 200, tokens.text
    assert tokens.json()["identity"]["sub"] == USERS[0].sub


def test_the_published_metadata_lead_to_our_own_doors(
    stack: RunningStack, provider: StacksProvider, http: requests.Session
) -> None:
    url = f"{stack.url}/clients/demo/.well-known/openid-configuration"
    metadata = http.get(url, timeout=SECONDS).json()

    assert metadata["issuer"] == provider.url
    assert metadata["token_endpoint"] == f"{stack.url}/oauth2/token"


def test_a_batch_is_answered_in_its_order(functions: BuiltFunctions, phone: PhoneInHand) -> None:
    asked = [
        {"client_id": "demo-app", "token": phone[name]}
        for name in ("id_token", "tampered_id_token", "expired_id_token", "id_token")
    ]
    answer = functions.invoke("token_verify", {"tokens": asked})

    assert [verdict["status"] for verdict in answer["verdicts"]] == [200, 401, 401, 200]


def test_purged_keys_are_fetched_anew_and_verify_again(
    functions: BuiltFunctions, phone: PhoneInHand
) -> None:
    event: dict[str, Any] = {"client_id": "demo-app", "token": phone["id_token"]}
    purged = functions.invoke("jwks_refresh", {"action": "purge", "issuer": "local"})

    assert purged["status"] == 200, purged
    assert functions.invoke("token_verify", event)["active"] is True


def sign_in(provider: str) -> SignIn:
    """Alice at the demo's app."""
    phone = Phone(provider, "demo-app", "com.example.demo:/callback")
    return phone.sign_in(USERS[0].username, USERS[0].password)
