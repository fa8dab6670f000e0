"""`make demo`: plays the phone, first as it should be, then as an attacker would.

Uses the stack that runs on the port, or starts one of its own. Exit status 0 only if every step
went as it must; 2 where the port belongs to something else.
"""

import argparse
import base64
import json
import secrets
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests

from local.dynamodb import EmulatorError
from local.phone import Phone, SignInError
from local.provider.accounts import USERS
from local.server import HOST, PortInUseError
from local.stack import DEMO_CLIENTS, ROOT, start_stack
from local.story import Story
from relying_party.errors import ConfigurationError

_LOG = ROOT / "build" / "demo.log"
_ALICE = USERS[0]
_TWO_HOURS = "7200"
_SECONDS = 35  # longer than the API takes for anything


class DemoError(Exception):
    """A step that everything after it stands on went wrong."""


def main() -> int:
    """Tell the story; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=3000, help="of the API (default 3000)")
    port = parser.parse_args().port
    try:
        with _stack_on(port) as provider:
            demo = Demo(f"http://{HOST}:{port}", provider)
            demo.tell()
    except (ConfigurationError, PortInUseError) as error:
        print(f"latchkey: {error}", file=sys.stderr)
        return 2
    except (DemoError, EmulatorError, SignInError, requests.RequestException) as error:
        print(f"\nThe demo cannot go on: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return demo.story.conclude()


@contextmanager
def _stack_on(port: int) -> Iterator[str]:
    """A stack on `port`, the running one or our own; its provider's URL."""
    provider = f"http://{HOST}:{port + 1}"  # where `make run` puts it
    if _answers(provider):
        print(f"Against the stack that runs on http://{HOST}:{port}.")
        yield provider
        return
    print(f"Starting a stack of its own; what its functions log is in {_LOG.relative_to(ROOT)}.")
    _LOG.parent.mkdir(exist_ok=True)
    with (
        _LOG.open("w", encoding="utf-8") as logs,
        start_stack(
            port, DEMO_CLIENTS, lambda line: print(line, file=logs, flush=True), logs
        ) as stack,
    ):
        yield str(stack.configuration.provider)


def _answers(provider: str) -> bool:
    try:
        metadata = _session().get(f"{provider}/.well-known/openid-configuration", timeout=2).json()
        return bool(metadata["issuer"] == provider)
    except (requests.RequestException, LookupError, TypeError):
        return False


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy leads to loopback
    return session


