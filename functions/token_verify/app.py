"""POST /token/verify, and direct invocation: is this token good, and what does it say?"""

from collections.abc import Mapping
from typing import Any

from relying_party import bootstrap
from relying_party.direct_invocation import answer_directly
from relying_party.http_api import HttpApi, Request
from relying_party.protocol.bearer import require_one_token
from relying_party.protocol.parameters import Parameters

verify_request = bootstrap.verify_request()


def verify(request: Request) -> dict[str, Any]:
    """Answer with the verdict on the token in the header or in the body."""
    parameters = request.parameters()
    token = require_one_token(request.authorization, parameters.optional("token"))
    return verdict(token, parameters, request.deadline)


def verify_directly(parameters: Parameters, deadline: float) -> dict[str, Any]:
    """Answer with the verdict on the token of a direct invocation."""
    return verdict(parameters.required("token"), parameters, deadline)


def verdict(token: str, parameters: Parameters, deadline: float) -> dict[str, Any]:
    """Answer with what a good *token* says; a bad one ends in an error."""
    verified = verify_request(token, parameters, deadline=deadline)
    return {
        "active": True,
        "token_use": verified.token_use,
        "issuer": verified.issuer,
        "client": verified.client,
        "claims": verified.claims,
    }


over_http = HttpApi({"POST /token/verify": verify}, bootstrap.clock)


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer an HTTP request, or whoever invokes this function directly."""
    if "routeKey" in event:
        return over_http(event, context)
    return answer_directly(verify_directly, event, context, bootstrap.clock())
