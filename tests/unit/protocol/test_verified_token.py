"""What was verified may be handed out again, so who changes it gets a copy."""

from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.tokens import CLIENT_ID, ISSUER, id_token_claims


def said() -> dict[str, object]:
    return id_token_claims(address={"lines": [["1 Example Street"]]}, aud=[CLIENT_ID])


def test_a_caller_may_do_with_its_own_claims_as_it_likes() -> None:
    verified = VerifiedToken(TokenUse.ID_TOKEN, ISSUER, "app", said())
    own = verified.own_claims()
    assert own == verified.claims

    own["sub"] = "changed"
    own["aud"].append("changed")
    own["address"]["lines"][0].append("changed")
    own["address"]["changed"] = True
    assert verified.claims == said()


def test_what_the_token_says_is_not_shown_with_it() -> None:
    verified = VerifiedToken(TokenUse.ID_TOKEN, ISSUER, "app", said())
    assert "Example Street" not in repr(verified)
