"""What fills the placeholders of the sample events: an app whose user signs in when asked to."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import requests

from local.phone import Phone, SignIn
from local.provider.accounts import USERS
from tests.integration.functions.harness import EXCHANGE, Functions, sample
from tests.integration.functions.login_in_hand import LoginInHand
from tests.integration.functions.observed_provider import Provider
from tests.tokens import tampered

_CLIENTS = {
    "demo-app": "com.example.demo:/callback",
    "demo-native-app": "com.example.native:/callback",
    "allowing-app": "com.example.allowing:/callback",
}


class PhoneInHand(Mapping[str, str]):
    """A sign-in by the names of its parts; each part is made when it is first asked for."""

    def __init__(self, provider: Provider, functions: Functions) -> None:
        self._provider = provider
        self._functions = functions
        self._login = LoginInHand(provider, functions)

    def sign_in(self, client_id: str = "demo-app") -> SignIn:
        """Sign alice in anew."""
        phone = Phone(self._provider.url, client_id, _CLIENTS[client_id])
        return phone.sign_in(USERS[0].username, USERS[0].password)

    def tokens(self, signed_in: SignIn, case: str = "200_form") -> dict[str, str]:
        """Exchange a sign-in's code by our own function."""
        values = {"code": signed_in.code, "nonce": signed_in.nonce}
        values["code_verifier"] = signed_in.code_verifier
        values |= {f"native_{name}": value for name, value in values.items()}
        answer = self._functions.post(EXCHANGE, sample(EXCHANGE, case, values))
        assert answer.status == 200, answer
        return answer.body

    @cached_property
    def signed_in(self) -> SignIn:
        """The sign-in whose code has not been exchanged yet."""
        return self.sign_in()

    @cached_property
    def native(self) -> SignIn:
        """The same at the app without a secret."""
        return self.sign_in("demo-native-app")

    @cached_property
    def held(self) -> dict[str, str]:
        """The tokens of an earlier sign-in, with its nonce and its verifier."""
        signed_in = self.sign_in()
        return {
            **self.tokens(signed_in),
            "nonce": signed_in.nonce,
            "code_verifier": signed_in.code_verifier,
        }

    @cached_property
    def native_held(self) -> dict[str, str]:
        """The same at the app without a secret."""
        return self.tokens(self.sign_in("demo-native-app"), "200_native_app")

    @cached_property
    def logged_in(self) -> dict[str, str]:
        """A sign-in begun at /login, whose code has come straight to the app."""
        return self._log_in("demo")

    @cached_property
    def relayed(self) -> dict[str, str]:
        """The same, with a code that is still on its way to the callback."""
        return self._log_in("relayed")

    def aged_id_token(self, seconds: int) -> str:
        """An ID Token of *seconds* ago."""
        form: dict[str, Any] = {"client_id": "demo-app", "username": "alice", "age": seconds}
        answer = requests.post(f"{self._provider.url}/admin/id_token", form, timeout=10)
        return str(answer.json()["id_token"])

    def _log_in(self, client: str) -> dict[str, str]:
        begun = self._login.begun(client)
        return {**begun, **self._login.browse(begun)}

    def __getitem__(self, name: str) -> str:
        return str(self._makers()[name]())

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers())

    def __len__(self) -> int:
        return len(self._makers())

    def _makers(self) -> dict[str, Any]:
        return {
            "issuer": lambda: self._provider.url,
            "state": lambda: "any-state",
            "code": lambda: self.signed_in.code,
            "code_verifier": lambda: self.signed_in.code_verifier,
            "nonce": lambda: self.signed_in.nonce,
            "native_code": lambda: self.native.code,
            "native_code_verifier": lambda: self.native.code_verifier,
            "native_nonce": lambda: self.native.nonce,
            "login_code": lambda: self.logged_in["code"],
            "login_state": lambda: self.logged_in["state"],
            "login_session": lambda: self.logged_in["login_session"],
            "relayed_code": lambda: self.relayed["code"],
            "relayed_state": lambda: self.relayed["state"],
            "another_code_verifier": lambda: "another-verifier" * 4,
            "another_nonce": lambda: "nonce-of-another-sign-in",
            "another_access_token": lambda: "access-token-of-another-sign-in",
            "client_secret": lambda: "secret-that-an-app-must-not-have",
            "refresh_token": lambda: self.held["refresh_token"],
            "access_token": lambda: self.held["access_token"],
            "id_token": lambda: self.held["id_token"],
            "nonce_of_id_token": lambda: self.held["nonce"],
            "native_refresh_token": lambda: self.native_held["refresh_token"],
            "tampered_id_token": lambda: tampered(self.held["id_token"]),
            "expired_id_token": lambda: self.aged_id_token(7200),
            "aged_id_token": lambda: self.aged_id_token(1800),
            "seventeen_kib": lambda: "a" * 17 * 1024,
            "sixty_four_kib": lambda: "a" * 64 * 1024,
        }
