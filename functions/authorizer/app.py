"""A Lambda authorizer for your own APIs: HTTP API (payload 2.0) and REST (REQUEST)."""

from relying_party import bootstrap
from relying_party.authorizer_api import AuthorizerApi

lambda_handler = AuthorizerApi(
    bootstrap.trusted_verify_request(), bootstrap.authorizer_parameters(), bootstrap.clock
)
"""Answers with a simple response or a policy, whichever the event asks for."""
