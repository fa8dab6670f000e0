"""The pages that a browser may see: nothing in them is code, and a failure leads nowhere."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidGrant, InvalidRequest, TemporarilyUnavailable
from relying_party.html_page import Page, build_failure_page, build_redirect_page
from relying_party.http_api import HttpApi, Request
from tests.unit.conftest import LambdaContext

ROUTE = "GET /page"


class Links(HTMLParser):
    """The tags of a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.hrefs: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.hrefs += [value for name, value in attrs if name == "href"]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"])))
def test_whatever_is_in_a_link_stays_in_the_link(link: str) -> None:
    page = Links(build_redirect_page(link).html)
    assert page.hrefs == [link]
    assert page.tags <= {"html", "meta", "title", "h1", "p", "a"}


@pytest.mark.parametrize(
    ("failure", "status"), [(InvalidGrant("<b>"), 400), (TemporarilyUnavailable("<b>"), 503)]
)
def test_a_failure_page_leads_nowhere_and_tells_no_details(failure: Any, status: int) -> None:
    page = build_failure_page(failure)
    assert (page.status, page.location) == (status, None)
    assert Links(page.html).hrefs == []
    assert "<b>" not in page.html


@pytest.mark.usefixtures("_powertools")
@pytest.mark.parametrize(
    ("raised", "status"), [(None, 303), (InvalidRequest("x"), 400), (KeyError("secret"), 500)]
)
def test_a_door_for_browsers_answers_with_a_page_whatever_happens(
    context: LambdaContext, raised: Exception | None, status: int
) -> None:
    def door(_: Request) -> Page:
        if raised is not None:
            raise raised
        return build_redirect_page("app.example:/cb")

    api = HttpApi({}, lambda: 0.0, {ROUTE: door})
    event = {"routeKey": ROUTE, "headers": {}, "requestContext": {"requestId": "r"}}
    answer = json.loads(json.dumps(api(event, context)))
    assert answer["statusCode"] == status
    assert answer["headers"]["Content-Type"].startswith("text/html")
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert ("Location" in answer["headers"]) is (status == 303)
