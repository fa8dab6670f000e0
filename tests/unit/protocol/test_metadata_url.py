"""Where an issuer's metadata is: its path is kept, a slash is not doubled (Discovery §4.1)."""

import pytest

from relying_party.protocol.issuer import Issuer


@pytest.mark.parametrize(
    "issuer", ["https://a.example", "https://a.example/X", "https://a.example/x.X"]
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_well_known_path_follows_the_issuer(issuer: str, slash: str) -> None:
    url = Issuer("a", issuer + slash).metadata_url

    assert url == f"{issuer}/.well-known/openid-configuration"
