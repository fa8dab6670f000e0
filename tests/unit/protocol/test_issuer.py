"""Where an issuer's metadata is, and under which name its keys are kept."""

from typing import Any

import pytest

from relying_party.protocol.issuer import Issuer
from tests.tokens import ISSUER


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        (ISSUER, f"{ISSUER}/.well-known/openid-configuration"),
        (f"{ISSUER}/", f"{ISSUER}/.well-known/openid-configuration"),
        (f"{ISSUER}/tenant", f"{ISSUER}/tenant/.well-known/openid-configuration"),
        (f"{ISSUER}/tenant/", f"{ISSUER}/tenant/.well-known/openid-configuration"),
    ],
)
def test_the_metadata_is_behind_the_issuer_with_one_slash(issuer: str, expected: str) -> None:
    assert Issuer("example", issuer).metadata_url == expected


def test_a_configured_discovery_url_wins() -> None:
    assert Issuer("example", ISSUER, discovery_url="https://x.example/d").metadata_url == (
        "https://x.example/d"
    )


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        ({}, True),
        ({"jwks_uri": "https://x.example/k"}, True),
        ({"token_endpoint": "https://x.example/t"}, True),
        ({"jwks_uri": "https://x.example/k", "token_endpoint": "https://x.example/t"}, False),
    ],
)
def test_discovery_is_needed_until_both_endpoints_are_configured(
    endpoints: dict[str, str], *, expected: bool
) -> None:
    assert Issuer("example", ISSUER, endpoints=endpoints).needs_discovery is expected


@pytest.mark.parametrize(
    ("iss", "expected"),
    [
        (ISSUER, True),
        ("https://alias.example", True),
        (f"{ISSUER}/", False),
        ("", False),
        (None, False),
        ([ISSUER], False),
        ({}, False),
        (1, False),
    ],
)
def test_an_issuer_goes_by_its_name_and_its_aliases(iss: Any, *, expected: bool) -> None:
    issuer = Issuer("example", ISSUER, aliases=frozenset({"https://alias.example"}))

    assert issuer.identifies_as(iss) is expected


def test_keys_of_another_source_or_issuer_are_kept_under_another_name() -> None:
    issuers = [
        Issuer("a", ISSUER),
        Issuer("a", f"{ISSUER}/"),
        Issuer("a", ISSUER, discovery_url="https://x.example/d"),
        Issuer("a", ISSUER, endpoints={"jwks_uri": "https://x.example/k"}),
    ]

    assert len({issuer.cache_key for issuer in issuers}) == len(issuers)
    assert Issuer("b", ISSUER).cache_key == issuers[0].cache_key
