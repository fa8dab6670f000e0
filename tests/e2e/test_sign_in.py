"""A real user's tokens, through every door that takes them."""

import pytest

from tests.e2e.api import Api
from tests.e2e.target import Target

SEE = "docs/errors.md; the function's log has the reason"


@pytest.fixture(scope="module")
def id_token(api: Api, request: pytest.FixtureRequest) -> str:
    given = api.target.given.get("ID_TOKEN")
    return given or str(request.getfixturevalue("tokens")["id_token"])


def test_the_id_token_is_good(api: Api, client_id: str, id_token: str) -> None:
    said = api.post("/token/verify", {"client_id": client_id, "token": id_token})

    expected = {"active": True, "token_use": "id_token", "client": api.target.client}
    said.must(200, expected, see=SEE)


def test_the_id_token_is_good_to_another_function_too(
    target: Target, client_id: str, id_token: str
) -> None:
    said = target.invoke("TokenVerifyFunction", {"token": id_token, "client_id": client_id})

    said.must("answered", {"status": 200, "active": True}, see=SEE)


def test_an_id_token_with_a_changed_signature_is_bad(
    api: Api, client_id: str, id_token: str
) -> None:
    head, _, signature = id_token.rpartition(".")
    forged = f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"

    said = api.post("/token/verify", {"client_id": client_id, "token": forged})

    said.must(401, {"reason": "bad_signature"}, see="SECURITY.md: tell us at once")


def test_a_refresh_that_is_sent_again_gets_the_same_tokens(
    api: Api, client_id: str, tokens: dict[str, str]
) -> None:
    """An answer may be lost on its way: docs/grants.md."""
    if "refresh_token" not in tokens:
        pytest.skip("not asked: the provider gave no refresh token (offline_access?)")
    if api.target.given.get("REPLAY_WINDOW") == "0":
        pytest.skip("not asked: REPLAY_WINDOW=0 says that this client's answers are not kept")
    form = {"client_id": client_id, "refresh_token": tokens["refresh_token"]}

    first = api.post("/token/refresh", form).must(200, see=SEE)
    second = api.post("/token/refresh", form).must(200, see="docs/grants.md")

    same = first.members["access_token"] == second.members["access_token"]
    replayed = second.headers.get("latchkey-replayed") == "true"
    expected = "the first answer again, with Latchkey-Replayed: true"
    second.require(holds=same and replayed, expected=expected, see="docs/grants.md")


def test_the_tokens_of_a_refresh_are_good(api: Api, client_id: str, tokens: dict[str, str]) -> None:
    said = api.post("/token/verify", {"client_id": client_id, "token": tokens["id_token"]})

    said.must(200, {"active": True}, see=SEE)
