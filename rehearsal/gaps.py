"""What the emulator refuses to create, taken out of the built template before it is deployed."""

import json
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse


def refused_resources(template: Path) -> list[str]:
    """The names of what would fail: `Properties.Metrics (metric math) is not supported`."""
    resources = _parse(template)["Resources"]
    return [
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    ]


def leave_out_refused(built_template: Path) -> None:
    """Rewrite what `sam build` made, without them."""
    parsed = _parse(built_template)
    for name in refused_resources(built_template):
        del parsed["Resources"][name]
    built_template.write_text(json.dumps(parsed, indent=1), encoding="utf-8")  # it is YAML, too


def _parse(template: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse(template.read_text(encoding="utf-8"))
    return parsed
