"""Sign-ins under way: begun by one function, served by the callback, ended by another's exchange.

The rules are in ``protocol/login_session.py``; here they are carried out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from relying_party.application.ports import Clock, Observe, StoreUnavailable
from relying_party.errors import InvalidGrant, TemporarilyUnavailable
from relying_party.protocol import login_session as rules
from relying_party.protocol.authorization_response import (
    AuthorizationResponse,
    require_issuer_of_response,
)
from relying_party.protocol.client import Client
from relying_party.protocol.json_object import JsonObject, parse_json_object
from relying_party.protocol.login_session import LoginSecrets, LoginSession
from relying_party.protocol.sealing import NONCE_OCTETS, seal, unseal


class LoginStore(Protocol):
    """Keeps login sessions. Every call may raise ``StoreUnavailable``."""

    def read(self, name: str) -> LoginSession | None:
        """Return a session, be it live or not."""

    def write(self, name: str, new: LoginSession, *, seen: str) -> bool:
        """Write *new* if the revision is still *seen*, empty for none; return whether it was."""


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    """A session whose secrets are open: whoever asked holds its ``login_session``."""

    name: str
    session: LoginSession
    secrets: LoginSecrets = field(repr=False)
    user: JsonObject | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LoginSessions:
    """Begins, serves, opens and ends sessions."""

    store: LoginStore
    clock: Clock
    entropy: Callable[[int], bytes]
    new_revision: Callable[[], str]
    observe: Observe

    def begin(
        self, state: str, login_session: str, session: LoginSession, secrets: LoginSecrets
    ) -> None:
        """Keep *session*, with *secrets* sealed in it.

        Raises:
            TemporarilyUnavailable: it could not be stored; the sign-in has not begun.
        """
        where = rules.secrets_record(state, login_session)
        sealed = seal(where, rules.dump_secrets(secrets), self.entropy(NONCE_OCTETS))
        new = rules.begun(session, sealed, self.clock(), self.new_revision())
        try:
            self.store.write(rules.session_name(state), new, seen="")
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None

    def serve(self, client: Client, response: AuthorizationResponse) -> LoginSession:
        """Return the session that *response* answers, and take no other answer to it.

        Raises:
            OAuthError: there is no such session, it has been answered, or by somebody else.
            TemporarilyUnavailable: nobody can say now.
        """
        name = rules.session_name(response.state)
        session = rules.require_unserved(self._live(name, client))
        require_issuer_of_response(response, session, client.issuer)
        user = self._seal_user(response)
        new = rules.served(session, response.code, user, self.new_revision())
        if not self._write(name, new, session):
            raise InvalidGrant("the sign-in has just been answered")
        return new

    def open(self, client: Client, state: str, login_session: str, code: str) -> OpenedLogin:
        """Return the session of *state*, if *code* may be exchanged for it.

        Raises:
            InvalidGrant: there is none, it is another's, or the code is.
            TemporarilyUnavailable: nobody can say now.
        """
        name = rules.session_name(state)
        session = self._live(name, client)
        rules.require_own_code(session, code)
        rules.require_repeatable(session, client.replay_window, self.clock())
        where = rules.secrets_record(state, login_session)
        try:
            secrets = rules.parse_secrets(unseal(where, session.sealed))
        except ValueError:
            raise InvalidGrant("login_session is not that of the state") from None
        return OpenedLogin(name, session, secrets, _open_user(session, state, code))

    def end(self, login: OpenedLogin, code: str) -> None:
        """Let no other request use the session. The tokens are there, so nothing fails here."""
        if login.session.ended_at:
            return
        new = rules.ended(login.session, code, self.clock(), self.new_revision())
        try:
            self.store.write(login.name, new, seen=login.session.revision)
        except StoreUnavailable as error:
            self.observe("login_not_ended", cause=str(error))

    def _live(self, name: str, client: Client) -> LoginSession:
        try:
            session = self.store.read(name)
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None
        return rules.require_live(session, client.name, self.clock())

    def _write(self, name: str, new: LoginSession, seen: LoginSession) -> bool:
        try:
            return self.store.write(name, new, seen=seen.revision)
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None

    def _seal_user(self, response: AuthorizationResponse) -> bytes:
        if response.user is None or response.code is None:
            return b""
        where = rules.user_record(response.state, response.code)
        return seal(where, json.dumps(response.user).encode(), self.entropy(NONCE_OCTETS))


def _open_user(session: LoginSession, state: str, code: str) -> JsonObject | None:
    if not session.user:
        return None
    return parse_json_object(unseal(rules.user_record(state, code), session.user))
