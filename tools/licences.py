"""Under what the layer's packages come: `python -m tools.licences`, into docs/licences.md.

Read from the packages' own metadata, in the environment that this runs in: every environment
has the layer's very versions (tests/unit/test_requirements.py).
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "layers/relying_party/requirements.txt"
LIST = ROOT / "docs/licences.md"

ALLOWED = frozenset(
    {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0"}
)
"""What may be shipped unchanged beside code of any licence. MPL-2.0 asks for the source of the
files that it covers, which are shipped as that (certifi's)."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_HEAD = """\
# Licences of what the layer ships

Made by `make supply` from the packages' own metadata, and held to the lock by a test. The texts
are in the layer: what stands under *text* lies below `/opt/python` on Lambda, and below
`.aws-sam/build/RelyingPartyLayer…/python` after `make build`. What is locked and then left out of
the layer (`layers/relying_party/left_out.txt`) is listed too. Our own code is Apache-2.0
([LICENSE](../LICENSE)).

| package | version | licence | text |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Licensed:
    """One package of the layer, with what its metadata says."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """True where one of the licences offered is allowed, and each of those that all apply."""
        alternatives = self.licence.split(" OR ")
        return any(set(each.strip("()").split(" AND ")) <= ALLOWED for each in alternatives)

    @property
    def row(self) -> str:
        """Its line in the list."""
        texts = ", ".join(f"`{text}`" for text in self.texts)
        return f"| {self.name} | {self.version} | {self.licence} | {texts} |\n"


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package in a lock."""
    return dict(_PIN.findall(lock))


def read_licences(lock: str) -> Iterator[Licensed]:
    """Yield each package of *lock* as it is installed here."""
    for name, version in sorted(pins(lock).items()):
        installed = distribution(name)
        if installed.version != version:
            raise ValueError(
                f"{name}: {installed.version} is installed here, the lock has {version}"
            )
        yield Licensed(name, version, licence_of(installed), tuple(_texts(installed)))


def licence_of(installed: Distribution) -> str:
    """Return what the package says of itself (PEP 639); before that there was a free text."""
    metadata = installed.metadata.json
    said = metadata.get("license_expression") or metadata.get("license") or "none stated"
    return str(said).splitlines()[0]


def _texts(installed: Distribution) -> Iterator[str]:
    for path in sorted(map(str, installed.files or ())):
        if ".dist-info/" in path and re.match(r"(LICEN[CS]E|NOTICE|COPYING)", Path(path).name):
            yield path


def write_list(licensed: list[Licensed]) -> str:
    """Return docs/licences.md."""
    return _HEAD + "".join(each.row for each in licensed)


def main() -> None:
    """Write the list; end with what may not be shipped."""
    licensed = list(read_licences(LOCK.read_text("utf-8")))
    LIST.write_text(write_list(licensed), "utf-8")
    refused = [f"{each.name}: {each.licence}" for each in licensed if not each.is_allowed]
    if refused:
        sys.exit("Not on the list of licences that may be shipped: " + ", ".join(refused))
    print(f"licences: {len(licensed)} packages, each under a licence that may be shipped")


if __name__ == "__main__":
    main()
