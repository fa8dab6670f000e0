"""The routes that the emulator is given by hand are the template's."""

from pathlib import Path
from typing import Any

import pytest

from local.template import read_stack
from rehearsal.routes import RoutesError, create_routes

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


class Gateway:
    """API Gateway's control plane, as far as routes go."""

    def __init__(self, *existing: str) -> None:
        self.existing = existing
        self.integrations: list[str] = []
        self.routes: dict[str, tuple[str, str]] = {}

    def get_routes(self, ApiId: str) -> dict[str, Any]:  # noqa: N803 - the SDK's name
        return {"Items": list(self.existing)}

    def create_integration(self, **request: str) -> dict[str, str]:
        assert request["PayloadFormatVersion"] == "2.0"
        self.integrations.append(request["IntegrationUri"])
        return {"IntegrationId": str(len(self.integrations) - 1)}

    def create_route(self, **request: str) -> None:
        function = self.integrations[int(request["Target"].removeprefix("integrations/"))]
        self.routes[request["RouteKey"]] = function, request["AuthorizationType"]


@pytest.fixture
def gateway() -> Gateway:
    stack = read_stack(TEMPLATE)
    gateway = Gateway()
    arns = {name: f"arn:{name}" for name in stack.functions}
    create_routes(gateway, "api", stack.routes, arns)
    return gateway


def test_each_route_leads_to_its_function(gateway: Gateway) -> None:
    stack = read_stack(TEMPLATE)

    found = {key: function for key, (function, _) in gateway.routes.items()}

    assert found == {route.key: f"arn:{route.function}" for route in stack.routes}
    assert found["POST /token/verify"] == "arn:TokenVerifyFunction"


def test_only_introspection_asks_who_calls(gateway: Gateway) -> None:
    guarded = {key for key, (_, authorization) in gateway.routes.items() if authorization != "NONE"}

    assert guarded == {"POST /oauth2/introspect"}
    assert gateway.routes["POST /oauth2/introspect"][1] == "AWS_IAM"


def test_a_function_has_one_integration(gateway: Gateway) -> None:
    assert len(gateway.integrations) == len(set(gateway.integrations))


def test_an_emulator_that_reads_the_routes_itself_is_noticed() -> None:
    with pytest.raises(RoutesError, match="not needed"):
        create_routes(Gateway("POST /login"), "api", [], {})
