"""No Python file grows past what a reader can hold: `python -m tools.file_length`."""

import sys
from pathlib import Path

CEILING = 250
FOLDERS = ("bench", "functions", "layers", "local", "rehearsal", "tests", "tools")


def too_long(root: Path) -> list[str]:
    """Every Python file under *root*'s source folders that is over the ceiling, with its length."""
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.py"))
        if "node_modules" not in path.parts
    }
    return [
        f"{path.relative_to(root)}: {length} lines, {CEILING} are the most; is there a seam?"
        for path, length in lengths.items()
        if length > CEILING
    ]


if __name__ == "__main__":
    sys.exit("\n".join(too_long(Path.cwd())) or None)
