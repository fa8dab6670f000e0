"""The functions, a provider that they trust, and a phone in hand."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.configuration import Configuration, read_configuration
from local.dynamodb import Emulator
from local.template import Stack
from tests.integration.functions.harness import Functions
from tests.integration.functions.login_in_hand import LoginInHand
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.integration.tables import create_keys_table

PUBLIC_URL = "https://api.example"
CLIENTS = Path(__file__).parents[1] / "clients.toml"


@pytest.fixture(scope="session")
def running_provider() -> Iterator[ObservedProvider]:
    provider = ObservedProvider()
    yield provider
    provider.close()


@pytest.fixture(scope="session")
def configuration(stack: Stack, running_provider: ObservedProvider) -> Configuration:
    return read_configuration(CLIENTS, stack, running_provider.url)


@pytest.fixture(scope="session")
def secrets(
    configuration: Configuration, emulator: Emulator, running_provider: ObservedProvider
) -> dict[str, str]:
    """The client secrets by name, in Secrets Manager and at the provider alike."""
    secrets = configuration.secret_values()
    for name, value in secrets.items():
        emulator.put_secret(configuration.settings.secret_prefix + name, value)
    running_provider.serve(configuration.registrations(secrets, PUBLIC_URL))
    return secrets


@pytest.fixture
def provider(
    running_provider: ObservedProvider, secrets: dict[str, str]
) -> Iterator[ObservedProvider]:
    """The provider, as if nobody had asked it anything yet."""
    running_provider.begin()
    yield running_provider
    running_provider.released.set()


@pytest.fixture
def functions(
    configuration: Configuration,
    provider: ObservedProvider,
    aws: Emulator,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> Functions:
    """The functions, none of them started, with a table in which there is nothing."""
    # No other container is there to be waited for
    monkeypatch.setattr(random, "uniform", lambda low, _: low)
    function = stack.functions["TokenExchangeFunction"]
    environment = {
        **function.environment,
        **configuration.environment,
        "PUBLIC_URL": PUBLIC_URL,
        "KEYS_TABLE": create_keys_table(aws, stack),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    return Functions()


@pytest.fixture
def phone(provider: ObservedProvider, functions: Functions) -> PhoneInHand:
    return PhoneInHand(provider, functions)


@pytest.fixture
def login(provider: ObservedProvider, functions: Functions) -> LoginInHand:
    return LoginInHand(provider, functions)
