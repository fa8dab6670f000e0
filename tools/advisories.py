"""Known vulnerabilities of the layer's packages: `python -m tools.advisories path/to/pip-audit`.

pip-audit ends well, and says that it knows of none, where it could ask nobody: behind a mirror
of PyPI without its JSON API, say. So what was not asked is told apart from what is clean.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tools.licences import LOCK, pins

_SECONDS = 120


@dataclass(frozen=True)
class Report:
    """What came of it."""

    vulnerable: tuple[str, ...]
    unchecked: tuple[str, ...]
    checked: int

    @property
    def text(self) -> str:
        """One line for each thing that somebody has to know."""
        lines = [f"advisories: {each}" for each in self.vulnerable]
        if self.unchecked:
            lines.append(
                "advisories: NOT CHECKED, which is not the same as none: PyPI's JSON API did not "
                f"answer for {', '.join(self.unchecked)}"
            )
        if self.checked:
            lines.append(f"advisories: {self.checked} packages asked about")
        return "\n".join(lines)


def read_report(document: Any, names: set[str]) -> Report:
    """Return what pip-audit's *document* says about *names*; what it leaves out is unchecked."""
    vulnerable, checked = [], set()
    for package in document.get("dependencies", []):
        if "skip_reason" in package:
            continue
        checked.add(package["name"])
        ids = ", ".join(each["id"] for each in package["vulns"])
        if ids:
            vulnerable.append(f"{package['name']} {package['version']} has {ids}")
    return Report(tuple(vulnerable), tuple(sorted(names - checked)), len(checked))


def ask(pip_audit: str) -> Any:
    """Return pip-audit's document, or an empty one where it could not make one."""
    command = [pip_audit, "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    try:
        done = subprocess.run(  # noqa: S603 - the program that the Makefile installed
            [*command, "--format=json", "--requirement", str(LOCK)],
            capture_output=True,
            check=False,
            text=True,
            timeout=_SECONDS,
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}


if __name__ == "__main__":
    report = read_report(ask(sys.argv[1]), set(pins(LOCK.read_text("utf-8"))))
    print(report.text)
    sys.exit(1 if report.vulnerable else 0)
