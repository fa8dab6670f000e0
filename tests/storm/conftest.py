"""One storm's weather for all tests, over AWS's DynamoDB Local."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.dynamodb_local import DynamoDbLocal, missing_tools
from tests.interop import certified_provider
from tests.storm.container import Container
from tests.storm.weather import CONTAINERS, Weather, weather


def _require_real_parts() -> None:
    reasons = [*(f"no {tool}" for tool in missing_tools()), certified_provider.missing()]
    if lacking := [reason for reason in reasons if reason]:
        # Where everything has to be proven, a test that is left out is a failure
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("; ".join(lacking))


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynamoDbLocal]:
    _require_real_parts()
    with closing(DynamoDbLocal()) as dynamodb:
        dynamodb.wait_until_ready()
        yield dynamodb


@pytest.fixture(scope="session")
def running(dynamodb: DynamoDbLocal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weather]:
    with weather(tmp_path_factory.mktemp("storm"), dynamodb) as running:
        yield running


@pytest.fixture(scope="session")
def fifty(running: Weather) -> list[Container]:
    return running.containers(CONTAINERS)


@pytest.fixture
def storm(running: Weather) -> Weather:
    """The weather, with a wire that has carried nothing yet."""
    running.wire.begin()
    return running
