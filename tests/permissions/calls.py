"""What a recorded call needs, in the words in which the template grants it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.intrinsics import ACCOUNT_ID, REGION
from local.template import Stack, read_resources, read_stack
from tools.grants import Permission, read_grants

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
VERIFICATION_SECRETS = "VERIFICATION_SECRET_ARNS"
_PARAMETERS = {"SECRET_PREFIX": "SecretPrefix", VERIFICATION_SECRETS: "VerificationSecretArns"}


@dataclass(frozen=True)
class Call:
    """One call, with what the function's environment said of secrets when it was made."""

    needs: Permission
    parameters: tuple[tuple[str, str], ...]

    @property
    def is_granted(self) -> bool:
        """True if the template allows it, deployed with the same parameters."""
        return any(grant.covers(self.needs) for grant in grants(self.parameters))


def needs_of(calls: Iterable[Call], function: str) -> set[Permission]:
    """What one function needs for its part in *calls*."""
    return {call.needs for call in calls if call.needs.function == function}


def with_customer_key(
    needs: Iterable[Permission], parameters: Mapping[str, str]
) -> Iterator[Permission]:
    """The same, and what else AWS asks of the caller where tables and secrets have that key.

    A read or a write of a table, as well as the read of a secret, has the service decrypt its
    data key in the caller's name.
    """
    key = parameters.get("KmsKeyArn")
    keys = dict(_keys_of_tables(parameters))
    for call in needs:
        yield call
        service = call.action.partition(":")[0]
        key_of_it = keys.get(call.resource) if service == "dynamodb" else key
        if key_of_it:
            via = f"{service}.{REGION}.amazonaws.com"
            yield Permission(call.function, "kms:Decrypt", key_of_it, via)


def _keys_of_tables(parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    resources = read_resources(TEMPLATE, parameters)
    for logical_id, properties in resources.of_type("AWS::DynamoDB::Table"):
        if key := properties["SSESpecification"].get("KMSMasterKeyId"):
            yield resources.arn(logical_id), key


@cache
def parse_call(line: str | bytes) -> Call:
    """The call that the recorder wrote as *line*."""
    function, action, resource, environment = json.loads(line)
    parameters = tuple(
        (parameter, environment[variable])
        for variable, parameter in _PARAMETERS.items()
        if variable in environment
    )
    known = _stack()
    logical_id = next(
        (name for name, each in known.functions.items() if function in {each.name, each.code.name}),
        function,
    )
    arn = _arn(action.partition(":")[0], _declared(resource, environment))
    return Call(Permission(logical_id, action, arn), parameters)


@cache
def grants(parameters: tuple[tuple[str, str], ...]) -> set[Permission]:
    """What the template allows where it is deployed with *parameters*."""
    return read_grants(TEMPLATE, dict(parameters))


@cache
def _stack() -> Stack:
    return read_stack(TEMPLATE)


def _declared(resource: str, environment: Mapping[str, str]) -> str:
    """The name that the template knows a table of one test's own by."""
    table, slash, rest = resource.partition("/index/")
    for variable, value in environment.items():
        for function in _stack().functions.values():
            if value == table and variable in function.environment:
                return function.environment[variable] + slash + rest
    return resource


def _arn(service: str, name: str) -> str:
    form = {"dynamodb": "table/{}", "secretsmanager": "secret:{}-??????"}.get(service, "{}")
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{form.format(name)}"
