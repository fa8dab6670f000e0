"""The edge that the functions share: an API Gateway event in, an answer out (payload 2.0).

API Gateway has routed already, so dispatch is a look-up of ``routeKey``. Every answer says
``no-store`` (RFC 6749 §5.1), and every failure is logged once, here.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from relying_party.adapters.telemetry import begin_invocation, record_failure, record_unexpected
from relying_party.error_response import JSON, build_error
from relying_party.errors import (
    InvalidClient,
    InvalidRequest,
    RelyingPartyError,
    UnauthorizedClient,
    UnwantedCredentials,
)
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.parameters import FORM, Parameters, parse_parameters, parse_query

if TYPE_CHECKING:
    from relying_party.html_page import Page

_ANSWER_BY = 0.5
"""Seconds kept back so that an answer still leaves before Lambda ends the invocation."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a door gets to see of an event."""

    content_type: str
    authorization: str | None = field(repr=False)
    query: str = field(repr=False)
    body: bytes = field(repr=False)
    deadline: float
    """Seconds since the epoch by which the answer must be ready."""
    iam_caller: str | None = None
    """The ARN of the caller, where the route is authorised by IAM."""
    domain_name: str = ""
    """Our own, as API Gateway knows it; what the caller says in ``Host`` is not believed."""
    path_parameters: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> Parameters:
        """Return the body's parameters.

        Raises:
            InvalidRequest: parameters in the URL, which logs keep (RFC 6749 §2.3.1), or a
                body that is none.
        """
        if self.query:
            raise InvalidRequest("parameters belong into the body")
        return parse_parameters(self.content_type, self.body)

    def app_parameters(self) -> Parameters:
        """Return the parameters of an app, which has no credentials of its own.

        Raises:
            InvalidClient: client credentials: an app that holds them has them no longer.
        """
        parameters = self.parameters()
        if {"client_secret", "client_assertion"} & parameters.values.keys():
            raise InvalidClient("client credentials in the request")
        return parameters

    def library_parameters(self) -> Parameters:
        """Return the parameters of a library that speaks RFC 6749 §3.2: always a form.

        Raises:
            InvalidClient: client credentials, in whichever way (§2.3.1, RFC 7521 §4.2).
        """
        if self.authorization is not None:
            raise UnwantedCredentials("an Authorization header")
        if self.media_type != FORM:
            raise InvalidRequest(f"Content-Type must be {FORM}")
        parameters = self.parameters()
        if any(map(parameters.optional, ("client_secret", "client_assertion"))):
            raise InvalidClient("client credentials in the request")
        return parameters

    def redirected_parameters(self) -> Parameters:
        """Return what a provider sends by way of the browser: in the query, or in a form.

        Raises:
            InvalidRequest: malformed, repeated, or JSON.
        """
        if not self.body:
            return parse_query(self.query)
        if self.media_type != FORM:
            raise InvalidRequest(f"Content-Type must be {FORM}")
        return self.parameters()

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.content_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answers when it has more to say than a body."""

    body: JsonObject = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


Door = Callable[[Request], Answer | JsonObject]
PageDoor = Callable[[Request], "Page"]
"""A door for browsers: what it answers, and its failures, are for the user to read."""


class HttpApi:
    """The doors of one function, by ``routeKey``."""

    def __init__(
        self,
        doors: Mapping[str, Door],
        clock: Callable[[], float],
        pages: Mapping[str, PageDoor] | None = None,
    ) -> None:
        self._doors = doors
        self._pages = pages or {}
        self._clock = clock

    def __call__(self, event: Mapping[str, Any], context: Any) -> JsonObject:
        """Return the answer to *event*.

        Args:
            event: API Gateway HTTP API, payload format 2.0.
            context: Lambda's.
        """
        begin_invocation(event["requestContext"]["requestId"])
        door = event["routeKey"]
        try:
            deadline = deadline_of(context, self._clock())
            if door in self._pages:
                return _show(self._pages[door](parse_request(event, deadline)))
            # The door is found first: no refusal is counted for one that there is not
            return _success(self._doors[door](parse_request(event, deadline)))
        except RelyingPartyError as failure:
            record_failure(door, failure)
            return self._fail(door, failure)
        except Exception as error:  # noqa: BLE001 - the last resort: no caller sees a stack trace
            return self._fail(door, record_unexpected(error))

    def _fail(self, door: str, failure: RelyingPartyError) -> JsonObject:
        if door in self._pages:
            from relying_party.html_page import build_failure_page  # noqa: PLC0415 - where it is used

            return _show(build_failure_page(failure))
        return _answer(*build_error(failure))


def deadline_of(context: Any, now: float) -> float:
    """Return the seconds since the epoch by which an answer must be ready."""
    return float(now + context.get_remaining_time_in_millis() / 1000 - _ANSWER_BY)


def parse_request(event: Mapping[str, Any], deadline: float) -> Request:
    """Return what *event* asks.

    Raises:
        InvalidRequest: the body is not the base64 that the event says it is.
    """
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    return Request(
        content_type=headers.get("content-type", ""),
        authorization=headers.get("authorization"),
        query=event.get("rawQueryString", ""),
        body=_parse_body(event),
        deadline=deadline,
        iam_caller=_parse_iam_caller(event),
        domain_name=event["requestContext"].get("domainName", ""),
        path_parameters=event.get("pathParameters") or {},
    )


def require_iam_caller(request: Request) -> str:
    """Return who calls, by IAM. The route demands it; a template that lost that does no harm.

    Raises:
        UnauthorizedClient: API Gateway did not authorise the caller.
    """
    if request.iam_caller is None:
        raise UnauthorizedClient("the caller is not authorised by IAM")
    return request.iam_caller


def _parse_iam_caller(event: Mapping[str, Any]) -> str | None:
    authorizer = event["requestContext"].get("authorizer") or {}
    arn = (authorizer.get("iam") or {}).get("userArn")
    return arn if isinstance(arn, str) and arn else None


def _parse_body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return b64decode(body, validate=True)
    except Base64Error:
        raise InvalidRequest("the body is malformed") from None


def _success(answer: Answer | JsonObject) -> JsonObject:
    answer = answer if isinstance(answer, Answer) else Answer(answer)
    return _answer(200, {"Content-Type": JSON, **answer.headers}, answer.body)


def _show(page: "Page") -> JsonObject:
    headers = {**page.headers, "Cache-Control": "no-store"}
    return {"statusCode": int(page.status), "headers": headers, "body": page.html}


def _answer(status: int, headers: dict[str, str], body: JsonObject) -> JsonObject:
    return {
        "statusCode": status,
        "headers": {**headers, "Cache-Control": "no-store"},
        "body": json.dumps(body),
    }
