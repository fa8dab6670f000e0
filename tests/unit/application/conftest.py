"""A relying party over fakes, as ``bootstrap`` builds it over adapters."""

import pytest

from relying_party.application.verify_token import VerifyToken
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from tests.fakes import EXAMPLE, FakeSecrets, Fleet
from tests.tokens import CLIENT_ID, signing_key


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(signing_key())


@pytest.fixture
def client() -> Client:
    return Client(
        "app",
        EXAMPLE,
        CLIENT_ID,
        redirect_uris=("com.example.app:/cb",),
        authentication=AuthenticationMethod.CLIENT_SECRET_BASIC,
        secret_name="app",
    )


@pytest.fixture
def verify(fleet: Fleet) -> VerifyToken:
    return VerifyToken({EXAMPLE.name: fleet.container()}, fleet.clock, FakeSecrets(app="s3cret"))
