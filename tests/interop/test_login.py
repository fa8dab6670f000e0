"""`/login` and the callback against a certified provider that posts its answer (form_post)."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from local.stack import RunningStack
from tests.interop.browser import Browser, Visit
from tests.interop.certified_provider import REDIRECT_URIS, CertifiedProvider

CLIENT_ID = "demo-posted-app"
APP = REDIRECT_URIS[CLIENT_ID]


class App:
    """An app that leaves all to us but the browser."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.callback = f"{url}/login/callback/posted"

    def post(self, path: str, **form: str) -> requests.Response:
        return requests.post(f"{self._url}{path}", {"client_id": CLIENT_ID, **form}, timeout=30)

    def begin(self, prompt: str) -> dict[str, str]:
        form = {"redirect_uri": APP, "prompt": prompt, "response_mode": "form_post"}
        answer = self.post("/login", **form)
        assert answer.status_code == 200, answer.text
        begun: dict[str, str] = answer.json()
        return begun

    def arrive(self, browser: Browser, prompt: str) -> tuple[dict[str, str], Visit]:
        """Sign in; return what we hold, and the post that the provider has the browser make."""
        begun = self.begin(prompt)
        visit = browser.follow(begun["authorization_url"], self.callback)
        assert visit.form is not None, "the provider redirects instead of posting"
        assert visit.form["state"] == begun["state"]
        return begun, visit


@pytest.fixture
def app(stack: RunningStack) -> App:
    return App(stack.url)


def link_of(page: requests.Response) -> dict[str, str]:
    """Return what the app's own link says."""
    assert page.status_code == 303, page.text
    link = urlsplit(page.headers["Location"])
    assert link._replace(query="").geturl() == APP
    return dict(parse_qsl(link.query))


def test_an_answer_by_post_becomes_the_apps_link_and_its_code_becomes_tokens(
    app: App, provider: CertifiedProvider
) -> None:
    browser = Browser()
    begun, visit = app.arrive(browser, "consent")
    link = link_of(browser.send(visit))
    assert link == visit.form
    assert link["iss"] == provider.url
    answer = app.post("/token/exchange", **link, login_session=begun["login_session"])
    assert answer.status_code == 200, answer.text
    verdict = app.post("/token/verify", token=answer.json()["id_token"], nonce=begun["nonce"])
    assert verdict.json()["claims"]["sub"] == "alice"


def test_a_code_by_post_is_no_good_to_who_lacks_the_login_session(app: App) -> None:
    browser = Browser()
    begun, visit = app.arrive(browser, "consent")
    link = link_of(browser.send(visit))
    for held, status in ((app.begin("consent"), 400), (begun, 200)):
        answer = app.post("/token/exchange", **link, login_session=held["login_session"])
        assert answer.status_code == status, answer.text


def test_an_answer_is_served_once(app: App) -> None:
    browser = Browser()
    _, visit = app.arrive(browser, "consent")
    assert link_of(browser.send(visit))["code"]
    again = browser.send(visit)
    assert (again.status_code, "Location" in again.headers) == (400, False)


@pytest.mark.parametrize("iss", [None, "https://another.example"])
def test_an_answer_without_the_providers_iss_is_not_served_and_spoils_nothing(
    app: App, iss: str | None
) -> None:
    browser = Browser()
    _, visit = app.arrive(browser, "consent")
    others = {name: value for name, value in (visit.form or {}).items() if name != "iss"}
    changed = others if iss is None else {**others, "iss": iss}
    page = browser.send(Visit(visit.url, changed))
    assert (page.status_code, "Location" in page.headers) == (400, False)
    assert link_of(browser.send(visit))["code"]


def test_a_silent_sign_in_of_nobody_tells_the_app_that_a_login_is_required(
    app: App, provider: CertifiedProvider
) -> None:
    browser = Browser()
    begun, visit = app.arrive(browser, "none")
    link = link_of(browser.send(visit))
    assert link == {"error": "login_required", "state": begun["state"], "iss": provider.url}


def test_a_silent_sign_in_tells_the_app_that_the_provider_wants_to_ask_alice(app: App) -> None:
    """It takes no consent for granted where anybody may have the link (RFC 8252 §8.6)."""
    browser = Browser()
    app.arrive(browser, "consent")
    _, visit = app.arrive(browser, "none")
    assert link_of(browser.send(visit))["error"] == "interaction_required"
