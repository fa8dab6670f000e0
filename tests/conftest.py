"""What holds for every test: none reaches the network, and unit tests open no socket at all."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.permissions.plugin"]

TESTS = Path(__file__).parent

# They ask a deployed stack, so they run only where they are named: `make smoke-aws`
collect_ignore = ["e2e"]

# The others start real servers, on this machine and nowhere else
_WITHOUT_SOCKETS = TESTS / "unit"
_ANYWHERE = TESTS / "e2e"
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# The same examples in every run: what fails here fails because of the change at hand
settings.register_profile("latchkey", deadline=None, derandomize=True)
settings.load_profile("latchkey")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_WITHOUT_SOCKETS):
            item.add_marker(pytest.mark.disable_socket)
        elif not item.path.is_relative_to(_ANYWHERE):
            item.add_marker(pytest.mark.allow_hosts(_LOOPBACK))
