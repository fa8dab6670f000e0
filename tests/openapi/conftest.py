"""The real functions behind the local front, with clients of every kind."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.configuration import Configuration, read_configuration
from local.dynamodb import Emulator
from local.intrinsics import ACCOUNT_ID, REGION
from local.template import Stack
from tests.integration.conftest import aws, emulator, stack
from tests.integration.functions.conftest import functions, provider, running_provider, secrets
from tests.integration.functions.harness import Functions
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.tables import create_keys_table
from tests.openapi.api import Api
from tests.openapi.hand import Hand, Restart

# Fixtures are found by their names
__all__ = ["aws", "emulator", "functions", "provider", "running_provider", "secrets", "stack"]

SECRET_OF_THE_OPAQUE = (
    f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:latchkey/opaque-app-??????"
)


@pytest.fixture(scope="session")
def configuration(stack: Stack, running_provider: ObservedProvider) -> Configuration:
    clients = Path(__file__).parent / "clients.toml"
    return read_configuration(clients, stack, running_provider.url)


@pytest.fixture
def api(stack: Stack, functions: Functions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("VERIFICATION_SECRET_ARNS", SECRET_OF_THE_OPAQUE)
    api = Api(stack, functions)
    with closing(api.front):
        yield api


@pytest.fixture
def restart(
    functions: Functions, aws: Emulator, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> Restart:
    def restart(**environment: str) -> None:
        functions.forget()
        keys_table = create_keys_table(aws, stack)
        for name, value in {"KEYS_TABLE": keys_table, **environment}.items():
            monkeypatch.setenv(name, value)

    return restart


@pytest.fixture
def hand(api: Api, provider: ObservedProvider, restart: Restart) -> Hand:
    hand = Hand(api, provider, restart)
    hand.begin()
    return hand
