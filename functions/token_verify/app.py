"""POST /token/verify, POST /oauth2/introspect, and direct invocation: is this token good?"""

from relying_party import bootstrap
from relying_party.verify_api import VerifyApi

lambda_handler = VerifyApi(
    bootstrap.verify_request(),
    bootstrap.trusted_verify_request(),
    bootstrap.clock,
    bootstrap.release(),
)
"""Answers an HTTP request, or whoever invokes this function directly."""
