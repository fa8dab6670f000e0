"""docs/openapi.yaml is well-formed, whole, and says what the code says."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import schemathesis
from jsonschema_rs import meta, validator_for

from local.iam import AWS_IAM
from local.template import Stack
from relying_party.errors import OAuthError, Problem, Reason
from tests.openapi.document import DOCUMENT, ROOT, SCHEMAS, below, documented, operations, resolve

OPERATIONS = dict(operations())
COMPONENTS = DOCUMENT["components"]
DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def codes(family: type[Exception], member: str) -> set[str]:
    own = {vars(family)[member]} if member in vars(family) else set()
    return own.union(*(codes(child, member) for child in family.__subclasses__()))


def contents(operation: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    for status, response in operation["responses"].items():
        for media_type, content in resolve(response)["content"].items():
            yield int(status), media_type, content


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_schema_is_one_of_json_schema_2020_12() -> None:
    for schema in (*SCHEMAS.values(), *below(DOCUMENT, "schema")):
        meta.validate(DIALECT | schema)


def test_every_example_of_a_request_is_one_that_its_schema_allows() -> None:
    bodies = [
        body for bodies in below(DOCUMENT, "requestBody") for body in bodies["content"].values()
    ]
    for body in bodies:
        validator = validator_for(DIALECT | body["schema"] | {"components": COMPONENTS})
        named = [resolve(example)["value"] for example in body.get("examples", {}).values()]
        for example in named or [body["example"]]:
            validator.validate(example)


def test_every_reference_leads_somewhere_and_every_component_is_referred_to() -> None:
    references = set(below(DOCUMENT, "$ref"))
    for reference in references:
        resolve({"$ref": reference})
    assert references == {
        f"#/components/{kind}/{name}"
        for kind, components in COMPONENTS.items()
        for name in components
        if kind != "securitySchemes"
    }


def test_every_route_of_the_template_is_an_operation_and_the_reverse(stack: Stack) -> None:
    assert {route.key for route in stack.routes} == OPERATIONS.keys()


def test_an_operation_asks_for_a_signature_where_the_template_does(stack: Stack) -> None:
    for route in stack.routes:
        signed = OPERATIONS[route.key]["security"] == [{"aws_sigv4": []}]
        assert signed is (route.auth == AWS_IAM), route.key


def test_every_operation_is_described_and_has_a_name_of_its_own() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for operation in OPERATIONS.values():
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags
    assert len(set(below(DOCUMENT, "operationId"))) == len(OPERATIONS)


def test_the_reasons_of_bad_tokens_are_those_of_the_code() -> None:
    assert SCHEMAS["Reason"]["enum"] == list(Reason)


def test_the_error_codes_are_those_of_the_code() -> None:
    assert set(SCHEMAS["ErrorCode"]["enum"]) == codes(OAuthError, "error")


def test_the_reasons_of_problems_are_those_of_the_code() -> None:
    assert set(SCHEMAS["ProblemReason"]["enum"]) == codes(Problem, "reason")


def test_every_code_is_an_answer_of_some_operation() -> None:
    said = {answer.code for operation in OPERATIONS.values() for answer in documented(operation)}
    assert codes(OAuthError, "error") | codes(Problem, "reason") <= said


def test_nothing_that_was_not_decided_may_have_an_error_member() -> None:
    for name in ("Problem", "GatewayMessage"):
        assert "error" not in SCHEMAS[name]["properties"]
        assert SCHEMAS[name]["additionalProperties"] is False
    for route, operation in OPERATIONS.items():
        for status, media_type, content in contents(operation):
            if (status == 409 or status >= 500) and media_type != "text/html":
                schema = content["schema"]["$ref"].rpartition("/")[2]
                assert schema in {"Problem", "GatewayMessage"}, (route, status)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert DOCUMENT["info"]["version"] == project["version"]
