"""A copy of the working tree, which the rehearsal may build in and write to."""

import shutil
import subprocess
from pathlib import Path

from rehearsal.clients import CLIENTS_FILE

_LISTED = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]


class Tree:
    """The copy in `folder`, of everything that is under version control or about to be."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(_LISTED, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603 - no input
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():  # git lists what has just been deleted, too
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, folder / name)

    @property
    def template(self) -> Path:
        """The template as written, before any build."""
        return self.folder / "template.yaml"

    @property
    def built_template(self) -> Path:
        """The template that `sam build` made, which is what `sam deploy` takes."""
        return self.folder / ".aws-sam/build/template.yaml"

    def write_clients(self, text: str) -> None:
        """Have the next build take this for the rehearsal's clients file."""
        file = self.folder / f"layers/relying_party/clients/{CLIENTS_FILE}.toml"
        file.write_text(text, encoding="utf-8")
