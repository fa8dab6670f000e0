"""One stage for all of these tests: containers, a provider, and an AWS that can be made to fail."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from local.configuration import Configuration, read_configuration
from local.dynamodb import Emulator
from local.provider.accounts import USERS
from local.template import Stack
from tests.integration.conftest import emulator, stack
from tests.integration.functions.login_in_hand import LoginInHand
from tests.integration.functions.observed_provider import ObservedProvider, answer_with_json
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.leaks.aws_between import AwsBetween
from tests.leaks.stage import Stage
from tests.tokens import signing_key

__all__ = ["emulator", "stack"]  # fixtures are found by their names

CLIENTS = Path(__file__).with_name("clients.toml")
PUBLIC_URL = "https://api.example"
_ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:latchkey/secretive-app-AbCdEf"


@pytest.fixture(scope="session")
def between(emulator: Emulator) -> Iterator[AwsBetween]:
    """What the functions take for AWS."""
    with closing(AwsBetween(emulator.url)) as between:
        yield between


@pytest.fixture(scope="session")
def staged(
    emulator: Emulator, between: AwsBetween, stack: Stack, tmp_path_factory: Any
) -> Iterator[Stage]:
    with ExitStack() as parts:
        provider = parts.enter_context(closing(ObservedProvider()))
        configuration = read_configuration(CLIENTS, stack, provider.url)
        secrets = _put_secrets(configuration, emulator)
        provider.serve(configuration.registrations(secrets, PUBLIC_URL))
        environment = {
            **configuration.environment,
            **emulator.environment,
            "AWS_ENDPOINT_URL": between.url,
            "PUBLIC_URL": PUBLIC_URL,
            "VERIFICATION_SECRET_ARNS": _ARN,
            "POWERTOOLS_LOG_LEVEL": "DEBUG",
            "POWERTOOLS_DEBUG": "true",
            "PYTHONWARNINGS": "always",
            "PYTHONUNBUFFERED": "1",  # or what is printed would be searched for too early
        }
        folder = tmp_path_factory.mktemp("leaks")
        stage = parts.enter_context(closing(Stage(stack, environment, provider, folder)))
        for secret in secrets.values():
            stage.marks.keep("client_secret", secret)
        for claim in (USERS[0].sub, USERS[0].name, "alice@example.com"):
            stage.marks.keep("claim", claim)
        yield stage


@pytest.fixture
def stage(staged: Stage, between: AwsBetween) -> Stage:
    """The stage with nothing wrong, and nothing unread."""
    between.fault = None
    if not staged.is_as_deployed:
        staged.restart()
    staged.provider.instead = {"/introspect": answer_with_json({"active": False})}
    staged.leaks()
    return staged


@pytest.fixture
def phone(stage: Stage) -> PhoneInHand:
    return PhoneInHand(stage.provider, stage)


@pytest.fixture
def login(stage: Stage) -> LoginInHand:
    return LoginInHand(stage.provider, stage)


def _put_secrets(configuration: Configuration, emulator: Emulator) -> dict[str, str]:
    """Fill Secrets Manager; return what is in it."""
    pem = signing_key().private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    secrets = {**configuration.secret_values(), "signing-app": pem.decode()}
    for name, value in secrets.items():
        emulator.put_secret(configuration.settings.secret_prefix + name, value)
    return secrets
