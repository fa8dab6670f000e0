"""The edge for other Lambda functions, which invoke one of ours with data and get data back.

A bad token is no exception: the caller gets the verdict with the ``status`` that the HTTP
door would have answered. Who may invoke is IAM's to say.
"""

from collections.abc import Callable, Mapping
from typing import Any

from relying_party.adapters.telemetry import begin_invocation, record_failure, record_unexpected
from relying_party.error_response import build_error
from relying_party.errors import InvalidRequest, InvalidToken, Problem, RelyingPartyError
from relying_party.http_api import deadline_of
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.parameters import Parameters

DIRECT = "direct"
"""What this door is called in logs and metrics."""

MAX_TOKENS = 100
"""How many tokens one invocation may bring."""

Clock = Callable[[], float]
"""Seconds since the epoch."""

Answer = Callable[[Parameters, float], JsonObject]
"""Makes the answer from the event's members and the deadline."""


def answer_directly(
    answer: Answer, event: Mapping[str, Any], context: Any, clock: Clock
) -> JsonObject:
    """Return what *answer* makes of *event*, or its failure as data."""
    begin_invocation(context.aws_request_id)
    try:
        return {"status": 200, **answer(Parameters(event), deadline_of(context, clock()))}
    except RelyingPartyError as failure:
        record_failure(DIRECT, failure)
        return _failed(failure)
    except Exception as error:  # noqa: BLE001 - the last resort: a caller gets data, always
        return _failed(record_unexpected(error))


def answer_each(answer: Answer, requests: object, context: Any, clock: Clock) -> JsonObject:
    """Return ``verdicts``, one for each of *requests*, in their order.

    One that is bad, or malformed, never spoils the others.
    """
    if not isinstance(requests, list) or len(requests) > MAX_TOKENS:
        refusal = InvalidRequest(f"tokens must be an array of at most {MAX_TOKENS}")
        return answer_directly(_refuse(refusal), {}, context, clock)
    members = [request if isinstance(request, Mapping) else {} for request in requests]
    return {
        "status": 200,
        "verdicts": [answer_directly(answer, member, context, clock) for member in members],
    }


def _refuse(refusal: InvalidRequest) -> Answer:
    def answer(_parameters: Parameters, _deadline: float) -> JsonObject:
        raise refusal

    return answer


def _failed(failure: RelyingPartyError) -> JsonObject:
    status, _, body = build_error(failure)
    if isinstance(failure, Problem):
        return {**body, "retry_after": failure.retry_after}
    if isinstance(failure, InvalidToken):
        return {"active": False, "status": status, **body}
    return {"status": status, **body}
