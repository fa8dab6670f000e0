"""What the emulator refuses to create, taken out of the built template before it is deployed."""

import json
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse


def leave_out_refused(template: Path) -> list[str]:
    """Rewrite the built template without what would fail; the names of what that was."""
    parsed = yaml_parse(template.read_text(encoding="utf-8"))
    refused = [name for name, resource in parsed["Resources"].items() if _is_refused(resource)]
    for name in refused:
        del parsed["Resources"][name]
    template.write_text(json.dumps(parsed, indent=1), encoding="utf-8")  # which is YAML, too
    return refused


def _is_refused(resource: dict[str, Any]) -> bool:
    """Metric math in alarms: `Properties.Metrics (metric math) is not supported`."""
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
