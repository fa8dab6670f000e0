"""The template as CloudFormation gets it from SAM: `python -m tools.transformed_template FILE`.

What SAM adds, such as permissions and the stage, is in no file that a checker could read.
"""

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.template import read_template as transformed_by_sam

Template = dict[str, Any]

_TEMPLATE = Path(__file__).parent.parent / "template.yaml"


def read_template() -> Template:
    """Return the template as written."""
    parsed: Template = yaml_parse(_TEMPLATE.read_text(encoding="utf-8"))
    return parsed


def transform(parameters: dict[str, str]) -> Template:
    """Return the template as SAM transforms it; its code is said to be in S3."""
    return transformed_by_sam(_TEMPLATE, parameters)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(transform({}), indent=2), encoding="utf-8")
