"""Verification for code that shares the layer: one call, no invocation.

The calling function needs what verify's own has: the environment of ``settings`` and a role
that may use the keys table.
"""

from dataclasses import replace

from relying_party import bootstrap
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import VerifiedToken

_BUDGET = 7.5
"""Seconds: as long as the verify door takes at most."""


def verify(token: str, **parameters: str | int | list[str]) -> VerifiedToken:
    """Return *token* verified; what it says is yours to change.

    Args:
        token: as presented by whoever calls you.
        parameters: those of the verify door: ``token_use`` (an ID Token unless said),
            ``client_id``, ``nonce``, ``access_token``, ``code``, ``max_age``, ``acr_values``,
            ``scope``.

    Raises:
        InvalidToken, InsufficientScope: the token was examined; ``reason`` says why.
        OAuthError: the parameters make no sense here.
        TemporarilyUnavailable: it could not be examined. This says nothing about it.
    """
    deadline = bootstrap.clock() + _BUDGET
    request = bootstrap.trusted_verify_request()
    verified = request(token, Parameters(parameters), deadline=deadline)
    return replace(verified, claims=verified.own_claims())
