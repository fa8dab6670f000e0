"""template.yaml: what every table has, and what becomes of each with the stack."""

from typing import Any

import pytest

from tools.transformed_template import read_template

KEYS = {
    "KeysTable": ["issuer", "item"],
    "GrantsTable": ["name"],
    "LoginsTable": ["name"],
    "IdentitiesTable": ["issuer", "subject"],
}
FORGETS = sorted(KEYS.keys() - {"IdentitiesTable"})
RECOVERABLE = {"GrantsTable", "IdentitiesTable"}
KEPT = {"KeysTable": "Delete", "GrantsTable": "Delete", "LoginsTable": "Delete"}
KEPT |= {"IdentitiesTable": "Retain"}


def table(name: str) -> dict[str, Any]:
    resource: dict[str, Any] = read_template()["Resources"][name]
    assert resource["Type"] == "AWS::DynamoDB::Table"
    return resource


@pytest.mark.parametrize("name", KEYS)
def test_a_table_is_encrypted_and_paid_by_use(name: str) -> None:
    properties = table(name)["Properties"]

    assert [key["AttributeName"] for key in properties["KeySchema"]] == KEYS[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"].items() >= {"SSEEnabled": True, "SSEType": "KMS"}.items()


@pytest.mark.parametrize("name", sorted(RECOVERABLE))
def test_what_cannot_be_had_again_is_recoverable_and_protected_on_demand(name: str) -> None:
    properties = table(name)["Properties"]

    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}


@pytest.mark.parametrize("name", sorted(KEYS.keys() - RECOVERABLE))
def test_what_an_older_state_would_harm_has_no_way_back(name: str) -> None:
    assert "PointInTimeRecoverySpecification" not in table(name)["Properties"]


@pytest.mark.parametrize("name", FORGETS)
def test_what_runs_out_is_cleaned_up(name: str) -> None:
    ttl = table(name)["Properties"]["TimeToLiveSpecification"]

    assert ttl == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("name", KEPT)
def test_with_the_stack_goes_all_but_what_others_know_users_by(name: str) -> None:
    assert table(name)["DeletionPolicy"] == KEPT[name]
