"""What each function may do: its role's policies as CloudFormation gets them, one by one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any

from local.intrinsics import TemplateError
from local.template import Resources, read_resources

_SECRET_SUFFIX = re.compile(r"(:secret:.+)-[A-Za-z0-9?]{6}")
_UNDERSTOOD = {"Sid", "Effect", "Action", "Resource", "Condition"}


@dataclass(frozen=True, order=True)
class Permission:
    """One function, one action, one resource: what a policy grants, or what a call needs."""

    function: str
    action: str
    resource: str
    """An ARN; in a grant it may hold the wildcards `*` and `?`."""
    via: str = ""
    """The service that alone may use a key for the function (`kms:ViaService`)."""

    def covers(self, call: "Permission") -> bool:
        """True if this grant is what *call* needs."""
        same = (self.function, self.action, self.via) == (call.function, call.action, call.via)
        return same and fnmatchcase(call.resource, _with_any_suffix(self.resource))

    def __str__(self) -> str:
        via = f" via {self.via}" if self.via else ""
        return f"{self.function}: {self.action} on {self.resource}{via}"


def _with_any_suffix(arn: str) -> str:
    # Secrets Manager ends an ARN in six characters that whoever calls by name does not know
    return _SECRET_SUFFIX.sub(r"\1-??????", arn)


def read_grants(path: Path, parameters: Mapping[str, str] | None = None) -> set[Permission]:
    """Everything that the functions of the template at *path* may do, with *parameters*."""
    return set(_Reader(read_resources(path, parameters)).grants())


class _Reader:
    """Follows each function to its role, and the role to its policies."""

    def __init__(self, resources: Resources) -> None:
        self._functions = dict(resources.of_type("AWS::Lambda::Function"))
        self._policies = dict(resources.of_type("AWS::IAM::ManagedPolicy"))
        self._roles = {
            resources.arn(logical_id): role
            for logical_id, role in resources.of_type("AWS::IAM::Role")
        }
        attached_elsewhere = dict(resources.of_type("AWS::IAM::Policy")) or {
            name for name, policy in self._policies.items() if "Roles" in policy
        }
        if attached_elsewhere:
            raise TemplateError(f"{sorted(attached_elsewhere)} must be named by the role itself")

    def grants(self) -> Iterator[Permission]:
        for function, properties in self._functions.items():
            for document in self._documents(self._roles[properties["Role"]]):
                for statement in document["Statement"]:
                    yield from _permissions(function, statement)

    def _documents(self, role: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        for policy in role.get("Policies", []):
            yield policy["PolicyDocument"]
        for name in role.get("ManagedPolicyArns", []):
            if name not in self._policies:
                raise TemplateError(f"the template does not say what {name} allows")
            yield self._policies[name]["PolicyDocument"]


def _permissions(function: str, statement: Mapping[str, Any]) -> Iterator[Permission]:
    if statement["Effect"] != "Allow" or statement.keys() - _UNDERSTOOD:
        raise TemplateError(f"cannot judge {dict(statement)}")
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    services = _services(statement.get("Condition", {}))
    for action, resource, via in product(actions, resources, services):
        yield Permission(function, action, resource, via)


def _services(condition: Mapping[str, Any]) -> list[str]:
    """The services that a statement is for; the one condition that is understood here."""
    if not condition:
        return [""]
    match condition:
        case {"StringEquals": {"kms:ViaService": services, **others}} if not others:
            return _listed(services)
    raise TemplateError(f"cannot judge the condition {dict(condition)}")


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
