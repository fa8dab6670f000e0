"""A profile's rules hang together: something always tells its access tokens from ID Tokens."""

import pytest

from relying_party.protocol import access_token_profile
from relying_party.protocol.access_token_profile import AccessTokenProfile

MARKS = {("token_use", "access"), ("typ", "Bearer")}
"""Claims that no ID Token has (Cognito, Keycloak)."""

READABLE = set(AccessTokenProfile) - {AccessTokenProfile.OPAQUE}


def test_every_profile_whose_tokens_can_be_read_has_rules() -> None:
    assert set(access_token_profile.RULES) == READABLE


@pytest.mark.parametrize("profile", sorted(READABLE))
def test_only_where_nothing_else_differs_the_audience_has_to(profile: AccessTokenProfile) -> None:
    rules = access_token_profile.RULES[profile]
    has_type_of_its_own = not rules.types & {None, "jwt", "application/jwt"}
    has_mark_of_its_own = bool(MARKS & set(rules.fixed.items()))

    assert rules.needs_own_audience is not (has_type_of_its_own or has_mark_of_its_own)
    assert rules.has_audience or has_mark_of_its_own
