"""The suite's provider, and Latchkey configured for it, in containers that have just started."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from tests.conformance.provider import CLIENT_SECRET, Provider
from tests.conformance.relying_party_in_test import PostedTo, RelyingPartyInTest
from tests.integration.conftest import aws, emulator, stack
from tests.integration.functions.harness import Functions
from tests.integration.tables import create_keys_table

__all__ = ["aws", "emulator", "stack"]  # fixtures are found by their names

CLIENTS = Path(__file__).with_name("clients.toml")


@pytest.fixture(scope="session")
def running_provider(emulator: Emulator) -> Iterator[Provider]:
    emulator.put_secret("latchkey/conformance", CLIENT_SECRET)
    with closing(Provider()) as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """The provider, as if nobody had asked it anything yet, and well-behaved."""
    running_provider.begin()
    return running_provider


@pytest.fixture
def rp(
    request: pytest.FixtureRequest,
    provider: Provider,
    aws: Emulator,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> RelyingPartyInTest:
    """The relying party under test; with "form_post" as parameter it gets answers by POST."""
    # No other container is there to be waited for
    monkeypatch.setattr(random, "uniform", lambda low, _: low)
    function = stack.functions["TokenExchangeFunction"]
    environment = {
        **function.environment,
        "CLIENTS_FILE": str(CLIENTS),
        "SUITE": provider.url,
        "KEYS_TABLE": create_keys_table(aws, stack),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    by_post = getattr(request, "param", "query") == "form_post"
    return (PostedTo if by_post else RelyingPartyInTest)(provider, Functions())
