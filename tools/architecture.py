"""Was every binary in the built layers made for the layer's processor?

`sam build` succeeds with the wheels of another architecture, and Lambda then fails on the first
import. Run as `python -m tools.architecture .aws-sam/build`.
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

# The beginning of an ELF header (System V ABI, chapter 4): the magic, and at offset 18 e_machine.
ELF_HEADER = struct.Struct("<4s14xH")
ELF_MAGIC = b"\x7fELF"
E_MACHINE = {"arm64": 183, "x86_64": 62}


def built_layers(build: Path) -> Iterator[tuple[Path, str]]:
    """Each layer that the built template names: its folder and the architecture it is for."""
    template = yaml_parse((build / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties = resource["Properties"]
            yield build / properties["ContentUri"], properties["CompatibleArchitectures"][0]


def binaries(folder: Path) -> Iterator[tuple[Path, int]]:
    """Each ELF file under *folder*, whatever it is called, with its machine."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (machine := elf_machine(path)) is not None:
            yield path, machine


def elf_machine(path: Path) -> int | None:
    """The ``e_machine`` of *path*, or None where it is no ELF file."""
    with path.open("rb") as file:
        header = file.read(ELF_HEADER.size)
    if len(header) < ELF_HEADER.size:
        return None
    magic, machine = ELF_HEADER.unpack(header)
    return int(machine) if magic == ELF_MAGIC else None


def faults(folder: Path, architecture: str) -> list[str]:
    """What is wrong with the layer built in *folder* for *architecture*."""
    found = list(binaries(folder))
    if not found:
        return [f"{folder}: no binary at all, yet cryptography has one"]
    return [
        f"{path}: built for ELF machine {machine}, not for {architecture}"
        for path, machine in found
        if machine != E_MACHINE[architecture]
    ]


def main(build: Path) -> int:
    """Check both layers, say what was found, and return the exit status."""
    wrong = 0
    for folder, architecture in built_layers(build):
        found = faults(folder, architecture)
        wrong += len(found)
        print("\n".join(found) or f"{folder.name}: every binary is for {architecture}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
