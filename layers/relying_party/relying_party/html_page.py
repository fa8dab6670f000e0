"""The two small pages that a browser may get to see: a way on, and the end of one.

No script, no style, nothing from elsewhere; what came from outside is escaped.
"""

from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus

from relying_party.errors import Problem, RelyingPartyError

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and where the browser is sent if anywhere."""

    status: int
    html: str = field(repr=False)
    location: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The response's header fields."""
        return HEADERS if self.location is None else {**HEADERS, "Location": self.location}


def build_redirect_page(link: str) -> Page:
    """Return the redirect to *link*, and the same as a link.

    A browser may refuse to open an app that the user has not tapped for.
    """
    body = f'<p><a href="{escape(link)}">Continue in the app</a></p>'
    return Page(HTTPStatus.SEE_OTHER, _html("Back to the app", body), link)


def build_failure_page(failure: RelyingPartyError) -> Page:
    """Return the page that ends here: whatever is wrong, the browser is sent nowhere."""
    text = "Go back to the app and sign in again."
    if isinstance(failure, Problem):
        text = "Something is out of reach. Reload this page in a moment."
    status = failure.status if isinstance(failure, Problem) else HTTPStatus.BAD_REQUEST
    return Page(status, _html("The sign-in cannot go on", f"<p>{text}</p>"))


def _html(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>{body}</html>"
    )
