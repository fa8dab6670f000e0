"""Whatever comes in, good or bad, what goes out is documented, and never a 5xx."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.openapi.api import FORM, SCHEMA, SIGNED, Api
from tests.openapi.document import operations
from tests.openapi.hand import INTROSPECT, Hand

ROUTES = [route for route, _ in operations()]

# More of them search longer: OPENAPI_EXAMPLES=1000 make test ARGS=tests/openapi
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "20"))
# All requests of a test go to the same warm containers, as they do on Lambda
MANY = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.usefixtures("hand")
@SCHEMA.parametrize()
@MANY
def test_every_answer_to_a_generated_request_is_documented(case: Case[Any], api: Api) -> None:
    headers = {"Authorization": SIGNED} if case.operation.label == INTROSPECT else {}
    response = api.send(case, headers=headers)
    case.validate_response(response, checks=[not_a_server_error, negative_data_rejection])


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_to_a_request_that_is_almost_right_is_documented(
    route: str, api: Api, hand: Hand
) -> None:
    @MANY
    @given(generated=api.operation(route).as_strategy(), data=st.data())
    def ask(generated: Case[Any], data: st.DataObject) -> None:
        right = hand.right(route)
        part = next(iter(right))
        right[part] = _changed(right[part], getattr(generated, part), data)
        if part == "body":
            right["media_type"] = generated.media_type or FORM
        assert api.ask(route, **right).status_code < 500

    ask()
    assert {said.status for said in api.said[route]} & {200, 303}, "no request was right"


def _changed(right: dict[str, str], other: Any, data: st.DataObject) -> dict[str, Any]:
    """Return *right* with one or two parameters as in *other*, without them, or as it was."""
    other = {} if isinstance(other, NotSet) else dict(other)
    names = data.draw(st.sets(st.sampled_from(sorted({*right, *other})), max_size=2))
    kept = {name: value for name, value in right.items() if name not in names}
    return {**kept, **{name: other[name] for name in names & other.keys()}}
