"""POST /token/exchange: a code, and the proof that it is the app's, for tokens.

POST /oauth2/token is the same, and a refresh, for libraries that know RFC 6749 alone.

By direct invocation, which IAM guards: what is kept about a user, and its erasure.
"""

from collections.abc import Mapping
from typing import Any

from relying_party import bootstrap
from relying_party.application.exchange_code import CodeExchange
from relying_party.application.grant_flow import GrantedTokens
from relying_party.application.refresh_tokens import TokenRefresh
from relying_party.direct_invocation import answer_directly
from relying_party.errors import InvalidRequest, UnsupportedGrantType
from relying_party.http_api import Answer, HttpApi, Request
from relying_party.protocol.parameters import Parameters
from relying_party.token_answer import build_token_answer

# Built at start-up, where Lambda gives full CPU and nobody is waiting for an answer yet
exchange_code = bootstrap.exchange_code()
refresh_tokens = bootstrap.refresh_tokens()
fetch_userinfo = bootstrap.fetch_userinfo()
identities = bootstrap.identities()


def exchange(request: Request) -> Answer:
    """Answer with the issuer's token response (OIDC Core §3.1.3.3)."""
    parameters = request.app_parameters()
    code_exchange = CodeExchange(
        client_id=parameters.required("client_id"),
        code=parameters.required("code"),
        redirect_uri=parameters.optional("redirect_uri"),
        code_verifier=parameters.optional("code_verifier"),
        nonce=parameters.optional("nonce"),
        iss=parameters.optional("iss"),
        state=parameters.optional("state"),
        login_session=parameters.optional("login_session"),
    )
    tokens = exchange_code(code_exchange, deadline=request.deadline)
    userinfo = fetch_userinfo(code_exchange.client_id, tokens, deadline=request.deadline)
    identity = identities.record(tokens, deadline=request.deadline)
    user = {} if tokens.user is None else {"user": tokens.user}
    return build_token_answer(tokens, identity=identity, **userinfo, **user)


def token(request: Request) -> Answer:
    """Answer as a token endpoint does (RFC 6749 §3.2), and with nothing beside it."""
    parameters = request.library_parameters()
    grant_type = parameters.required("grant_type")
    if grant_type not in _GRANTS:
        raise UnsupportedGrantType
    tokens = _GRANTS[grant_type](parameters, request.deadline)
    identities.record(tokens, deadline=request.deadline)
    return build_token_answer(tokens)


def _grant_code(parameters: Parameters, deadline: float) -> GrantedTokens:
    code_exchange = CodeExchange(
        client_id=parameters.required("client_id"),
        code=parameters.required("code"),
        redirect_uri=parameters.optional("redirect_uri"),
        code_verifier=parameters.optional("code_verifier"),
    )
    return exchange_code.for_library(code_exchange, deadline=deadline)


def _grant_refresh(parameters: Parameters, deadline: float) -> GrantedTokens:
    token_refresh = TokenRefresh(
        client_id=parameters.required("client_id"),
        refresh_token=parameters.required("refresh_token"),
        scope=parameters.optional("scope"),
    )
    return refresh_tokens(token_refresh, deadline=deadline)


_GRANTS = {"authorization_code": _grant_code, "refresh_token": _grant_refresh}


def find_or_erase(parameters: Parameters, _deadline: float) -> dict[str, Any]:
    """Answer an operator with an identity, or with whether there was one to erase."""
    issuer, subject = parameters.required("issuer"), parameters.required("subject")
    action = parameters.required("action")
    if action == "find_identity":
        return {"identity": identities.find(issuer, subject)}
    if action == "erase_identity":
        return {"erased": identities.erase(issuer, subject)}
    raise InvalidRequest("action must be find_identity or erase_identity")


over_http = HttpApi(
    {"POST /token/exchange": exchange, "POST /oauth2/token": token}, bootstrap.clock
)


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer an app, or the operator who invokes this function."""
    if "routeKey" in event:
        return over_http(event, context)
    return answer_directly(find_or_erase, event, context, bootstrap.clock)
