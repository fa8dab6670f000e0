"""Facts of the providers that no fake of one would notice: how long things live, and where."""

import pytest

from relying_party.protocol.profiles import PROFILES

DAY = 24 * 60 * 60


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("generic", 90),
        ("google", 180),
        ("apple", 730),
        ("facebook", 90),
        ("line", 90),
        ("auth0", 365),
        ("mosaic", 14),
        ("okta", 90),
        ("entra", 90),
        ("cognito", 3650),
        ("keycloak", 90),
    ],
)
def test_a_grant_is_remembered_as_long_as_its_refresh_token_may_live(name: str, days: int) -> None:
    assert PROFILES[name].refresh_token_lifetime == days * DAY


def test_a_replaced_refresh_token_goes_on_at_okta_and_entra_alone() -> None:
    graces = {name: profile.rotation_grace for name, profile in PROFILES.items()}

    assert {name: grace for name, grace in graces.items() if grace} == {"okta": 30, "entra": 3600}


def test_facebook_s_own_endpoints_are_those_that_its_discovery_lacks() -> None:
    assert PROFILES["facebook"].endpoints == {
        "authorization_endpoint": "https://www.facebook.com/v24.0/dialog/oauth",
        "token_endpoint": "https://graph.facebook.com/v24.0/oauth/access_token",
    }
