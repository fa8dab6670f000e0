"""The locked requirements: one version of a package everywhere, hashed, from any index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/relying_party/requirements.txt"
LOCKS = [LAYER, *sorted((ROOT / "requirements").glob("*.txt"))]

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>\S+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer(lock.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_is_pins_and_hashes_and_nothing_else(lock: Path) -> None:
    for line in lock.read_text(encoding="utf-8").splitlines():
        assert PIN.match(line) or line.startswith("    --hash=sha256:")


@pytest.mark.parametrize("purpose", ["run", "test", "check"])
def test_what_is_tested_is_what_the_layer_ships(purpose: str) -> None:
    installed = pins(ROOT / "requirements" / f"{purpose}.txt")

    assert pins(LAYER).items() <= installed.items()


def test_the_layer_leaves_boto3_to_the_lambda_runtime() -> None:
    assert not {"boto3", "botocore", "s3transfer"} & pins(LAYER).keys()
