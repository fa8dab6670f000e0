"""Can Lambda load every binary in the built layers: was it made for its processor and its glibc?

`sam build` succeeds with the wheels of another architecture, or of a newer Linux, and Lambda then
fails on the first import. Run as `python -m tools.architecture .aws-sam/build`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from tools.elf import Binary, MalformedBinaryError, read_binary

E_MACHINE = {"arm64": 183, "x86_64": 62}
# Amazon Linux 2023's, on which Lambda's python3.13 stands
GLIBC = (2, 34)
_VERSION = re.compile(r"GLIBC_(\d+)\.(\d+)(\.\d+)?")


def built_layers(build: Path) -> Iterator[tuple[Path, str]]:
    """Each layer that the built template names: its folder and the architecture it is for."""
    template = yaml_parse((build / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties = resource["Properties"]
            yield build / properties["ContentUri"], properties["CompatibleArchitectures"][0]


def binaries(folder: Path) -> Iterator[tuple[Path, Binary]]:
    """Each ELF file under *folder*, whatever it is called."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (binary := read_binary(path)):
            yield path, binary


def faults(folder: Path, architecture: str) -> list[str]:
    """What is wrong with the layer built in *folder* for *architecture*."""
    try:
        found = list(binaries(folder))
    except MalformedBinaryError as error:
        return [str(error)]
    if not found:
        return [f"{folder}: no binary at all, yet cryptography has one"]
    return [
        f"{path}: {fault}" for path, binary in found for fault in faults_of(binary, architecture)
    ]


def faults_of(binary: Binary, architecture: str) -> Iterator[str]:
    """What keeps *binary* from being loaded."""
    if binary.machine != E_MACHINE[architecture]:
        yield f"built for ELF machine {binary.machine}, not for {architecture}"
    for version in sorted(binary.versions):
        if version.startswith("GLIBC_") and not _is_there(version):
            yield f"needs {version}, and Lambda has {'.'.join(map(str, GLIBC))}"


def newest_glibc(folder: Path) -> tuple[int, ...]:
    """The newest glibc that a binary under *folder* asks for."""
    asked = (version for _, binary in binaries(folder) for version in binary.versions)
    return max((_numbers(version) for version in asked), default=())


def _is_there(version: str) -> bool:
    # What has no number, such as GLIBC_PRIVATE, no binary of somebody else's may count on
    return () < _numbers(version) <= GLIBC


def _numbers(version: str) -> tuple[int, ...]:
    match = _VERSION.fullmatch(version)
    return (int(match[1]), int(match[2])) if match else ()


def main(build: Path) -> int:
    """Check both layers, say what was found, and return the exit status."""
    wrong = 0
    for folder, architecture in built_layers(build):
        found = faults(folder, architecture)
        wrong += len(found)
        newest = ".".join(map(str, newest_glibc(folder))) if not found else ""
        good = f"{folder.name}: every binary is for {architecture} and for glibc {newest} or later"
        print("\n".join(found) or good)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
