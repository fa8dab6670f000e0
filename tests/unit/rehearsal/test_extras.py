"""A resource of the template that no deployment of the rehearsal creates is noticed."""

from pathlib import Path

import pytest

from rehearsal.extras import require_all_created
from rehearsal.report import UntruthError

TEMPLATE = """
Resources:
  KeysTable: { Type: AWS::DynamoDB::Table }
  RelyingPartyLayerX8664: { Type: AWS::Serverless::LayerVersion }
  RelyingPartyLayerArm64: { Type: AWS::Serverless::LayerVersion }
  Alarm: { Type: AWS::CloudWatch::Alarm }
"""
CREATED = ["KeysTable", "RelyingPartyLayerX86649edc542e1c", "KeysTablePermission"]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def test_all_but_the_refused_and_the_other_layer_have_to_be_there(template: Path) -> None:
    assert require_all_created(template, CREATED, ["Alarm"]) == 2


@pytest.mark.parametrize("missing", CREATED[:2])
def test_one_that_no_parameter_brought_is_named(template: Path, missing: str) -> None:
    created = [name for name in CREATED if not name.startswith(missing)]

    with pytest.raises(UntruthError, match=missing[:9]):
        require_all_created(template, created, ["Alarm"])


def test_one_that_was_refused_and_is_there_all_the_same_is_named(template: Path) -> None:
    with pytest.raises(UntruthError, match="never created"):
        require_all_created(template, [*CREATED, "Alarm"], ["Alarm"])
