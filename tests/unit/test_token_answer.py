"""The token response as the doors say it."""

import pytest

from relying_party.application.grant_flow import GrantedTokens
from relying_party.protocol.token_endpoint import TokenResponse
from relying_party.token_answer import build_token_answer

RESPONSE = TokenResponse({"access_token": "at", "token_type": "Bearer"})


@pytest.mark.parametrize(
    ("replayed", "headers"), [(True, {"Latchkey-Replayed": "true"}), (False, {})]
)
def test_a_replay_says_so_in_a_header(*, replayed: bool, headers: dict[str, str]) -> None:
    answer = build_token_answer(GrantedTokens(RESPONSE, None, replayed))
    assert answer.headers == headers


@pytest.mark.parametrize("identity", [None, {"id": "1"}])
def test_the_identity_stands_beside_the_standard_members(identity: dict[str, str] | None) -> None:
    answer = build_token_answer(GrantedTokens(RESPONSE, None), identity=identity)
    assert answer.body == {**RESPONSE.members, "identity": identity}
