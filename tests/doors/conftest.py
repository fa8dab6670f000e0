"""The real functions for the tests that need them; the others start nothing."""

from tests.integration.conftest import aws, emulator, stack
from tests.integration.functions.conftest import (
    configuration,
    functions,
    phone,
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
    "phone",
    "provider",
    "running_provider",
    "secrets",
    "stack",
]
