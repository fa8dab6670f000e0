"""The stack as CloudFormation says it is, and the ways in that its users have."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from botocore.exceptions import ClientError

from local.intrinsics import REGION
from local.template import Stack
from rehearsal.routes import create_routes

NAME = "latchkey-rehearsal"
_SECONDS = 35  # longer than the API takes for anything


@dataclass(frozen=True)
class Invoked:
    """What a direct invocation answered; `raised` is the error's type, where it was one."""

    payload: Any
    raised: str | None


_GRUMBLES = ('"level":"ERROR"', '"level":"WARNING"', "Traceback")


class DeployedStack:
    """One stack in the emulator at `emulator`, reached as from outside."""

    def __init__(self, emulator: str, aws: Mapping[str, str]) -> None:
        self.emulator = emulator
        self._session = boto3.Session(
            aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"], region_name=REGION
        )
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy leads to loopback

    def client(self, service: str) -> Any:
        """The AWS SDK's client for one of the emulator's services."""
        return self._session.client(service, endpoint_url=self.emulator)  # type: ignore[call-overload]

    @property
    def resources(self) -> Mapping[str, str]:
        """Each resource's name in the emulator, by its name in the template."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=NAME)
            for resource in page["StackResourceSummaries"]
        }

    @property
    def url(self) -> str:
        """The API: a path of the emulator's, since no name leads to loopback everywhere."""
        return f"{self.emulator}/_aws/execute-api/{self.resources['Api']}/$default"

    def create_routes(self, stack: Stack) -> None:
        """Do what the emulator leaves undone of the API."""
        resources, functions = self.resources, self.client("lambda")
        arns = {
            name: functions.get_function(FunctionName=resources[name])["Configuration"][
                "FunctionArn"
            ]
            for name in stack.functions
        }
        create_routes(self.client("apigatewayv2"), resources["Api"], stack.routes, arns)

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form, as an app does."""
        return self._http.post(self.url + path, form, timeout=_SECONDS)

    def get(self, path: str) -> requests.Response:
        """Read, as an app's library does."""
        return self._http.get(self.url + path, timeout=_SECONDS)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Invoked:
        """Invoke a function directly, as another function or an operator does."""
        answer = self.client("lambda").invoke(
            FunctionName=self.resources[function], Payload=json.dumps(event)
        )
        payload = json.load(answer["Payload"])
        if "FunctionError" in answer:
            return Invoked(payload, payload.get("errorType", answer["FunctionError"]))
        return Invoked(payload, None)

    def complaints(self) -> list[str]:
        """What CloudFormation could not do, and what functions logged that is more than news."""
        return [*self._failed_resources(), *self._grumbles()]

    def _failed_resources(self) -> list[str]:
        try:
            events = self.client("cloudformation").describe_stack_events(StackName=NAME)
        except ClientError:
            return []  # nothing has been deployed yet
        return [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in events["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        ]

    def _grumbles(self) -> list[str]:
        logs = self.client("logs")
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{NAME}")["logGroups"]
        return [
            event["message"].strip()
            for group in groups
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
            if any(grumble in event["message"] for grumble in _GRUMBLES)
        ]
