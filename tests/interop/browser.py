"""A user with a browser: it follows redirects, submits forms, and signs alice in on the way."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

_SECONDS = 10
_PAGES = 12
"""Redirects and forms that a sign-in may take."""

_FIELD = re.compile(r"<(?:input|button)[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

_ALICE = {"login": "alice", "password": "any"}


@dataclass(frozen=True)
class Visit:
    """What a browser does next: it gets the URL, or posts the form there."""

    url: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Browser:
    """It keeps its cookies; another browser knows nothing of them."""

    typed: Mapping[str, str] = field(default_factory=lambda: _ALICE)
    _session: requests.Session = field(default_factory=requests.Session)

    def follow(self, url: str, destination: str) -> Visit:
        """Have alice sign in where *url* leads; return the visit that *destination* gets."""
        visit = Visit(url)
        for _ in range(_PAGES):
            if visit.url.startswith(destination):
                return visit
            visit = self._after(self.send(visit))
        raise AssertionError(f"the sign-in did not end: {visit}")

    def send(self, visit: Visit) -> requests.Response:
        """Return the page, or the redirect."""
        self._session.trust_env = False
        method = "GET" if visit.form is None else "POST"
        return self._session.request(
            method, visit.url, data=visit.form, allow_redirects=False, timeout=_SECONDS
        )

    def _after(self, page: requests.Response) -> Visit:
        if "Location" in page.headers:
            return Visit(urljoin(page.url, page.headers["Location"]))
        action = re.search(r'<form[^>]* action="([^"]*)"', page.text)
        assert action is not None, page.text
        tags = [dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(page.text)]
        fields = {tag["name"]: html.unescape(tag.get("value", "")) for tag in tags if "name" in tag}
        form = {name: self.typed.get(name, value) for name, value in fields.items()}
        return Visit(urljoin(page.url, html.unescape(action[1])), form)
