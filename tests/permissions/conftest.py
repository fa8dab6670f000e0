"""The real functions for this folder, as `tests/doors` has them."""

from tests.doors.test_secrets import issuer, started
from tests.integration.conftest import aws, emulator, stack
from tests.integration.functions.conftest import (
    configuration,
    functions,
    provider,
    running_provider,
    secrets,
)

# Fixtures are found by their names
__all__ = [
    "aws",
    "configuration",
    "emulator",
    "functions",
    "issuer",
    "provider",
    "running_provider",
    "secrets",
    "stack",
    "started",
]
