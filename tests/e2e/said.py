"""What a door answered, and a report that says all at once where it is not as it must be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

_SHOWN = 400


@dataclass(frozen=True)
class Said:
    """One answer. Names of `headers` are in lower case, whoever sent them."""

    stack: str
    door: str
    status: int | str
    headers: Mapping[str, str]
    body: str

    @cached_property
    def members(self) -> Mapping[str, Any]:
        """The JSON object in the body; empty where there is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    def must(
        self, status: int | str, members: Mapping[str, object] | None = None, *, see: str
    ) -> "Said":
        """Fail the test unless the answer has that status and those members."""
        wanted = dict(members or {})
        described = [str(status), *(f"{name}: {value!r}" for name, value in wanted.items())]
        holds = self.status == status and wanted == {
            name: self.members.get(name) for name in wanted
        }
        self.require(holds=holds, expected=", ".join(described), see=see)
        return self

    def require(self, *, holds: bool, expected: str, see: str) -> None:
        """Fail the test unless it `holds`, in words that tell what to do next."""
        if holds:
            return
        lines = {
            "stack": self.stack,
            "door": self.door,
            "expected": expected,
            "got": f"{self.status} {self._shown()}",
            "see": see,
        }
        report = "\n".join(f"  {name:<10}{text}" for name, text in lines.items())
        pytest.fail(f"not as it must be\n{report}", pytrace=False)

    def _shown(self) -> str:
        # What went well may hold tokens: nobody's terminal keeps those.
        if self.status in {200, "answered"}:
            return f"members {sorted(self.members)}"
        return self.body[:_SHOWN]
