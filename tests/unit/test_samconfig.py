"""samconfig.toml: its stages deploy this template, and share nothing in one account."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.transformed_template import read_template

ROOT = Path(__file__).parents[2]
CONFIGURATION = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
STAGES: dict[str, Any] = {
    name: each for name, each in CONFIGURATION.items() if isinstance(each, dict)
}
PARAMETERS = read_template()["Parameters"]


def overrides(stage: str) -> dict[str, str]:
    given = STAGES[stage]["deploy"]["parameters"].get("parameter_overrides", [])
    return dict(each.split("=", 1) for each in given)


def value(stage: str, parameter: str) -> str:
    return overrides(stage).get(parameter, str(PARAMETERS[parameter]["Default"]))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_sets_parameters_that_there_are_to_values_that_they_take(stage: str) -> None:
    for name, given in overrides(stage).items():
        parameter = PARAMETERS[name]
        assert given in map(str, parameter.get("AllowedValues", [given]))
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), given)


def test_no_two_stages_are_one_stack_or_read_the_same_secrets() -> None:
    stacks = {stage["global"]["parameters"]["stack_name"] for stage in STAGES.values()}
    prefixes = [value(stage, "SecretPrefix") for stage in STAGES]

    assert len(stacks) == len(STAGES) == 3
    for prefix in prefixes:
        assert [other for other in prefixes if other.startswith(prefix)] == [prefix]


def test_every_stage_may_make_roles_and_no_other_kind_of_trouble() -> None:
    for stage in STAGES.values():
        assert stage["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"
        assert stage["deploy"]["parameters"]["confirm_changeset"] is True


def test_production_s_tables_are_protected_and_its_logs_kept_longest() -> None:
    kept = {stage: int(value(stage, "LogRetentionDays")) for stage in STAGES}

    assert value("production", "DeletionProtection") == "true"
    assert max(kept, key=kept.__getitem__) == "production"
