"""The whole of it against canaille, an independent provider that is written in Python."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from local.stack import ROOT, RunningStack, start_stack
from relying_party.protocol import base64url
from relying_party.protocol.json_object import parse_json_object
from tests.interop.browser import Browser
from tests.interop.certified_provider import SECRET
from tests.interop.process import HOST, free_port, start, stop
from tests.tokens import signing_key, tampered

Post = Callable[..., requests.Response]

FOLDER = Path(__file__).parent
PYTHON = ROOT / os.environ.get("CANAILLE_VENV", ".venv-canaille") / "bin" / "python"
CLIENT_ID = "demo-canaille-app"
APP = "com.example.canaille:/callback"
CLIENT = {
    "client_id": CLIENT_ID,
    "client_secret": SECRET,
    "client_name": "Demo",
    "redirect_uris": [APP],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": ["openid"],
    "token_endpoint_auth_method": "client_secret_post",
}
PASSWORD = "correct horse battery"
USER = {
    "user_name": "alice",
    "family_name": "Adams",
    "formatted_name": "Alice Adams",
    "emails": ["alice@example.com"],
    "password": PASSWORD,
}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (PYTHON.parent.parent / ".installed-canaille").exists():
        # Where everything has to be proven, a test that is left out is a failure
        reason = "canaille is not installed: run `make test`"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    port = free_port()
    database = tmp_path_factory.mktemp("canaille") / "canaille.sqlite"
    configuration = {"port": port, "database": str(database), "user": USER, "client": CLIENT}
    configuration["key"] = signing_key(kid="canaille").private_jwk
    process = start([str(PYTHON), str(FOLDER / "canaille_server.py")], configuration)
    yield f"http://{HOST}:{port}"
    stop(process)


@pytest.fixture(scope="module")
def stack(issuer: str) -> Iterator[RunningStack]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CANAILLE_ISSUER", issuer)
        environment.setenv("CLIENT_SECRET_DEMO_CANAILLE_APP", SECRET)
        with start_stack(0, FOLDER / "canaille.toml", lambda _: None) as stack:
            yield stack


@pytest.fixture
def post(stack: RunningStack) -> Post:
    """Post a form to one of our doors."""

    def post(path: str, **form: str) -> requests.Response:
        return requests.post(f"{stack.url}{path}", {"client_id": CLIENT_ID, **form}, timeout=30)

    return post


def wait_for_another_second() -> None:
    """It answers 500 where a user's second token of one second would be the same as the first."""
    time.sleep(1.01 - time.time() % 1)


def sign_in(post: Post) -> tuple[dict[str, str], dict[str, str]]:
    """Return what /login answered, and what the exchange takes."""
    begun: dict[str, str] = post("/login", redirect_uri=APP).json()
    browser = Browser({"login": "alice", "password": PASSWORD, "answer": "accept"})
    link = browser.follow(begun["authorization_url"], APP).url
    answer = dict(parse_qsl(urlsplit(link).query))
    return begun, {**answer, "login_session": begun["login_session"]}


def exchanged(post: Post) -> tuple[dict[str, str], dict[str, str]]:
    """Return what /login answered, and the tokens."""
    begun, form = sign_in(post)
    wait_for_another_second()
    answer = post("/token/exchange", **form)
    assert answer.status_code == 200, answer.text
    return begun, answer.json()


def claims_of(id_token: str) -> dict[str, object]:
    return dict(parse_json_object(base64url.parse_base64url(id_token.split(".")[1])))


def test_a_sign_in_ends_in_an_id_token_that_is_believed(post: Post) -> None:
    begun, tokens = exchanged(post)
    id_token = tokens["id_token"]
    good = post("/token/verify", token=id_token, nonce=begun["nonce"])
    assert good.json()["claims"]["sub"] == "alice"
    bad = post("/token/verify", token=tampered(id_token), nonce=begun["nonce"])
    assert (bad.status_code, bad.json()["reason"]) == (401, "bad_signature")


def test_an_audience_that_is_a_list_of_one_is_our_own(post: Post) -> None:
    _, tokens = exchanged(post)
    assert claims_of(tokens["id_token"])["aud"] == [CLIENT_ID]
    assert post("/token/verify", token=tokens["id_token"]).json()["claims"]["aud"] == [CLIENT_ID]


def test_a_refresh_rotates_the_refresh_token(post: Post) -> None:
    _, tokens = exchanged(post)
    wait_for_another_second()
    answer = post("/token/refresh", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    refreshed = answer.json()
    assert refreshed["access_token"] != tokens["access_token"]
    assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_a_code_is_no_good_without_its_verifier(post: Post, issuer: str) -> None:
    """The provider insists; otherwise nothing above would prove anything about PKCE."""
    _, form = sign_in(post)
    request = {"grant_type": "authorization_code", "code": form["code"], "redirect_uri": APP}
    wrong = {**request, "code_verifier": "another-verifier" * 4}
    credentials = {"client_id": CLIENT_ID, "client_secret": SECRET}
    answer = requests.post(f"{issuer}/oauth/token", wrong | credentials, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
