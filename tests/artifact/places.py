"""Where Lambda has a function's code, its layer and the runtime, and who gets to see it so."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

RUNTIME = Path(sys.prefix) / "lambda"
"""What `make artifact-test` installs beside the tests' own environment."""
TASK, LAYER, SITE = "/var/task", "/opt/python", "/var/lang/lib/python3.13/site-packages"
# In the order in which a function on python3.13 was seen to have them
SEARCHED = f"{LAYER}/lib/python3.13/site-packages:{LAYER}:{SITE}:/var/runtime"
_SCRIPT = Path(__file__).with_name("as_on_lambda.sh")
_AS_ROOT, _AS_ANYONE = ("unshare", "--mount"), ("unshare", "--map-root-user", "--mount")


@dataclass(frozen=True)
class Places:
    """How a container is started so that it finds its parts."""

    empty: Path
    """Has the empty folders that the parts are mounted on."""
    unshare: tuple[str, ...] | None
    """What makes a mount namespace; None where this user may have none."""

    @property
    def mounted(self) -> bool:
        """True where the parts lie on Lambda's own paths, and cannot be written."""
        return self.unshare is not None

    def command(self, code: Path, layer: Path, command: list[str]) -> list[str]:
        """Return what runs *command* with the parts where they belong."""
        if self.unshare is None:
            return command
        parts = map(str, (_SCRIPT, self.empty, code, layer, RUNTIME))
        return [*self.unshare, "sh", *parts, *command]

    def environment(self, code: Path, layer: Path) -> dict[str, str]:
        """Return what tells a process where the parts are."""
        if self.mounted:
            return {"LAMBDA_TASK_ROOT": TASK, "PYTHONPATH": SEARCHED}
        return {
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": f"{layer}:{RUNTIME}",
            "PYTHONDONTWRITEBYTECODE": "1",  # what is not mounted can be written
        }


def find_places(empty: Path) -> Places:
    """Return the best that this user may have: root's mounts, a user namespace's, or none."""
    for folder in (TASK, LAYER, SITE):
        (empty / folder[1:]).mkdir(parents=True)
    for unshare in (_AS_ROOT, _AS_ANYONE):
        places = Places(empty, unshare)
        if _works(places.command(empty, empty, ["true"])):
            return places
    return Places(empty, None)


def _works(command: list[str]) -> bool:
    try:
        subprocess.run(  # noqa: S603 our own script
            command, env={"PATH": os.environ["PATH"]}, capture_output=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
