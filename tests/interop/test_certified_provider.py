"""The whole of it against a certified provider: what apps do, and what they may not."""

from typing import Any

import pytest
import requests

from local.stack import RunningStack
from tests.interop.certified_provider import CertifiedProvider
from tests.tokens import signing_key, tampered

CLIENT_IDS = ["demo-app", "demo-native-app", "demo-signing-app"]


@pytest.fixture
def post(stack: RunningStack) -> Any:
    """Post a form to one of our doors."""

    def post(path: str, **form: str) -> requests.Response:
        return requests.post(f"{stack.url}{path}", form, timeout=30)

    return post


def exchanged(post: Any, provider: CertifiedProvider, client_id: str) -> dict[str, str]:
    answer: requests.Response = post("/token/exchange", **provider.sign_in(client_id).form)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


def verdict(post: Any, client_id: str, id_token: str) -> tuple[int, str]:
    answer = post("/token/verify", client_id=client_id, token=id_token)
    body = answer.json()
    return answer.status_code, body["claims"]["sub"] if answer.ok else body["reason"]


def test_the_provider_insists_on_pkce(provider: CertifiedProvider) -> None:
    """Otherwise nothing below would prove anything about it."""
    assert provider.authorize("demo-app", nonce="any")["error"] == "invalid_request"


@pytest.mark.parametrize("client_id", ["demo-app", "demo-signing-app"])
def test_the_provider_insists_on_the_clients_proof(
    provider: CertifiedProvider, client_id: str
) -> None:
    """As above: without it a public client's request would have done."""
    form = {"grant_type": "authorization_code", **provider.sign_in(client_id).form}
    answer = requests.post(f"{provider.url}/token", form, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("client_id", CLIENT_IDS)
def test_a_sign_in_ends_in_an_id_token_that_is_believed(
    post: Any, provider: CertifiedProvider, client_id: str
) -> None:
    tokens = exchanged(post, provider, client_id)
    assert verdict(post, client_id, tokens["id_token"]) == (200, "alice")
    assert verdict(post, client_id, tampered(tokens["id_token"])) == (401, "bad_signature")


@pytest.mark.parametrize("client_id", CLIENT_IDS)
def test_an_id_token_is_nobody_elses(
    post: Any, provider: CertifiedProvider, client_id: str
) -> None:
    id_token = exchanged(post, provider, client_id)["id_token"]
    for other in set(CLIENT_IDS) - {client_id}:
        assert verdict(post, other, id_token) == (401, "wrong_audience")


@pytest.mark.parametrize("client_id", CLIENT_IDS)
def test_a_refresh_rotates_the_refresh_token_and_brings_a_good_id_token(
    post: Any, provider: CertifiedProvider, client_id: str
) -> None:
    tokens = exchanged(post, provider, client_id)
    seen = {tokens["refresh_token"]}
    for _ in range(2):
        refresh_token = tokens["refresh_token"]
        answer = post("/token/refresh", client_id=client_id, refresh_token=refresh_token)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        assert verdict(post, client_id, tokens["id_token"]) == (200, "alice")
        seen.add(tokens["refresh_token"])
    assert len(seen) == 3


def test_an_old_refresh_token_ends_the_sign_in_where_nothing_is_replayed(
    post: Any, provider: CertifiedProvider
) -> None:
    def refresh(refresh_token: str) -> requests.Response:
        answer: requests.Response = post(
            "/token/refresh", client_id="demo-native-app", refresh_token=refresh_token
        )
        return answer

    first = exchanged(post, provider, "demo-native-app")["refresh_token"]
    second = refresh(first).json()["refresh_token"]
    for no_longer_good in (first, second):
        answer = refresh(no_longer_good)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("client_id", CLIENT_IDS)
def test_a_code_is_no_good_without_its_verifier(
    post: Any, provider: CertifiedProvider, client_id: str
) -> None:
    form = {**provider.sign_in(client_id).form, "code_verifier": "another-verifier" * 4}
    answer = post("/token/exchange", **form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_good_once_where_nothing_is_replayed(
    post: Any, provider: CertifiedProvider
) -> None:
    form = provider.sign_in("demo-native-app").form
    assert post("/token/exchange", **form).status_code == 200
    answer = post("/token/exchange", **form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_of_one_app_is_no_good_to_another(post: Any, provider: CertifiedProvider) -> None:
    form = provider.sign_in("demo-native-app").form
    form |= {"client_id": "demo-app", "redirect_uri": "com.example.demo:/callback"}
    answer = post("/token/exchange", **form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_keys_are_rotated_without_anybody_being_signed_out(
    post: Any, provider: CertifiedProvider
) -> None:
    first, second = signing_key(kid="first"), signing_key(kid="second", number=1)
    before = exchanged(post, provider, "demo-app")["id_token"]
    provider.stop()
    provider.start(second, first)
    after = exchanged(post, provider, "demo-app")["id_token"]
    for id_token in (after, before):
        assert verdict(post, "demo-app", id_token) == (200, "alice")
    assert len({id_token.partition(".")[0] for id_token in (after, before)}) == 2
