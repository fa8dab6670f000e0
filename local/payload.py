"""API Gateway's payload format 2.0: an HTTP request as an event, an answer as an HTTP response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
leaves open which content types are text; the list below is what API Gateway was seen to do.
"""

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from werkzeug import Request, Response

from local.iam import AWS_IAM, parse_caller
from local.intrinsics import ACCOUNT_ID
from local.template import Route

# Everything else arrives in base64: forms too, and a body without a content type.
_TEXT_TYPES = {"application/json", "application/javascript", "application/xml"}
_STAGE = "$default"


class MalformedAnswerError(Exception):
    """The function answered something that API Gateway cannot make a response of."""


def build_event(
    request: Request, route: Route, path_parameters: Mapping[str, str]
) -> dict[str, Any]:
    """The event that a function gets for `request`; what there is none of is left out."""
    headers = {name.lower(): value for name, value in request.headers.items() if name != "Cookie"}
    cookies = [cookie.strip() for cookie in request.headers.get("Cookie", "").split(";")]
    raw_query = request.query_string.decode("latin-1")
    optional = {
        "cookies": [cookie for cookie in cookies if cookie],
        "queryStringParameters": _joined(parse_qsl(raw_query, keep_blank_values=True)),
        "pathParameters": dict(path_parameters),
    }
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": raw_query,
        "headers": headers | _forwarded(request),
        "requestContext": _request_context(request, route),
        **{name: value for name, value in optional.items() if value},
        **_body(request),
    }


def build_response(answer: Any) -> Response:
    """The response that API Gateway makes of a function's answer."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(text, 200, content_type="application/json")
    response = Response(_answered_body(answer), _answered_status(answer))
    response.headers["content-type"] = "text/plain;charset=utf-8"
    for name, value in (answer.get("headers") or {}).items():
        response.headers[name] = str(value)
    for cookie in answer.get("cookies") or []:
        response.headers.add("set-cookie", cookie)
    return response


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _forwarded(request: Request) -> dict[str, str]:
    callers = (request.headers.get("X-Forwarded-For"), request.remote_addr)
    return {
        "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": ", ".join(caller for caller in callers if caller),
        "x-forwarded-port": request.environ["SERVER_PORT"],
        "x-forwarded-proto": request.scheme,
    }


def _request_context(request: Request, route: Route) -> dict[str, Any]:
    now = time.time()
    host = request.environ["SERVER_NAME"]
    authorizer = {"authorizer": {"iam": parse_caller(request)}} if route.auth == AWS_IAM else {}
    return {
        "accountId": ACCOUNT_ID,
        "apiId": "local",
        **authorizer,
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.environ["SERVER_PROTOCOL"],
            "sourceIp": request.remote_addr or "",
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": uuid.uuid4().hex,
        "routeKey": route.key,
        "stage": _STAGE,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _body(request: Request) -> dict[str, Any]:
    body = request.get_data()
    if not body:
        return {"isBase64Encoded": False}
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type.startswith("text/") or content_type in _TEXT_TYPES:
        return {"body": body.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _answered_status(answer: Mapping[str, Any]) -> int:
    try:
        return int(answer["statusCode"])
    except (TypeError, ValueError):
        raise MalformedAnswerError(f"statusCode is {answer['statusCode']!r}") from None


def _answered_body(answer: Mapping[str, Any]) -> bytes:
    body = "" if answer.get("body") is None else answer["body"]
    if not isinstance(body, str):
        raise MalformedAnswerError("body is not a string")
    return base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
