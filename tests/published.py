"""Test vectors that others published, as data in ``vectors/``, each with where it is from."""

import json
from pathlib import Path
from typing import Any

_VECTORS = Path(__file__).parent / "vectors"


def vectors(name: str) -> Any:
    """Return what ``vectors/<name>.json`` holds."""
    return json.loads((_VECTORS / f"{name}.json").read_text("utf-8"))