class Demo:
    """One app's way through the three doors, and four that must not get through."""

    def __init__(self, url: str, provider: str) -> None:
        client = tomllib.loads(DEMO_CLIENTS.read_text(encoding="utf-8"))["clients"]["demo"]
        self.story = Story()
        self._url = url
        self._provider = provider
        self._client_id: str = client["client_id"]
        self._redirect_uri: str = client["redirect_uris"][0]
        self._http = self.story.watch(_session())

    def tell(self) -> None:
        """Everything once."""
        tokens = self._sign_in_and_exchange()
        self._verify("Verify the ID Token", tokens)
        refreshed = self._refresh(tokens)
        self._verify("Verify the new ID Token", refreshed)
        self._refuse_wrong_verifier()
        self._refuse_replayed_code()
        self._refuse_expired_token()
        self._refuse_tampered_token(refreshed["id_token"])

    def _sign_in_and_exchange(self) -> dict[str, str]:
        self.story.step("The app makes PKCE and signs alice in at the provider")
        sign_in = self._phone(self._http).sign_in(_ALICE.username, _ALICE.password)
        self.story.judge(as_it_must=True, expected="the redirect brings a code, state and iss")
        self.story.step("Exchange the code")
        return self._expect_tokens(self._post("/token/exchange", sign_in.form))

    def _verify(self, title: str, tokens: dict[str, str]) -> None:
        self.story.step(title)
        answer = self._post("/token/verify", self._named(token=tokens["id_token"]))
        claims = answer.json().get("claims", {})
        good = answer.status_code == HTTPStatus.OK and claims.get("sub") == _ALICE.sub
        self.story.judge(as_it_must=good, expected="200, and the token is alice's")

    def _refresh(self, tokens: dict[str, str]) -> dict[str, str]:
        self.story.step("Refresh")
        form = self._named(refresh_token=tokens["refresh_token"])
        refreshed = self._expect_tokens(self._post("/token/refresh", form))
        rotated = refreshed["refresh_token"] != tokens["refresh_token"]
        self.story.judge(as_it_must=rotated, expected="the refresh token is another")
        return refreshed

    def _refuse_wrong_verifier(self) -> None:
        self.story.step("Refused: a stolen code, with a verifier that is not the app's")
        answer = self._post("/token/exchange", _stolen(self._sign_in_quietly()))
        self._expect_refusal(answer, HTTPStatus.BAD_REQUEST, error="invalid_grant")

    def _refuse_replayed_code(self) -> None:
        # From somebody else: the app itself may repeat a request whose answer it lost.
        self.story.step("Refused: a code that the app has used already")
        form = self._sign_in_quietly()
        self._expect_tokens(self._post("/token/exchange", form))
        answer = self._post("/token/exchange", _stolen(form))
        self._expect_refusal(answer, HTTPStatus.BAD_REQUEST, error="invalid_grant")

    def _refuse_expired_token(self) -> None:
        self.story.step("Refused: an ID Token that the provider signed two hours ago, for one hour")
        form = {"client_id": self._client_id, "username": _ALICE.username, "age": _TWO_HOURS}
        old = self._http.post(f"{self._provider}/admin/id_token", form, timeout=_SECONDS).json()
        answer = self._post("/token/verify", self._named(token=old["id_token"]))
        self._expect_refusal(answer, HTTPStatus.UNAUTHORIZED, reason="expired")

    def _refuse_tampered_token(self, id_token: str) -> None:
        self.story.step("Refused: alice's ID Token with bob written into it")
        answer = self._post("/token/verify", self._named(token=_tamper(id_token)))
        self._expect_refusal(answer, HTTPStatus.UNAUTHORIZED, reason="bad_signature")

    def _phone(self, browser: requests.Session) -> Phone:
        return Phone(self._provider, self._client_id, self._redirect_uri, browser=browser)

    def _sign_in_quietly(self) -> dict[str, str]:
        return self._phone(_session()).sign_in(_ALICE.username, _ALICE.password).form

    def _named(self, **parameters: str) -> dict[str, str]:
        return {"client_id": self._client_id, **parameters}

    def _post(self, path: str, form: dict[str, str]) -> requests.Response:
        return self._http.post(self._url + path, form, timeout=_SECONDS)

    def _expect_tokens(self, answer: requests.Response) -> dict[str, str]:
        tokens: dict[str, str] = answer.json()
        names = {"access_token", "id_token", "refresh_token"}
        good = answer.status_code == HTTPStatus.OK and names <= tokens.keys()
        self.story.judge(as_it_must=good, expected="200 with all three tokens")
        if not good:
            raise DemoError("there are no tokens to go on with")
        return tokens

    def _expect_refusal(
        self, answer: requests.Response, status: HTTPStatus, **members: str
    ) -> None:
        good = answer.status_code == status and members.items() <= answer.json().items()
        said = " ".join(f"{name} {value}" for name, value in members.items())
        self.story.judge(as_it_must=good, expected=f"{status.value}, {said}")


def _stolen(form: dict[str, str]) -> dict[str, str]:
    """What a thief can send who saw the redirect: all but the verifier."""
    return form | {"code_verifier": secrets.token_urlsafe(32)}


def _tamper(token: str) -> str:
    """`token` with another subject under the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = USERS[1].sub
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{forged}.{signature}"


if __name__ == "__main__":
    sys.exit(main())
