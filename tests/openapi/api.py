"""The doors behind the local front; every answer is held against docs/openapi.yaml."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.front import Front
from local.template import Stack
from tests.integration.functions.harness import Functions
from tests.openapi.document import DOCUMENT, GATEWAY, Said

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)

FORM = "application/x-www-form-urlencoded"
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/execute-api/aws4_request, "
    f"SignedHeaders=host, Signature={'0' * 64}"
)
_OF_HTTP = {"content-type", "content-length"}

Event = Mapping[str, Any]
Between = Callable[[Event], Event]


def only_documented_headers(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """Refuse a header field that the document does not know."""
    answer = case.operation.responses.find_by_status_code(response.status_code)
    known = {name.lower() for name, _ in answer.headers.items()} if answer else set()
    undocumented = {name.lower() for name in response.headers} - known - _OF_HTTP
    assert not undocumented, f"undocumented headers: {sorted(undocumented)}"


CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    only_documented_headers,
]


def as_it_is(event: Event) -> Event:
    """Return *event*."""
    return event


class Api:
    """Asks, checks, and remembers what was said."""

    def __init__(self, stack: Stack, functions: Functions) -> None:
        self.said: defaultdict[str, set[Said]] = defaultdict(set)
        self.named: defaultdict[str, set[str]] = defaultdict(set)
        self.between: Between = as_it_is
        """What happens to an event on its way from the gateway to the function."""
        self.routes = stack.routes
        folders = {name: function.code.name for name, function in stack.functions.items()}
        self.front = Front(
            stack.routes,
            lambda name, event: functions.invoke(folders[name], self.between(event)),
            print,
        )

    def operation(self, route: str) -> Any:
        """Return the operation of the document behind *route*."""
        return SCHEMA.find_operation_by_label(route)

    def ask(self, route: str, body: Mapping[str, Any] | None = None, **others: Any) -> Response:
        """Send one request; a body is a form unless *others* say otherwise."""
        if body is not None:
            others = {"media_type": FORM, **others, "body": dict(body)}
        return self.send(self.operation(route).Case(**others))

    def send(self, case: Case[Any], **others: Any) -> Response:
        """Send *case*, and refuse an answer that is not documented."""
        response = case.call(**{"app": self.front, **others})
        case.validate_response(response, checks=CHECKS)
        members = _members(response)
        self.said[case.operation.label].add(_said(response, members))
        self.named[case.operation.label].update(members, map(str.lower, response.headers))
        return response


def _members(response: Response) -> Mapping[str, Any]:
    members: Mapping[str, Any] = response.json() if "json" in _media_type(response) else {}
    return members


def _media_type(response: Response) -> str:
    return response.headers["content-type"][0].partition(";")[0]


def _said(response: Response, members: Mapping[str, Any]) -> Said:
    code = GATEWAY if "message" in members else members.get("error", members.get("reason", ""))
    return Said(response.status_code, _media_type(response), code)
