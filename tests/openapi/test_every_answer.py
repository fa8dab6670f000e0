"""The document promises nothing that never happens: each answer in it can be had."""

from collections.abc import Mapping

import pytest

from tests.openapi.document import GATEWAY, Said, documented, names, operations
from tests.openapi.hand import Hand
from tests.openapi.scripts import SCRIPTS, let_the_function_fail, let_the_gateway_answer

OPERATIONS = dict(operations())

NOT_HAD: Mapping[Said, str] = {
    Said(429, "application/json", GATEWAY): "throttling is API Gateway's, and nobody does it here",
}


@pytest.mark.parametrize("route", OPERATIONS)
def test_every_documented_answer_occurs_and_so_does_everything_in_it(
    route: str, hand: Hand
) -> None:
    SCRIPTS[route](hand)
    let_the_gateway_answer(hand, route)
    let_the_function_fail(hand, route)
    assert hand.api.said[route] == documented(OPERATIONS[route]) - NOT_HAD.keys()
    assert hand.api.named[route] >= names(OPERATIONS[route])
