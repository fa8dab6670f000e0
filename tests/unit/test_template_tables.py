"""template.yaml: what every table has, and what becomes of each with the stack."""

from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
KEYS = {
    "KeysTable": ["issuer", "item"],
    "GrantsTable": ["name"],
    "LoginsTable": ["name"],
    "IdentitiesTable": ["issuer", "subject"],
}
FORGETS = sorted(KEYS.keys() - {"IdentitiesTable"})
KEPT = {"KeysTable": "Delete", "GrantsTable": "Delete", "LoginsTable": "Delete"}
KEPT |= {"IdentitiesTable": "Retain"}


def table(name: str) -> dict[str, Any]:
    resource: dict[str, Any] = yaml_parse(TEMPLATE.read_text("utf-8"))["Resources"][name]
    assert resource["Type"] == "AWS::DynamoDB::Table"
    return resource


@pytest.mark.parametrize("name", KEYS)
def test_a_table_is_encrypted_recoverable_and_paid_by_use(name: str) -> None:
    properties = table(name)["Properties"]

    assert [key["AttributeName"] for key in properties["KeySchema"]] == KEYS[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("name", FORGETS)
def test_what_runs_out_is_cleaned_up(name: str) -> None:
    ttl = table(name)["Properties"]["TimeToLiveSpecification"]

    assert ttl == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("name", KEPT)
def test_with_the_stack_goes_all_but_what_others_know_users_by(name: str) -> None:
    assert table(name)["DeletionPolicy"] == KEPT[name]
