"""What is read of an ELF file, and which of them Lambda could not load."""

import struct
from pathlib import Path

import pytest

from tools.architecture import E_MACHINE, faults, newest_glibc
from tools.elf import MalformedBinaryError, read_binary

HEADER, SECTION, NEED, VERSION = 64, 64, 16, 16
STRINGS, VERNEED = 3, 0x6FFFFFFE


def build_elf(*libraries: list[str], machine: int = E_MACHINE["arm64"], bits: int = 2) -> bytes:
    """Return a file that asks each of the *libraries* for versions, and holds nothing else."""
    strings, needs = b"\0", b""
    for number, versions in enumerate(libraries):
        auxiliaries = b""
        for place, version in enumerate(versions):
            following = VERSION if place + 1 < len(versions) else 0
            auxiliaries += struct.pack("<IHHII", 0, 0, 0, len(strings), following)
            strings += version.encode() + b"\0"
        following = NEED + len(auxiliaries) if number + 1 < len(libraries) else 0
        needs += struct.pack("<HHIII", 1, len(versions), 0, NEED, following) + auxiliaries
    sections = [(STRINGS, HEADER, len(strings), 0, 0)]
    sections += [(VERNEED, HEADER + len(strings), len(needs), 0, len(libraries))]
    at = HEADER + len(strings) + len(needs)
    identity = struct.pack("<4sBBBB8x", b"\x7fELF", bits, 1, 1, 0)
    rest = struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, at, 0, HEADER, 0, 0, SECTION, len(sections), 0
    )
    table = b"".join(
        struct.pack("<IIQQQQIIQQ", 0, kind, 0, 0, offset, size, link, info, 0, 0)
        for kind, offset, size, link, info in sections
    )
    return identity + rest + strings + needs + table


LIBRARIES = (["GLIBC_2.2.5", "GLIBC_2.34"], ["GCC_3.0"])


def test_the_processor_and_every_version_of_every_library_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(build_elf(*LIBRARIES))

    binary = read_binary(tmp_path / "a.so")

    assert binary is not None
    assert binary.machine == E_MACHINE["arm64"]
    assert binary.versions == {"GLIBC_2.2.5", "GLIBC_2.34", "GCC_3.0"}
    assert newest_glibc(tmp_path) == (2, 34)


@pytest.mark.parametrize("content", [b"", b"\x7fEL", b"import os\n"])
def test_what_is_no_elf_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.py").write_bytes(content)

    assert read_binary(tmp_path / "a.py") is None


def test_a_file_that_was_cut_anywhere_is_damaged(tmp_path: Path) -> None:
    whole = build_elf(*LIBRARIES)
    for length in range(4, len(whole)):
        (tmp_path / "a.so").write_bytes(whole[:length])
        with pytest.raises(MalformedBinaryError):
            read_binary(tmp_path / "a.so")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (build_elf(["GLIBC_2.34"]), None),
        (build_elf(["GLIBC_2.2.5"]), None),
        (build_elf(["CXXABI_1.3.99"]), None),
        (build_elf(), None),
        (build_elf(["GLIBC_2.17", "GLIBC_2.35"]), "needs GLIBC_2.35"),
        (build_elf(["GCC_3.0"], ["GLIBC_2.100"]), "needs GLIBC_2.100"),
        (build_elf(["GLIBC_PRIVATE"]), "needs GLIBC_PRIVATE"),
        (build_elf(["GLIBC_ABI_DT_RELR"]), "needs GLIBC_ABI_DT_RELR"),
        (build_elf(machine=E_MACHINE["x86_64"]), "built for ELF machine 62"),
        (build_elf(bits=1), "is not for 64 bits"),
        (build_elf()[:60] + b"\0\0" + build_elf()[62:], "has no sections"),
    ],
)
def test_a_binary_that_lambda_could_not_load_is_a_fault(
    tmp_path: Path, content: bytes, fault: str | None
) -> None:
    (tmp_path / "a.so").write_bytes(content)

    found = faults(tmp_path, "arm64")

    assert len(found) == (1 if fault else 0), found
    assert fault is None or fault in found[0]


def test_a_layer_without_binaries_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, "arm64")
