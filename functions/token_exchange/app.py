"""POST /token/exchange: a code, and the proof that it is the app's, for tokens."""

from typing import Any

from relying_party import bootstrap
from relying_party.application.exchange_code import CodeExchange
from relying_party.http_api import HttpApi, Request


def exchange(request: Request) -> dict[str, Any]:
    """Answer with the issuer's token response (OIDC Core §3.1.3.3)."""
    parameters = request.app_parameters()
    code_exchange = CodeExchange(
        client_id=parameters.required("client_id"),
        code=parameters.required("code"),
        redirect_uri=parameters.required("redirect_uri"),
        code_verifier=parameters.optional("code_verifier"),
        nonce=parameters.optional("nonce"),
        iss=parameters.optional("iss"),
    )
    return exchange_code(code_exchange, deadline=request.deadline)


# Built at start-up, where Lambda gives full CPU and nobody is waiting for an answer yet
exchange_code = bootstrap.exchange_code()

lambda_handler = HttpApi({"POST /token/exchange": exchange}, bootstrap.clock)
