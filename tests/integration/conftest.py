"""DynamoDB and Secrets Manager for the whole run: ministack, with the template's tables."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.dynamodb import Emulator
from local.template import Stack, read_stack
from relying_party.adapters.aws_clients import build_dynamodb_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stack() -> Stack:
    """What template.yaml says."""
    return read_stack(ROOT / "template.yaml")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, stack: Stack) -> Iterator[Emulator]:
    """A running emulator with the tables of the template in it."""
    with closing(Emulator(tmp_path_factory.mktemp("ministack"))) as emulator:
        emulator.wait_until_ready()
        emulator.create_tables(stack.tables)
        yield emulator


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with this process's environment pointing at it and at nothing else."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    return emulator


@pytest.fixture
def keys_table(stack: Stack) -> str:
    """The name of the table that the key store gets."""
    return stack.functions["TokenVerifyFunction"].environment["KEYS_TABLE"]


@pytest.fixture
def dynamodb(aws: Emulator) -> "DynamoDBClient":
    """The client that the functions use."""
    return build_dynamodb_client()
