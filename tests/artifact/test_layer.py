"""The layers as Lambda unpacks them under /opt."""

import importlib.util
import io
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.artifact.conftest import leave_out
from tools import architecture
from tools.release import releases

LAYERS = {"RelyingPartyLayerArm64": "arm64", "RelyingPartyLayerX8664": "x86_64"}
LARGEST = 6.6 * 2**20
# PEP 552: a hash stands in place of the time, and nobody compares it
UNCHECKED_HASH = 0b01
MAGIC_OF_3_13 = 3571


@pytest.fixture(params=LAYERS)
def layer(build: Path, request: pytest.FixtureRequest) -> Path:
    return build / str(request.param)


@pytest.fixture
def bytecode(layer: Path) -> list[Path]:
    found = sorted(layer.glob("**/*.pyc"))
    if not found:
        leave_out("built without Python 3.13: make artifact-test PYTHON313=/path/to/python3.13")
    return found


def contents(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_both_layers_are_built_each_for_its_processor(build: Path) -> None:
    found = {folder.name: machine for folder, machine in architecture.built_layers(build)}

    assert found == LAYERS


def test_lambda_can_load_every_binary(layer: Path) -> None:
    assert architecture.faults(layer, LAYERS[layer.name]) == []


def test_a_binary_for_another_processor_is_found(layer: Path) -> None:
    (other,) = set(LAYERS.values()) - {LAYERS[layer.name]}

    assert architecture.faults(layer, other)


def test_a_newer_glibc_than_lambda_s_is_found(layer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "GLIBC", (2, 5))

    assert architecture.faults(layer, LAYERS[layer.name])


@pytest.mark.parametrize("folder", ["relying_party", "clients"])
def test_the_layer_holds_the_package_and_the_clients_as_they_are(
    root: Path, layer: Path, folder: str
) -> None:
    assert contents(layer / "python" / folder) == contents(root / "layers/relying_party" / folder)


def test_the_layer_says_of_what_tree_it_was_made(root: Path, layer: Path) -> None:
    assert json.loads((layer / "python/release.json").read_text("utf-8")) == releases(root)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("**/*.py[io]", id="what is not for running"),
        pytest.param("python/bin", id="commands"),
        pytest.param("python/boto*", id="what Lambda's runtime brings"),
        pytest.param("python/*.txt", id="what the build alone needs"),
        pytest.param("**/.*", id="what belongs to someone's desk"),
    ],
)
def test_the_layer_holds_nothing_else(layer: Path, pattern: str) -> None:
    assert list(layer.glob(pattern)) == []


def test_every_package_s_licence_goes_with_it(layer: Path) -> None:
    folders = sorted(layer.glob("python/*.dist-info"))

    assert folders
    for folder in folders:
        assert list(folder.glob("**/*LICEN[CS]E*")), folder.name


def test_bytecode_is_for_lambda_s_python_and_is_never_compared_with_its_source(
    bytecode: list[Path],
) -> None:
    for path in bytecode:
        magic, newline, flags = struct.unpack_from("<H2sI", path.read_bytes())
        assert (magic, newline, flags) == (MAGIC_OF_3_13, b"\r\n", UNCHECKED_HASH), path


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="the hash is Python 3.13's own")
def test_bytecode_is_of_the_source_beside_it(bytecode: list[Path]) -> None:
    for path in bytecode:
        source = path.parent.parent / f"{path.name.partition('.')[0]}.py"
        assert path.read_bytes()[8:16] == importlib.util.source_hash(source.read_bytes()), path


def test_all_of_our_package_has_bytecode(bytecode: list[Path], layer: Path) -> None:
    package = layer / "python/relying_party"
    compiled = {path for path in bytecode if path.is_relative_to(package)}

    assert len(compiled) == len(list(package.rglob("*.py")))


def test_the_layer_is_no_larger_than_it_may_be(layer: Path) -> None:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files(layer):
            archive.write(path, path.relative_to(layer))

    assert file.tell() <= LARGEST, f"{file.tell() / 2**20:.3f} MiB"


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
