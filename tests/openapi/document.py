"""docs/openapi.yaml, and what it says in so many words."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
SCHEMAS: Mapping[str, Any] = DOCUMENT["components"]["schemas"]

METHODS = ("get", "post")
GATEWAY = "API Gateway"

Schema = Mapping[str, Any]


class Said(NamedTuple):
    """One answer, as far as an app tells answers apart."""

    status: int
    media_type: str
    code: str
    """The `error`, or a problem's `reason`; empty for neither."""


def operations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every operation by the name of its route: `POST /token/verify`."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def documented(operation: Mapping[str, Any]) -> set[Said]:
    """Return every answer that *operation* may give."""
    return {
        Said(int(status), media_type, code)
        for status, response in operation["responses"].items()
        for media_type, content in resolve(response)["content"].items()
        for code in _codes(content["schema"])
    }


def names(operation: Mapping[str, Any]) -> set[str]:
    """Return the header fields and the members that answers of *operation* may have."""
    answers = [resolve(response) for response in operation["responses"].values()]
    contents = [content for answer in answers for content in answer["content"].values()]
    headers = {name.lower() for answer in answers for name in answer.get("headers", {})}
    return headers.union(*(_members(content["schema"]) for content in contents))


def resolve(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *node*, or what it refers to."""
    if "$ref" not in node:
        return node
    target: Any = DOCUMENT
    for name in node["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return resolve(target)


def _members(schema: Schema) -> set[str]:
    whole = resolve(schema)
    parts = [*whole.get("oneOf", ()), *whole.get("allOf", ())]
    return set(whole.get("properties", ())).union(*map(_members, parts))


def _codes(schema: Schema) -> set[str]:
    if "oneOf" in schema:
        return set().union(*map(_codes, schema["oneOf"]))
    if _is_gateways(schema):
        return {GATEWAY}
    return _values(schema, "error") or _values(schema, "reason") or {""}


def _is_gateways(schema: Schema) -> bool:
    return schema.get("$ref") == "#/components/schemas/GatewayMessage"


def _values(schema: Schema, member: str) -> set[str]:
    """Return what *member* may be: what stands beside a `$ref` narrows what it refers to."""
    narrow, wide = schema.get("properties", {}), resolve(schema).get("properties", {})
    declared = resolve(narrow.get(member) or wide.get(member) or {})
    return set(declared.get("enum", ())) or {declared["const"]} if declared else set()


def below(node: object, name: str) -> Iterator[Any]:
    """Yield every member called *name*, however deep in *node*."""
    if isinstance(node, dict):
        if name in node:
            yield node[name]
        for member in node.values():
            yield from below(member, name)
    elif isinstance(node, list):
        for member in node:
            yield from below(member, name)
