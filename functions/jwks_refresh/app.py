"""Every five minutes, and on demand: fetch the issuers' keys, or purge them."""

from collections.abc import Mapping
from typing import Any

from relying_party import bootstrap
from relying_party.direct_invocation import answer_directly
from relying_party.errors import InvalidRequest
from relying_party.protocol.parameters import Parameters

refresh_keys = bootstrap.refresh_keys()


def refresh_or_purge(parameters: Parameters, deadline: float) -> dict[str, Any]:
    """Answer with how each issuer's keys fared."""
    action = parameters.required("action")
    if action == "refresh":
        return {"issuers": refresh_keys.refresh(parameters.optional("issuer"), deadline=deadline)}
    if action == "purge":
        return {"issuers": refresh_keys.purge(parameters.required("issuer"), deadline=deadline)}
    raise InvalidRequest("action must be refresh or purge")


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer the schedule, or the operator who invokes this function."""
    return answer_directly(refresh_or_purge, event, context, bootstrap.clock)
