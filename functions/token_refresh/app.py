"""POST /token/refresh: a refresh token for new tokens; POST /oauth2/revoke: the end of a grant."""

from typing import Any

from relying_party import bootstrap
from relying_party.application.refresh_tokens import TokenRefresh
from relying_party.application.revoke_token import Revocation
from relying_party.http_api import Answer, HttpApi, Request
from relying_party.token_answer import build_token_answer

# Built at start-up, where Lambda gives full CPU and nobody is waiting for an answer yet
refresh_tokens = bootstrap.refresh_tokens()
revoke_token = bootstrap.revoke_token()
identities = bootstrap.identities()


def refresh(request: Request) -> Answer:
    """Answer with the issuer's token response (RFC 6749 §5.1)."""
    parameters = request.app_parameters()
    token_refresh = TokenRefresh(
        client_id=parameters.required("client_id"),
        refresh_token=parameters.required("refresh_token"),
        scope=parameters.optional("scope"),
        code_verifier=parameters.optional("code_verifier"),
    )
    tokens = refresh_tokens(token_refresh, deadline=request.deadline)
    identity = identities.record(tokens, deadline=request.deadline)
    return build_token_answer(tokens, identity=identity)


def revoke(request: Request) -> dict[str, Any]:
    """Answer with nothing: the grant is gone, or never was (RFC 7009 §2.2)."""
    parameters = request.app_parameters()
    revocation = Revocation(
        client_id=parameters.required("client_id"),
        token=parameters.required("token"),
        token_type_hint=parameters.optional("token_type_hint"),
    )
    revoke_token(revocation, deadline=request.deadline)
    return {}


lambda_handler = HttpApi(
    {"POST /token/refresh": refresh, "POST /oauth2/revoke": revoke}, bootstrap.clock
)
