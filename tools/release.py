"""The fingerprint of a release, told from the tree alone: the same on every machine.

`python tools/release.py` prints it, for comparison with what a function logs at its cold start
and `token_verify` answers to `{"action": "release"}`. The layer's makefile has it written into
the layer, with whatever Python 3 builds there: so this file imports the standard library only.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYER = Path("layers/relying_party")
CLIENTS = LAYER / "clients"
LOCK = LAYER / "requirements.txt"
TEMPLATE = Path("template.yaml")
FUNCTIONS = Path("functions")

_PART_DIGITS = 16
_ID_DIGITS = 12


def releases(root: Path) -> dict[str, dict[str, str]]:
    """The fingerprint of the tree at *root* with each of its clients files, by their names."""
    files = sorted((root / CLIENTS).glob("*.toml"))
    return {file.stem: _release(root, file.relative_to(root)) for file in files}


def _release(root: Path, clients_file: Path) -> dict[str, str]:
    parts = {
        "sources": _digest(root, _sources(root)),
        "lock": _digest(root, [LOCK]),
        "clients": _digest(root, [clients_file]),
        "template": _digest(root, [TEMPLATE]),
    }
    together = hashlib.sha256(" ".join(parts.values()).encode())
    return {"id": together.hexdigest()[:_ID_DIGITS], **parts}


def _sources(root: Path) -> Iterator[Path]:
    """Our own code, and what says how it is built: all of both folders but the other parts."""
    for folder in (LAYER, FUNCTIONS):
        for file in (root / folder).rglob("*"):
            path = file.relative_to(root)
            if file.is_file() and path != LOCK and CLIENTS not in path.parents:
                yield path


def _digest(root: Path, paths: Iterable[Path]) -> str:
    """One hash over names and contents, without what some tool left between them."""
    digest = hashlib.sha256()
    for name in sorted(path.as_posix() for path in paths if not _is_left_over(path)):
        content = hashlib.sha256((root / name).read_bytes()).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    return digest.hexdigest()[:_PART_DIGITS]


def _is_left_over(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def main() -> int:
    """Print the fingerprint for one clients file, or write all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clients_file", nargs="?", default="default", help="its name: default")
    parser.add_argument("--write", type=Path, metavar="FILE", help="all of them, as JSON")
    arguments = parser.parse_args()
    found = releases(ROOT)
    if arguments.write:
        arguments.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    elif arguments.clients_file in found:
        print(json.dumps(found[arguments.clients_file], indent=1))
    else:
        parser.error(f"{CLIENTS} has no {arguments.clients_file}.toml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
