"""CloudFormation's intrinsic functions, resolved to what they mean on this machine."""

import re
from collections.abc import Callable, Mapping
from typing import Any

REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
_PSEUDO_PARAMETERS: Mapping[str, Any] = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "latchkey-local",
    "AWS::URLSuffix": "amazonaws.com",
}
# What CloudFormation calls the name that `Ref` answers, by type of resource.
_NAME_PROPERTIES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
}
_ARN_RESOURCES = {
    "AWS::DynamoDB::Table": ("dynamodb", "table/{}"),
    "AWS::IAM::Role": ("iam", "role/{}"),
    "AWS::Lambda::Function": ("lambda", "function:{}"),
    "AWS::Logs::LogGroup": ("logs", "log-group:{}:*"),  # the group and each of its streams
}
_SUBSTITUTION = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template asks for something that only a deployment can answer."""


class Intrinsics:
    """Answers `Ref`, `Fn::Sub` and their kin for one template and one set of parameters."""

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        self._resources: Mapping[str, Any] = template.get("Resources", {})
        self._conditions: Mapping[str, Any] = template.get("Conditions", {})
        self._parameters = {
            name: _parameter_value(declared, parameters.get(name))
            for name, declared in template.get("Parameters", {}).items()
        }
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::And": lambda terms: all(map(self.resolve, terms)),
            "Fn::Equals": lambda sides: self.resolve(sides[0]) == self.resolve(sides[1]),
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::Join": lambda parts: str(parts[0]).join(self.resolve(parts[1])),
            "Fn::Not": lambda terms: not self.resolve(terms[0]),
            "Fn::Or": lambda terms: any(map(self.resolve, terms)),
            "Fn::Split": lambda parts: self.resolve(parts[1]).split(parts[0]),
            "Fn::Sub": self._sub,
        }

    def resolve(self, value: Any) -> Any:
        """`value` with every intrinsic function in it answered; `AWS::NoValue` leaves no trace."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not None]
        if not isinstance(value, dict):
            return value
        name = next(iter(value), "")
        if len(value) == 1 and (name in self._functions or name.startswith("Fn::")):
            return self._call(name, value[name])
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not None}

    def holds(self, condition: str) -> bool:
        """True if the named condition is met."""
        if condition not in self._conditions:
            raise TemplateError(f"the template has no condition {condition}")
        return bool(self.resolve(self._conditions[condition]))

    def _call(self, name: str, argument: Any) -> Any:
        if name not in self._functions:
            raise TemplateError(f"the local run does not know {name}")
        return self._functions[name](argument)

    def _if(self, branches: list[Any]) -> Any:
        condition, then, otherwise = branches
        return self.resolve(then if self.holds(condition) else otherwise)

    def _ref(self, name: str) -> Any:
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        resource = self._resource(name)
        given = resource.get("Properties", {}).get(_NAME_PROPERTIES.get(resource["Type"], ""))
        return name if given is None else self.resolve(given)

    def _get_att(self, path: list[str]) -> str:
        name, attribute = path
        service, form = _ARN_RESOURCES.get(self._resource(name)["Type"], ("local", "{}"))
        if attribute != "Arn":
            return f"{name}.{attribute}"
        return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{form.format(self._ref(name))}"

    def _sub(self, argument: Any) -> str:
        text, extra = argument if isinstance(argument, list) else (argument, {})

        def substitute(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in extra:
                return str(self.resolve(extra[name]))
            return str(self._get_att(name.split(".", 1)) if "." in name else self._ref(name))

        return _SUBSTITUTION.sub(substitute, text)

    def _resource(self, name: str) -> Mapping[str, Any]:
        if name not in self._resources:
            raise TemplateError(f"the template refers to {name}, which it does not define")
        resource: Mapping[str, Any] = self._resources[name]
        return resource


def _parameter_value(declared: Mapping[str, Any], given: str | None) -> str | list[str]:
    # One without a default is asked for at deployment; nobody is there to ask here.
    value = str(declared.get("Default", "") if given is None else given)
    is_list = declared["Type"] == "CommaDelimitedList" or declared["Type"].startswith("List<")
    return value.split(",") if is_list else value
