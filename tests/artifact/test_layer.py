"""The layers as Lambda unpacks them under /opt."""

from pathlib import Path

import pytest

from tools import architecture

LAYERS = {"RelyingPartyLayerArm64": "arm64", "RelyingPartyLayerX8664": "x86_64"}


@pytest.fixture(params=LAYERS)
def layer(build: Path, request: pytest.FixtureRequest) -> Path:
    return build / str(request.param)


def contents(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_both_layers_are_built_each_for_its_processor(build: Path) -> None:
    found = {folder.name: machine for folder, machine in architecture.built_layers(build)}

    assert found == LAYERS


def test_every_binary_is_for_the_layer_s_processor(layer: Path) -> None:
    assert architecture.faults(layer, LAYERS[layer.name]) == []


def test_a_binary_for_another_processor_is_found(layer: Path) -> None:
    (other,) = set(LAYERS.values()) - {LAYERS[layer.name]}

    assert architecture.faults(layer, other)


def test_a_layer_without_binaries_is_a_fault(tmp_path: Path) -> None:
    assert architecture.faults(tmp_path, "arm64")


@pytest.mark.parametrize("folder", ["relying_party", "clients"])
def test_the_layer_holds_the_package_and_the_clients_as_they_are(
    root: Path, layer: Path, folder: str
) -> None:
    assert contents(layer / "python" / folder) == contents(root / "layers/relying_party" / folder)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("**/__pycache__", id="bytecode of the host's Python"),
        pytest.param("**/*.pyc", id="bytecode beside its source"),
        pytest.param("python/bin", id="commands"),
        pytest.param("python/boto*", id="what Lambda's runtime brings"),
        pytest.param("python/requirements.txt", id="what the build alone needs"),
        pytest.param("**/.*", id="what belongs to someone's desk"),
    ],
)
def test_the_layer_holds_nothing_else(layer: Path, pattern: str) -> None:
    assert list(layer.glob(pattern)) == []
