"""The sign-in in the browser: its beginning, the way back, and the metadata for libraries.

POST /login, GET and POST /login/callback/{client}, and
GET /clients/{client}/.well-known/openid-configuration.
"""

from dataclasses import asdict
from typing import Any

from relying_party import bootstrap
from relying_party.application.begin_login import LoginRequest
from relying_party.html_page import Page, build_redirect_page
from relying_party.http_api import HttpApi, Request
from relying_party.protocol.authorization_request import Asked, parameters_for
from relying_party.protocol.authorization_response import (
    build_app_link,
    parse_authorization_response,
)
from relying_party.protocol.client import Client, require_client, require_named_client
from relying_party.protocol.parameters import Parameters

# Built at start-up, where Lambda gives full CPU and nobody is waiting for an answer yet
settings = bootstrap.load_settings()
begin_login = bootstrap.begin_login()
login_sessions = bootstrap.login_sessions()


def begin(request: Request) -> dict[str, Any]:
    """Answer with the URL to open, and with what the app keeps until the exchange."""
    parameters = request.app_parameters()
    client = require_client(settings.clients, parameters.required("client_id"))
    login_request = LoginRequest(
        redirect_uri=parameters.required("redirect_uri"),
        asked=_asked(client, parameters),
        code_challenge=parameters.optional("code_challenge"),
    )
    url = _base_url(request)
    return asdict(begin_login(client, login_request, url, deadline=request.deadline))


def relay(request: Request) -> Page:
    """Send the browser on to the app, with what the provider says."""
    client = require_named_client(settings.clients, request.path_parameters["client"])
    response = parse_authorization_response(request.redirected_parameters())
    return build_redirect_page(build_app_link(login_sessions.serve(client, response), response))


def describe(request: Request) -> dict[str, Any]:
    """Answer with the metadata for an app's own library."""
    client = require_named_client(settings.clients, request.path_parameters["client"])
    return begin_login.metadata(client, _base_url(request), deadline=request.deadline)


def _asked(client: Client, parameters: Parameters) -> Asked:
    texts = parameters_for(client) - {"max_age"}
    named = {name: parameters.optional(name) for name in texts}
    max_age = parameters.whole_number("max_age")  # in JSON a number
    named["max_age"] = None if max_age is None else str(max_age)
    present = {name: value for name, value in named.items() if value is not None}
    return Asked(parameters.optional("scope"), present)


def _base_url(request: Request) -> str:
    return settings.public_url or f"https://{request.domain_name}"


lambda_handler = HttpApi(
    {
        "POST /login": begin,
        "GET /clients/{client}/.well-known/openid-configuration": describe,
    },
    bootstrap.clock,
    pages={
        "GET /login/callback/{client}": relay,
        "POST /login/callback/{client}": relay,
    },
)
