"""The provider's answer by way of the browser, and the link that it becomes."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidGrant, InvalidRequest, OAuthError
from relying_party.protocol.authorization_response import (
    AuthorizationResponse,
    build_app_link,
    parse_authorization_response,
    require_issuer_of_response,
)
from relying_party.protocol.login_session import LoginSession
from relying_party.protocol.parameters import Parameters, parse_query
from tests.fakes import EXAMPLE
from tests.tokens import ISSUER

SESSION = LoginSession("app", "app.example:/cb")


@pytest.mark.parametrize("promised", [False, True])
def test_an_answer_says_who_it_comes_from_where_that_is_promised(*, promised: bool) -> None:
    session = replace(SESSION, promises_iss=promised)
    require_issuer_of_response(AuthorizationResponse("s", iss=ISSUER), session, EXAMPLE)
    with pytest.raises(InvalidGrant):
        require_issuer_of_response(AuthorizationResponse("s", iss="https://x"), session, EXAMPLE)
    if promised:
        with pytest.raises(InvalidRequest):
            require_issuer_of_response(AuthorizationResponse("s"), session, EXAMPLE)
    else:
        require_issuer_of_response(AuthorizationResponse("s"), session, EXAMPLE)


@pytest.mark.parametrize(
    "query",
    ["code=c", "state=s", "state=s&code=c&error=e", "state=s&code=%00", 'state=s&error="', ""],
)
def test_what_is_no_answer_is_refused(query: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_authorization_response(parse_query(query))


def test_a_user_comes_with_a_code_or_not_at_all() -> None:
    user = {"user": '{"email": "a@example"}', "state": "s"}
    response = parse_authorization_response(Parameters({**user, "code": "c"}))
    assert response.user == {"email": "a@example"}
    assert parse_authorization_response(Parameters({**user, "error": "e"})).user is None


@pytest.mark.parametrize("registered", ["app.example:/cb", "https://app.example/cb?x=1"])
def test_the_link_is_the_apps_with_the_answer_behind(registered: str) -> None:
    link = build_app_link(
        replace(SESSION, redirect_uri=registered), AuthorizationResponse("s t", "c&d", None, ISSUER)
    )
    assert link.startswith(registered)
    sent = dict(parse_qsl(urlsplit(link).query))
    assert {**sent, "x": ""} == {"code": "c&d", "state": "s t", "iss": ISSUER, "x": ""}


def test_an_error_goes_on_to_the_app_as_it_came() -> None:
    response = parse_authorization_response(
        parse_query(f"state=s&error=access_denied&error_description=no&iss={ISSUER}")
    )

    sent = dict(parse_qsl(urlsplit(build_app_link(SESSION, response)).query))
    assert sent == {"state": "s", "error": "access_denied", "iss": ISSUER}


@given(st.text(), st.text(), st.text())
def test_no_answer_changes_where_the_link_leads(state: str, code: str, iss: str) -> None:
    parameters = Parameters({"state": state, "code": code, "iss": iss})
    try:
        link = build_app_link(SESSION, parse_authorization_response(parameters))
    except OAuthError:
        return
    assert link.startswith("app.example:/cb?")
    assert link.isascii()
    assert link.isprintable()
    assert '"' not in link
