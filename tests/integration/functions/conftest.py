"""A provider, the functions that trust it, and a phone in hand: new ones for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.configuration import Configuration, read_configuration
from local.dynamodb import Emulator
from local.template import Stack
from tests.integration.functions.harness import Functions
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand

CLIENTS = Path(__file__).parents[1] / "clients.toml"


@pytest.fixture
def provider() -> Iterator[ObservedProvider]:
    provider = ObservedProvider()
    yield provider
    provider.close()


@pytest.fixture
def configuration(stack: Stack, provider: ObservedProvider) -> Configuration:
    return read_configuration(CLIENTS, stack, provider.url)


@pytest.fixture
def secrets(
    configuration: Configuration, aws: Emulator, provider: ObservedProvider
) -> dict[str, str]:
    """The client secrets by name, in Secrets Manager and at the provider alike."""
    # Another prefix for each provider: the emulator lives as long as the run
    secrets = configuration.secret_values()
    for name, value in secrets.items():
        aws.put_secret(f"{_prefix(provider)}{name}", value)
    provider.serve(configuration.registrations(secrets))
    return secrets


@pytest.fixture
def functions(
    configuration: Configuration,
    secrets: dict[str, str],
    provider: ObservedProvider,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> Functions:
    function = stack.functions["TokenExchangeFunction"]
    ours = {"SECRET_PREFIX": _prefix(provider), "AWS_LAMBDA_FUNCTION_NAME": function.name}
    sizes = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory)}
    for name, value in {
        **function.environment,
        **configuration.environment,
        **ours,
        **sizes,
    }.items():
        monkeypatch.setenv(name, value)
    return Functions()


@pytest.fixture
def phone(provider: ObservedProvider, functions: Functions) -> PhoneInHand:
    return PhoneInHand(provider, functions)


def _prefix(provider: ObservedProvider) -> str:
    return f"latchkey/{provider.url.rpartition(':')[2]}/"
