"""POST /token/refresh: a refresh token for new tokens."""

from typing import Any

from relying_party import bootstrap
from relying_party.application.refresh_tokens import TokenRefresh
from relying_party.http_api import HttpApi, Request


def refresh(request: Request) -> dict[str, Any]:
    """Answer with the issuer's token response (RFC 6749 §5.1)."""
    parameters = request.app_parameters()
    token_refresh = TokenRefresh(
        client_id=parameters.required("client_id"),
        refresh_token=parameters.required("refresh_token"),
        scope=parameters.optional("scope"),
        code_verifier=parameters.optional("code_verifier"),
    )
    return refresh_tokens(token_refresh, deadline=request.deadline)


# Built at start-up, where Lambda gives full CPU and nobody is waiting for an answer yet
refresh_tokens = bootstrap.refresh_tokens()

lambda_handler = HttpApi({"POST /token/refresh": refresh}, bootstrap.clock)
