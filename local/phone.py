"""What the app on the phone does: makes PKCE, opens the sign-in page, takes the code home."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

_SECONDS = 10


class SignInError(Exception):
    """The provider did not send the user back with a code for us."""


@dataclass(frozen=True)
class SignIn:
    """What the app holds after the redirect: all that the exchange needs."""

    client_id: str
    redirect_uri: str
    code: str
    code_verifier: str
    nonce: str

    @property
    def form(self) -> dict[str, str]:
        """The parameters of `POST /token/exchange`."""
        return {
            "client_id": self.client_id,
            "code": self.code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.code_verifier,
            "nonce": self.nonce,
        }


@dataclass(frozen=True)
class Phone:
    """One app, as its provider knows it."""

    issuer: str
    client_id: str
    redirect_uri: str
    scope: str = "openid profile email offline_access"
    browser: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        # Proxies of this machine have no business on loopback.
        self.browser.trust_env = False

    def sign_in(self, username: str, password: str) -> SignIn:
        """Go through the provider's login page as `username`."""
        code_verifier, nonce, state = (secrets.token_urlsafe(32) for _ in range(3))
        request = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": build_challenge(code_verifier),
            "code_challenge_method": "S256",
        }
        url = f"{self._authorization_endpoint()}?{urlencode(request)}"
        code = self._take_code(self.go_through(url, username, password), state)
        return SignIn(self.client_id, self.redirect_uri, code, code_verifier, nonce)

    def go_through(self, authorization_url: str, username: str, password: str) -> str:
        """Where the login page at `authorization_url` leads whoever signs in there."""
        page = self.browser.get(authorization_url, timeout=_SECONDS)
        return self._submit(page, {"username": username, "password": password})

    def _authorization_endpoint(self) -> str:
        url = f"{self.issuer}/.well-known/openid-configuration"
        metadata = self.browser.get(url, timeout=_SECONDS).json()
        return str(metadata["authorization_endpoint"])

    def _submit(self, page: requests.Response, typed: dict[str, str]) -> str:
        form = _Form()
        form.feed(page.text)
        if form.action is None:
            raise SignInError(f"{page.url} shows no login form (status {page.status_code})")
        answer = self.browser.post(
            urljoin(page.url, form.action),
            data=form.hidden | typed,
            timeout=_SECONDS,
            allow_redirects=False,  # the operating system hands the redirect to the app
        )
        return answer.headers.get("Location", "")

    def _take_code(self, redirect: str, state: str) -> str:
        answer = dict(parse_qsl(urlsplit(redirect).query))
        ours = redirect.startswith(f"{self.redirect_uri}?")
        # RFC 9207: the answer must come from the server that we asked.
        if not ours or answer.get("state") != state or answer.get("iss") != self.issuer:
            raise SignInError("the provider did not send the user back to the app")
        if "code" not in answer:
            raise SignInError(f"the provider answered {answer.get('error')}")
        return answer["code"]


def build_challenge(code_verifier: str) -> str:
    """The S256 challenge of a verifier, RFC 7636 §4.2."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class _Form(HTMLParser):
    """The one form of a page: where it goes, and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = attributes["action"]
        elif tag == "input" and attributes.get("type") == "hidden":
            self.hidden[attributes["name"]] = attributes["value"]
