"""What is taken out of the template for the emulator's sake, and what is not."""

import json
from pathlib import Path

from rehearsal.gaps import leave_out_refused, refused_resources

TEMPLATE = """
Resources:
  Simple:
    Type: AWS::CloudWatch::Alarm
    Properties: { MetricName: Errors, AlarmActions: [!Ref Topic] }
  Computed:
    Type: AWS::CloudWatch::Alarm
    Properties: { Metrics: [] }
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: { Name: !If [Named, !Sub "${AWS::StackName}-api", !Ref AWS::NoValue] }
"""


def test_only_alarms_that_compute_are_left_out(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")

    assert refused_resources(template) == ["Computed"]
    leave_out_refused(template)

    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    assert list(resources) == ["Simple", "Api"]


def test_what_stays_says_the_same_as_before(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")

    leave_out_refused(template)

    api = json.loads(template.read_text(encoding="utf-8"))["Resources"]["Api"]
    name = ["Named", {"Fn::Sub": "${AWS::StackName}-api"}, {"Ref": "AWS::NoValue"}]
    assert api["Properties"] == {"Name": {"Fn::If": name}}
