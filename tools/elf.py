"""As much of ELF as tells where a binary can run: its processor, and the glibc that it asks for.

The layouts are those of the System V ABI (chapters 4 and 5) for 64 bits, little end first, and of
the Linux Standard Base (§10.7) for the versions of symbols.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAGIC = b"\x7fELF"
_CLASS_64, _LITTLE_ENDIAN = 2, 1
_SHT_GNU_VERNEED = 0x6FFFFFFE

_HEADER = struct.Struct("<4xBB10x2xH20xQ10xHH2x")
_SECTION = struct.Struct("<4xI16xQ8xII16x")
_NEED = struct.Struct("<2xH4xII")
_NEEDED_VERSION = struct.Struct("<8xII")


class MalformedBinaryError(Exception):
    """It begins like an ELF file, and cannot be read as one."""


@dataclass(frozen=True)
class Binary:
    """One ELF file."""

    machine: int
    """``e_machine``."""
    versions: frozenset[str]
    """Every version of a symbol that it asks of a library, such as ``GLIBC_2.17``."""


def read_binary(path: Path) -> Binary | None:
    """What *path* asks for, or None where it is no ELF file.

    Raises:
        MalformedBinaryError: it is one of another kind, or damaged, or says nothing of its needs.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return None
    data = path.read_bytes()
    try:
        return _parse(data)
    except (struct.error, IndexError, ValueError):
        raise MalformedBinaryError(f"{path}: is damaged") from None
    except MalformedBinaryError as error:
        raise MalformedBinaryError(f"{path}: {error}") from None


def _parse(data: bytes) -> Binary:
    bits, order, machine, at, size, count = _HEADER.unpack_from(data)
    if (bits, order) != (_CLASS_64, _LITTLE_ENDIAN):
        raise MalformedBinaryError("is not for 64 bits with the little end first")
    if not count:
        raise MalformedBinaryError("has no sections, so nobody can tell what it needs")
    sections = [_SECTION.unpack_from(data, at + number * size) for number in range(count)]
    versions = frozenset(
        version
        for kind, offset, link, needs in sections
        if kind == _SHT_GNU_VERNEED
        for version in _versions(data, offset, needs, strings=sections[link][1])
    )
    return Binary(machine, versions)


def _versions(data: bytes, at: int, needs: int, *, strings: int) -> Iterator[str]:
    """Walk the chain of libraries, and for each the chain of versions asked of it."""
    for _ in range(min(needs, len(data))):  # a damaged file may claim four thousand million
        count, first, following = _NEED.unpack_from(data, at)
        version_at = at + first
        for _ in range(count):
            name, next_version = _NEEDED_VERSION.unpack_from(data, version_at)
            yield _string(data, strings + name)
            version_at += next_version
        at += following


def _string(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode("ascii")
