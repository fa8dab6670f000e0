"""What `make build` made, which `make test-artifact` makes anew before these tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def build() -> Path:
    folder = ROOT / ".aws-sam/build"
    if not (folder / "template.yaml").exists():
        pytest.skip("nothing is built here: run `make test-artifact`")
    return folder
