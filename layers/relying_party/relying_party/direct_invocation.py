"""The edge for other Lambda functions, which invoke one of ours with data and get data back.

A bad token is no exception: the caller gets the verdict with the ``status`` that the HTTP
door would have answered. Who may invoke is IAM's to say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from relying_party.adapters.telemetry import begin_invocation, record_failure, record_unexpected
from relying_party.error_response import build_error
from relying_party.errors import InvalidToken, Problem, RelyingPartyError
from relying_party.http_api import deadline_of
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.parameters import Parameters

_DOOR = "direct"

Answer = Callable[[Parameters, float], JsonObject]
"""Makes the answer from the event's members and the deadline."""


def answer_directly(
    answer: Answer, event: Mapping[str, Any], context: Any, now: float
) -> JsonObject:
    """Return what *answer* makes of *event*, or its failure as data."""
    begin_invocation(context.aws_request_id)
    try:
        return {"status": 200, **answer(Parameters(event), deadline_of(context, now))}
    except RelyingPartyError as failure:
        record_failure(_DOOR, failure)
        return _failed(failure)
    except Exception as error:  # noqa: BLE001 - the last resort: a caller gets data, always
        return _failed(record_unexpected(error))


def _failed(failure: RelyingPartyError) -> JsonObject:
    status, _, body = build_error(failure)
    if isinstance(failure, Problem):
        return {**body, "retry_after": failure.retry_after}
    if isinstance(failure, InvalidToken):
        return {"active": False, "status": status, **body}
    return {"status": status, **body}
