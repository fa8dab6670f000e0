"""Tells in a terminal what was sent, what came back, and whether that is what had to come."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

# Whoever reads the screen over somebody's shoulder gets six characters of these.
_SECRETS = {
    "access_token",
    "at_hash",
    "code",
    "code_challenge",
    "code_verifier",
    "id_token",
    "nonce",
    "password",
    "refresh_token",
    "state",
    "token",
}
_SHOWN_CHARACTERS = 6
_LINE = 400


class Story:
    """Numbers the steps and remembers which went wrong."""

    def __init__(self) -> None:
        self._steps = 0
        self._failures: list[str] = []

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._steps += 1
        print(f"\n{self._steps}. {title}")

    def watch(self, session: requests.Session) -> requests.Session:
        """Show what goes through `session`, which is answered again."""
        session.hooks["response"].append(lambda response, **_: _show(response))
        return session

    def judge(self, *, as_it_must: bool, expected: str) -> None:
        """Say whether the step ended as `expected`."""
        print(f"   {'ok    ' if as_it_must else 'WRONG '}{expected}")
        if not as_it_must:
            self._failures.append(f"{self._steps}. {expected}")

    def conclude(self) -> int:
        """Sum up; the exit status."""
        if not self._failures:
            print(f"\nAll {self._steps} steps went as they must.")
            return 0
        print("\nWent wrong:", *self._failures, sep="\n  ")
        return 1


def _show(response: requests.Response) -> None:
    request = response.request
    url = urlsplit(request.url or "")
    body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
    sent = _shortened(dict(parse_qsl(f"{url.query}&{body}")))
    parameters = " ".join(f"{name}={value}" for name, value in sent.items())
    print(f"   sent  {request.method} {url.scheme}://{url.netloc}{url.path} {parameters}".rstrip())
    print(f"   back  {response.status_code} {_answer(response)}"[:_LINE])


def _answer(response: requests.Response) -> str:
    if location := response.headers.get("Location"):
        place, _, query = location.partition("?")
        answer = _shortened(dict(parse_qsl(query)))
        return f"{place} " + " ".join(f"{name}={value}" for name, value in answer.items())
    if "json" in response.headers.get("Content-Type", ""):
        return json.dumps(_shortened(response.json()))
    return "a page"


def _shortened(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shorten(name, value) for name, value in members.items()}


def _shorten(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _shortened(value)
    if name in _SECRETS and isinstance(value, str) and len(value) > _SHOWN_CHARACTERS:
        return f"{value[:_SHOWN_CHARACTERS]}..."
    return value
