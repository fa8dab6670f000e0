"""Reads template.yaml as SAM transforms it: the routes, functions and tables of this project."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from boto3.session import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local.intrinsics import REGION, Intrinsics

# The translator takes code only from S3, so each folder travels through it as an object's key.
_CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_CODE_BUCKET = "local"
_TABLE_REQUEST = (
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API and the logical id of the function behind it."""

    method: str
    path: str
    function: str
    auth: str | None = None
    """The authorizer's name, such as `AWS_IAM`; None where anyone may call."""

    @property
    def key(self) -> str:
        """The route as API Gateway names it: `POST /token/verify`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Function:
    """One Lambda function: its code, its limits and its environment."""

    name: str
    code: Path
    layers: tuple[Path, ...]
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """One DynamoDB table; `request` is what CreateTable takes."""

    name: str
    request: Mapping[str, Any]
    ttl_attribute: str | None


@dataclass(frozen=True)
class Stack:
    """What the template deploys, as far as a machine without AWS can have it."""

    routes: tuple[Route, ...]
    functions: Mapping[str, Function]
    tables: tuple[Table, ...]


class Resources:
    """The resources of a transformed template whose conditions are met, each resolved."""

    def __init__(self, template: Mapping[str, Any], intrinsics: Intrinsics) -> None:
        self._resources: Mapping[str, Any] = template["Resources"]
        self._intrinsics = intrinsics

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The logical ids and properties of all resources of one type."""
        for logical_id, resource in self._resources.items():
            if resource["Type"] == kind and self._exists(resource):
                yield logical_id, self._intrinsics.resolve(resource.get("Properties", {}))

    def arn(self, logical_id: str) -> str:
        """What `Fn::GetAtt` says that the ARN of a resource is."""
        return str(self._intrinsics.resolve({"Fn::GetAtt": [logical_id, "Arn"]}))

    def _exists(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self._intrinsics.holds(resource["Condition"])


def read_resources(path: Path, parameters: Mapping[str, str] | None = None) -> Resources:
    """The resources that `path` describes, with `parameters` in place of their defaults."""
    values = dict(parameters or {})
    template = read_template(path, values)
    return Resources(template, Intrinsics(template, values))


def read_stack(path: Path, parameters: Mapping[str, str] | None = None) -> Stack:
    """The stack that `path` describes, with `parameters` in place of their defaults."""
    reader = _Reader(read_resources(path, parameters), path.parent)
    return Stack(tuple(reader.routes()), dict(reader.functions()), tuple(reader.tables()))


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The template at `path` as CloudFormation gets it from SAM."""
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        code = _CODE_PROPERTIES.get(resource["Type"], "")
        if code in resource.get("Properties", {}):
            folder = quote(resource["Properties"][code])
            resource["Properties"][code] = f"s3://{_CODE_BUCKET}/{folder}"
    # A session of its own: this machine's AWS configuration is nobody's business here.
    translator = Translator(None, Parser(), boto_session=Session(region_name=REGION))
    transformed: dict[str, Any] = translator.translate(template, dict(parameters or {}))
    translator.metrics.publish()  # to nobody: else it complains on the terminal
    return transformed


class _Reader:
    """Picks out what the local run needs to know."""

    def __init__(self, resources: Resources, root: Path) -> None:
        self._resources = resources
        self._root = root

    def functions(self) -> Iterator[tuple[str, Function]]:
        for logical_id, properties in self._resources.of_type("AWS::Lambda::Function"):
            environment = properties.get("Environment", {}).get("Variables", {})
            yield (
                logical_id,
                Function(
                    name=properties.get("FunctionName", logical_id),
                    code=self._folder(properties["Code"]),
                    layers=tuple(map(self._layer_folder, properties.get("Layers", []))),
                    handler=properties["Handler"],
                    timeout=int(properties.get("Timeout", 3)),
                    memory=int(properties.get("MemorySize", 128)),
                    environment={name: str(value) for name, value in environment.items()},
                ),
            )

    def tables(self) -> Iterator[Table]:
        for logical_id, properties in self._resources.of_type("AWS::DynamoDB::Table"):
            name = properties.get("TableName", logical_id)
            request = {key: properties[key] for key in _TABLE_REQUEST if key in properties}
            ttl = properties.get("TimeToLiveSpecification", {}).get("AttributeName")
            yield Table(name, {"TableName": name, **request}, ttl)

    def routes(self) -> Iterator[Route]:
        functions = {function.name: logical_id for logical_id, function in self.functions()}
        for _, api in self._resources.of_type("AWS::ApiGatewayV2::Api"):
            for path, operations in api["Body"]["paths"].items():
                for method, operation in operations.items():
                    # SAM writes `…:function:<name>/invocations`
                    uri = operation["x-amazon-apigateway-integration"]["uri"]
                    name = uri.rpartition(":function:")[2].partition("/")[0]
                    yield Route(method.upper(), path, functions[name], _authorizer(operation))

    def _layer_folder(self, logical_id: str) -> Path:
        layers = dict(self._resources.of_type("AWS::Lambda::LayerVersion"))
        return self._folder(layers[logical_id]["Content"])

    def _folder(self, code: Mapping[str, str]) -> Path:
        return self._root / unquote(code["S3Key"])


def _authorizer(operation: Mapping[str, Any]) -> str | None:
    """The name of the one authorizer that API Gateway lets a route have."""
    return next((name for scheme in operation.get("security", []) for name in scheme), None)
