"""The edge: an API Gateway event in, an answer out, and every failure logged once."""

import json
from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from relying_party.errors import (
    InvalidGrant,
    InvalidRequest,
    InvalidToken,
    Reason,
    RelyingPartyError,
    TemporarilyUnavailable,
    UnauthorizedClient,
)
from relying_party.http_api import Answer, HttpApi, Request, require_iam_caller
from tests.tokens import NOW
from tests.unit.conftest import LambdaContext

pytestmark = pytest.mark.usefixtures("_powertools")

DOOR = "POST /door"
FORM = "application/x-www-form-urlencoded"
Json = dict[str, Any]


def event(body: str = "", content_type: str = FORM, **changes: Any) -> Json:
    return {
        "version": "2.0",
        "routeKey": DOOR,
        "rawQueryString": "",
        "headers": {"content-type": content_type},
        "requestContext": {"requestId": "request-1"},
        "body": body,
        "isBase64Encoded": False,
        **changes,
    }


def ask(
    door: Callable[[Request], Any], event: Json, context: LambdaContext | None = None
) -> tuple[Json, Json]:
    """Return the answer of *door* to *event*, and its body."""
    answer = HttpApi({DOOR: door}, lambda: NOW)(event, context or LambdaContext())
    body: Json = json.loads(answer["body"])
    return answer, body


def echo(request: Request) -> Json:
    return dict(request.parameters().values)


def fail(failure: Exception) -> Callable[[Request], Json]:
    def door(request: Request) -> Json:
        raise failure

    return door


def test_a_doors_answer_goes_out_as_json_that_nobody_may_store() -> None:
    answer, body = ask(lambda _: {"a": "ä"}, event())

    assert answer["statusCode"] == 200
    assert answer["headers"] == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    assert body == {"a": "ä"}


def test_a_door_may_add_headers() -> None:
    answer, body = ask(lambda _: Answer({"a": 1}, {"X-A": "b"}), event())

    assert answer["headers"]["X-A"] == "b"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert body == {"a": 1}


@pytest.mark.parametrize(
    "failure",
    [
        InvalidGrant(),
        InvalidToken(Reason.EXPIRED),
        TemporarilyUnavailable(),
        ValueError("a bug"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_no_answer_may_be_stored_whatever_becomes_of_the_request(failure: Exception) -> None:
    answer, _ = ask(fail(failure), event())

    assert answer["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("failure", "status"),
    [(InvalidGrant(), 400), (InvalidToken(Reason.EXPIRED), 401), (TemporarilyUnavailable(), 503)],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_has_its_own_status(failure: RelyingPartyError, status: int) -> None:
    assert ask(fail(failure), event())[0]["statusCode"] == status


def test_a_bug_is_a_problem_that_tells_nothing(logged: StringIO) -> None:
    answer, body = ask(fail(KeyError("secret-code")), event())

    assert answer["statusCode"] == 500
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert body["reason"] == "internal_error"
    assert "error" not in body
    assert "secret-code" not in answer["body"] + logged.getvalue()
    assert "KeyError" in logged.getvalue()
    assert "test_http_api.py" in logged.getvalue()


def test_a_door_that_there_is_not_is_in_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever may invoke the function makes up its events, and each new door would cost."""
    answer, _ = ask(echo, event("!", routeKey="POST /made-up", isBase64Encoded=True))

    assert answer["statusCode"] == 500
    assert "made-up" not in capsys.readouterr().out


def test_a_failure_is_logged_once_with_its_request_and_its_detail(logged: StringIO) -> None:
    ask(fail(InvalidGrant("why it is so")), event())

    [line] = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert (line["door"], line["code"], line["detail"]) == (DOOR, "invalid_grant", "why it is so")
    assert line["correlation_id"] == "request-1"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("a=1&b=x+y", FORM), ('{"a": "1", "b": "x y"}', "application/json")],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_parameters_come_as_form_or_json_in_plain_or_in_base64(
    body: str, content_type: str, *, encoded: bool
) -> None:
    sent = b64encode(body.encode()).decode() if encoded else body

    assert ask(echo, event(sent, content_type, isBase64Encoded=encoded))[1] == {
        "a": "1",
        "b": "x y",
    }


@pytest.mark.parametrize("headers", [{"Content-Type": FORM}, {"CONTENT-TYPE": FORM}])
def test_header_names_have_no_case(headers: Json) -> None:
    assert ask(echo, event("a=1", headers=headers))[1] == {"a": "1"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"body": "%%%", "isBase64Encoded": True}, id="no base64"),
        pytest.param({"body": "YQ", "isBase64Encoded": True}, id="base64 without its padding"),
        pytest.param({"body": "/w==", "isBase64Encoded": True}, id="no UTF-8"),
        pytest.param({"body": "a=1&a=2"}, id="a parameter twice"),
        pytest.param({"body": "a=1", "headers": {}}, id="no content type"),
        pytest.param({"body": "a=1", "rawQueryString": "code=x"}, id="parameters in the URL"),
        pytest.param({"body": "a=" + "x" * 65536}, id="too large"),
    ],
)
def test_a_body_that_is_none_is_an_invalid_request(changes: Json) -> None:
    answer, body = ask(echo, event(**changes))

    assert answer["statusCode"] == 400
    assert body["error"] == "invalid_request"


@pytest.mark.parametrize("changes", [{"body": None}, {"body": ""}, {"headers": {}}])
def test_an_event_without_a_body_has_no_parameters(changes: Json) -> None:
    assert ask(echo, event(**changes))[1] == {}


@pytest.mark.parametrize("name", ["client_secret", "client_assertion"])
def test_an_app_that_sends_client_credentials_is_refused(name: str) -> None:
    answer, body = ask(lambda request: dict(request.app_parameters().values), event(f"{name}=x"))

    assert answer["statusCode"] == 400
    assert body["error"] == "invalid_client"


def test_the_answer_must_be_ready_half_a_second_before_lambda_ends_the_invocation() -> None:
    _, body = ask(
        lambda request: {"deadline": request.deadline}, event(), LambdaContext(remaining=8.0)
    )

    assert body == {"deadline": NOW + 7.5}


@pytest.mark.parametrize(
    "authorizer", [None, {}, {"iam": None}, {"iam": {"userArn": ""}}, {"iam": {"userArn": 1}}]
)
def test_a_caller_that_iam_did_not_let_in_is_nobody(authorizer: Json | None) -> None:
    request_context = {"requestId": "r", "authorizer": authorizer}

    answer, body = ask(
        lambda request: {"caller": require_iam_caller(request)},
        event(requestContext=request_context),
    )

    assert answer["statusCode"] == UnauthorizedClient.status
    assert body["error"] == "unauthorized_client"


def test_a_caller_that_iam_let_in_is_known_by_its_arn() -> None:
    arn = "arn:aws:sts::123456789012:assumed-role/backend/session"
    request_context = {"requestId": "r", "authorizer": {"iam": {"userArn": arn}}}

    _, body = ask(
        lambda request: {"caller": require_iam_caller(request)},
        event(requestContext=request_context),
    )

    assert body == {"caller": arn}


def test_what_is_secret_in_a_request_is_not_shown_where_it_is_printed() -> None:
    shown: list[str] = []

    def door(request: Request) -> Json:
        shown.append(repr(request))
        raise InvalidRequest

    headers = {"content-type": FORM, "authorization": "Bearer token-1"}
    ask(door, event("code=code-1", rawQueryString="code=code-2", headers=headers))

    assert not any(secret in shown[0] for secret in ("code-1", "code-2", "token-1"))
