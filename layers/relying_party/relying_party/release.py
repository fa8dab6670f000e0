"""Which build this is: what the layer's makefile wrote beside the package."""

import json
from collections.abc import Mapping
from pathlib import Path

RELEASE_FILE = Path(__file__).parent.parent / "release.json"
"""There in a layer that was built; run from its sources the package has none."""

UNBUILT: Mapping[str, str] = {"id": "unbuilt"}


def read_release(clients_file: str, path: Path = RELEASE_FILE) -> Mapping[str, str]:
    """Return the fingerprint of this build with the *clients_file* of that name.

    Whatever else there is, a file of the operator's own or a damaged layer, is unbuilt: what
    only helps to look must never keep a function from starting.
    """
    try:
        releases = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return UNBUILT
    found = releases.get(clients_file) if isinstance(releases, dict) else None
    return found if isinstance(found, dict) else UNBUILT
