"""The checks check: an answer that the document does not promise is refused."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from schemathesis.core.failures import FailureGroup

from tests.openapi.api import CHECKS, FORM, Api
from tests.openapi.document import DOCUMENT

Responses = dict[str, Any]


def _without_the_status(answers: Responses) -> None:
    del answers["400"]


def _of_another_media_type(answers: Responses) -> None:
    content = answers["400"]["content"]
    content["text/html"] = content.pop("application/json")


def _without_the_header(answers: Responses) -> None:
    del answers["400"]["headers"]["Cache-Control"]


def _with_another_header(answers: Responses) -> None:
    answers["400"]["headers"]["Retry-After"] = {"required": True, "schema": {"type": "integer"}}


def _with_another_value_of_the_header(answers: Responses) -> None:
    answers["400"]["headers"]["Cache-Control"] = {"schema": {"const": "private"}}


def _without_the_member(answers: Responses) -> None:
    schema = {"type": "object", "properties": {"error": {}}, "additionalProperties": False}
    answers["400"]["content"]["application/json"]["schema"] = schema


def _without_the_code(answers: Responses) -> None:
    narrowed = answers["400"]["content"]["application/json"]["schema"]["properties"]["error"]
    narrowed["enum"].remove("invalid_client")


def _as_it_is(answers: Responses) -> None:
    assert "400" in answers


def _ask(api: Api, change: Callable[[Responses], None]) -> None:
    """Ask for a sign-in of an unheard-of client, and hold the 400 against a changed document."""
    changed = deepcopy(DOCUMENT)
    change(changed["paths"]["/login"]["post"]["responses"])
    operation = schemathesis.openapi.from_dict(changed)["/login"]["POST"]
    case = operation.Case(body={"client_id": "unheard-of"}, media_type=FORM)
    case.validate_response(case.call(app=api.front), checks=CHECKS)


def test_an_answer_that_is_as_documented_is_taken(api: Api) -> None:
    _ask(api, _as_it_is)


@pytest.mark.parametrize(
    "change",
    [
        _without_the_status,
        _of_another_media_type,
        _without_the_header,
        _with_another_header,
        _with_another_value_of_the_header,
        _without_the_member,
        _without_the_code,
    ],
)
def test_an_answer_that_is_not_as_documented_is_refused(
    change: Callable[[Responses], None], api: Api
) -> None:
    with pytest.raises((FailureGroup, AssertionError)):
        _ask(api, change)
