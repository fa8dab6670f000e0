"""The stack that is asked, as CloudFormation describes it to whoever runs these tests."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import botocore.session

from tests.e2e.said import Said


@dataclass(frozen=True)
class Target:
    """One stack, with the caller's own credentials; `given` are the variables of this run."""

    name: str
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    @cached_property
    def description(self) -> Any:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=self.name)
        return stacks["Stacks"][0]

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        listed = self.description.get("Parameters", [])
        return {each["ParameterKey"]: each["ParameterValue"] for each in listed}

    @cached_property
    def resources(self) -> Mapping[str, str]:
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.name)
            for resource in page["StackResourceSummaries"]
        }

    @cached_property
    def url(self) -> str:
        """Where the API is; API_URL, where it is not where the stack says it is."""
        outputs = {each["OutputKey"]: each["OutputValue"] for each in self.description["Outputs"]}
        return self.given.get("API_URL") or outputs["ApiUrl"]

    @cached_property
    def client(self) -> str:
        """The name of a client in the clients file."""
        return self.given.get("CLIENT") or "app"

    @cached_property
    def client_id(self) -> str:
        return self.given.get("CLIENT_ID") or self.parameters.get("ClientId", "")

    @cached_property
    def region(self) -> str:
        return str(boto3.session.Session().region_name)

    @cached_property
    def account(self) -> str:
        return str(self.description["StackId"].split(":")[4])

    @cached_property
    def partition(self) -> str:
        return str(self.description["StackId"].split(":")[1])

    @cached_property
    def credentials(self) -> Any:
        """The caller's, for signing requests by hand."""
        credentials = botocore.session.get_session().get_credentials()
        assert credentials is not None, "no AWS credentials"
        return credentials.get_frozen_credentials()

    def invoke(self, function: str, event: Mapping[str, Any]) -> Said:
        """Invoke a function directly; the status says whether it answered or raised."""
        answer = boto3.client("lambda").invoke(
            FunctionName=self.resources[function], Payload=json.dumps(event)
        )
        return Said(
            stack=self.place,
            door=f"invoke {function}",
            status="raised" if "FunctionError" in answer else "answered",
            headers={},
            body=answer["Payload"].read().decode(),
        )

    @property
    def place(self) -> str:
        """What a report calls it."""
        return f"{self.name} in {self.region}"
