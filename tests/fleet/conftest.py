"""Where the real parts run: AWS's DynamoDB Local, and an issuer on loopback."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.template import read_stack
from tests.dynamodb_local import DynamoDbLocal, missing_tools
from tests.integration.adapters.misbehaving_issuer import MisbehavingIssuer

KEYS_TABLE = "KeysTable"


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[DynamoDbLocal]:
    """DynamoDB Local with the template's tables."""
    if missing := missing_tools():
        message = f"{' and '.join(missing)} missing: DynamoDB Local cannot be run"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    emulator = DynamoDbLocal()
    emulator.wait_until_ready()
    emulator.create_tables(read_stack(Path(__file__).parents[2] / "template.yaml").tables)
    yield emulator
    emulator.close()


@pytest.fixture
def issuer_server() -> Iterator[MisbehavingIssuer]:
    """An issuer of its own for each test, so that no test sees another's items."""
    server = MisbehavingIssuer()
    yield server
    server.close()
