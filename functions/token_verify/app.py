"""POST /token/verify, POST /oauth2/introspect, and direct invocation: is this token good?"""

from collections.abc import Mapping
from typing import Any

from relying_party import bootstrap
from relying_party.direct_invocation import answer_directly, answer_each
from relying_party.errors import InvalidToken
from relying_party.http_api import HttpApi, Request, require_iam_caller
from relying_party.protocol.bearer import require_one_token
from relying_party.protocol.parameters import Parameters
from relying_party.verdict import build_introspection, build_verdict

verify_for_anyone = bootstrap.verify_request()
verify_for_trusted = bootstrap.trusted_verify_request()


def verify(request: Request) -> dict[str, Any]:
    """Answer anyone with the verdict on the token in the header or in the body."""
    parameters = request.parameters()
    token = require_one_token(request.authorization, parameters.optional("token"))
    return build_verdict(verify_for_anyone(token, parameters, deadline=request.deadline))


def introspect(request: Request) -> dict[str, Any]:
    """Answer a caller whom IAM let in with what RFC 7662 §2.2 says about an access token."""
    require_iam_caller(request)
    asked = request.parameters()
    every_client = {"token_use": "access_token", "client_id": list(verify_for_trusted.clients)}
    try:
        verified = verify_for_trusted(
            asked.required("token"), Parameters(every_client), deadline=request.deadline
        )
    except InvalidToken:
        return {"active": False}
    return build_introspection(verified)


def verify_directly(parameters: Parameters, deadline: float) -> dict[str, Any]:
    """Answer another function with the verdict on one token."""
    token = parameters.required("token")
    return build_verdict(verify_for_trusted(token, parameters, deadline=deadline))


over_http = HttpApi(
    {"POST /token/verify": verify, "POST /oauth2/introspect": introspect}, bootstrap.clock
)


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer an HTTP request, or whoever invokes this function directly."""
    if "routeKey" in event:
        return over_http(event, context)
    if "tokens" in event:
        return answer_each(verify_directly, event["tokens"], context, bootstrap.clock)
    return answer_directly(verify_directly, event, context, bootstrap.clock)
