"""A verified token as each door says it."""

from typing import Any

import pytest

from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from relying_party.verdict import build_authorizer_context, build_introspection, build_verdict
from tests.tokens import ISSUER, SUBJECT


def verified(**claims: Any) -> VerifiedToken:
    members = {"iss": "issuer.example", "sub": SUBJECT, **claims}
    return VerifiedToken(TokenUse.ACCESS_TOKEN, ISSUER, "app", members)


def test_a_verdict_names_the_canonical_issuer_beside_what_the_token_claims() -> None:
    assert build_verdict(verified()) == {
        "active": True,
        "token_use": "access_token",
        "issuer": ISSUER,
        "client": "app",
        "claims": {"iss": "issuer.example", "sub": SUBJECT},
    }


def test_introspection_has_the_claims_at_the_top_and_the_last_word_about_them() -> None:
    assert build_introspection(verified(active=False, token_type="mac", scope="a")) == {
        "iss": "issuer.example",
        "sub": SUBJECT,
        "scope": "a",
        "active": True,
        "token_type": "Bearer",
    }


@pytest.mark.parametrize(
    ("claim", "carried"),
    [
        ("text", "text"),
        ("", ""),
        (7, 7),
        (0.5, 0.5),
        (True, True),
        (["a", "b"], "a b"),
        ([], ""),
    ],
)
def test_what_api_gateway_can_carry_is_carried(claim: Any, carried: Any) -> None:
    assert build_authorizer_context(verified(claim=claim))["claim"] == carried


@pytest.mark.parametrize("claim", [None, {"a": 1}, ["a", 1], [["a"]], [None]], ids=str)
def test_what_it_cannot_carry_is_left_out(claim: Any) -> None:
    assert "claim" not in build_authorizer_context(verified(claim=claim))


def test_client_and_issuer_are_ours_whatever_the_token_claims() -> None:
    context = build_authorizer_context(verified(client="another", issuer="another"))
    assert (context["client"], context["issuer"]) == ("app", ISSUER)
