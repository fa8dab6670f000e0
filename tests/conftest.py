"""What holds for every test: no network unless the folder is one that starts servers."""

from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent

# These start real servers, on this machine and nowhere else
_ON_LOOPBACK = ("local", "integration", "interop", "artifact", "e2e")
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# The same examples in every run: what fails here fails because of the change at hand
settings.register_profile("latchkey", deadline=None, derandomize=True)
settings.load_profile("latchkey")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in _ON_LOOPBACK:
            item.add_marker(pytest.mark.allow_hosts(_LOOPBACK))
        else:
            item.add_marker(pytest.mark.disable_socket)
