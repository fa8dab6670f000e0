"""The routes of the HTTP API, made one by one: the emulator ignores those in the API's Body."""

from collections.abc import Iterable, Mapping
from typing import Any

from local.template import Route


class RoutesError(Exception):
    """The emulator has routes already: then it reads the Body by now, and this is not needed."""


def create_routes(
    gateway: Any, api_id: str, routes: Iterable[Route], functions: Mapping[str, str]
) -> None:
    """Create `routes` as API Gateway would from SAM's Body; `functions` has each one's ARN."""
    if gateway.get_routes(ApiId=api_id)["Items"]:
        raise RoutesError(f"{api_id} has routes already: rehearsal/routes.py is not needed")
    integrations: dict[str, str] = {}
    for route in routes:
        if route.function not in integrations:
            request = build_integration(functions[route.function])
            created = gateway.create_integration(ApiId=api_id, **request)
            integrations[route.function] = created["IntegrationId"]
        gateway.create_route(ApiId=api_id, **build_route(route, integrations[route.function]))


def build_integration(function_arn: str) -> dict[str, str]:
    """What CreateIntegration takes for a function, as SAM writes it into the Body."""
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": "POST",
        "IntegrationUri": function_arn,
        "PayloadFormatVersion": "2.0",
    }


def build_route(route: Route, integration_id: str) -> dict[str, str]:
    """What CreateRoute takes; a route that demands an authorizer demands it here, too."""
    return {
        "RouteKey": route.key,
        "Target": f"integrations/{integration_id}",
        "AuthorizationType": route.auth or "NONE",
    }
