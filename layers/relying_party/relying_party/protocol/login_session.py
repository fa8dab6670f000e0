"""One sign-in from its beginning at ``/login`` to its exchange: what is kept, and the rules.

    (nothing) ── begun ──▶ live ── answered at the callback ──▶ served ── exchanged ──▶ ended

Where the provider redirects straight to the app there is no callback, and no second step. A
session is found by a hash of ``state``. What is secret in it opens only with ``login_session``,
which only the app holds; ``state`` and code are seen by whoever sees the redirect.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from hmac import compare_digest

from relying_party.errors import InvalidGrant, InvalidRequest
from relying_party.protocol.json_object import JsonObject, parse_json_object
from relying_party.protocol.pkce import require_code_verifier, verifier_matches
from relying_party.protocol.sealing import SealedName, derive

LIFETIME = 600
"""Seconds from ``/login`` to the exchange."""


@dataclass(frozen=True, slots=True)
class LoginSession:
    """What the table holds. A frozen value: each step makes a new one."""

    client: str
    """The configured client's name."""
    redirect_uri: str
    """The app's own."""
    callback: str = ""
    """Where the provider redirects in its place: the callback; empty for straight to the app."""
    code_challenge: str = ""
    """The app's; empty where the verifier is ours, and then sealed."""
    promises_iss: bool = False
    """Whether the provider's metadata promises ``iss`` in its answer (RFC 9207 §3)."""
    sealed: bytes = field(default=b"", repr=False)
    """The ``LoginSecrets``."""
    expires_at: float = 0
    served: bool = False
    code_hash: str = ""
    """Of the one code that may be exchanged."""
    user: bytes = field(default=b"", repr=False)
    """What the provider told about the user, once (Apple); sealed."""
    ended_at: float = 0
    revision: str = ""
    """Random, new with every write."""


@dataclass(frozen=True, slots=True)
class LoginSecrets:
    """What only the app may use."""

    nonce: str = field(repr=False)
    code_verifier: str | None = field(default=None, repr=False)
    """Ours, where the app sent no challenge."""


def session_name(state: str) -> str:
    """Return where the session of *state* is; the table does not tell the state."""
    return sha256(state.encode()).hexdigest()


def secrets_record(state: str, login_session: str) -> SealedName:
    """Return what opens the secrets of a session."""
    return derive("login session", state, login_session)


def user_record(state: str, code: str) -> SealedName:
    """Return what opens what the provider told about the user: it came with that very code."""
    return derive("login user", state, code)


def dump_secrets(secrets: LoginSecrets) -> bytes:
    """Return *secrets* as they are sealed."""
    return json.dumps(asdict(secrets)).encode()


def parse_secrets(data: bytes) -> LoginSecrets:
    """Return the secrets in *data*."""
    return LoginSecrets(**parse_json_object(data))


def require_live(session: LoginSession | None, client: str, now: float) -> LoginSession:
    """Return *session* if it is one of *client* and has not run out.

    Raises:
        InvalidGrant: there is none, it is another client's, or it is too old.
    """
    if session is None or session.client != client or now >= session.expires_at:
        raise InvalidGrant("state belongs to no sign-in of this client that is under way")
    return session


def require_unserved(session: LoginSession) -> LoginSession:
    """Return *session* if it waits for the provider's redirect: that is taken once.

    Raises:
        InvalidGrant: the provider redirects elsewhere, or has done so already.
    """
    if not session.callback or session.served or session.ended_at:
        raise InvalidGrant("the sign-in expects no redirect here")
    return session


def require_own_code(session: LoginSession, code: str) -> None:
    """Refuse another code than the one that this sign-in brought (RFC 9700 §4.5, injection).

    Raises:
        InvalidGrant: the callback recorded another, or none; or another was exchanged.
    """
    if session.callback and not session.code_hash:
        raise InvalidGrant("the callback has seen no code of this sign-in")
    if session.code_hash and not compare_digest(session.code_hash, hash_code(code)):
        raise InvalidGrant("the code is not the one that this sign-in brought")


def require_repeatable(session: LoginSession, replay_window: float, now: float) -> None:
    """Refuse a sign-in that has ended, unless this may be the same request again.

    Raises:
        InvalidGrant: it was exchanged longer ago than answers are replayed.
    """
    if session.ended_at and now >= session.ended_at + replay_window:
        raise InvalidGrant("the sign-in has been exchanged already")


def require_own_redirect_uri(session: LoginSession, redirect_uri: str | None) -> str:
    """Return the ``redirect_uri`` that the provider knows; the app may leave its own out.

    Raises:
        InvalidGrant: the app names another than the sign-in was begun with.
    """
    if redirect_uri not in (None, session.redirect_uri):
        raise InvalidGrant("redirect_uri is not the one that the sign-in was begun with")
    return session.callback or session.redirect_uri


def require_own_verifier(
    session: LoginSession, secrets: LoginSecrets, code_verifier: str | None
) -> str:
    """Return the verifier for the provider: the app's, compared here first, or ours.

    Raises:
        InvalidRequest: the app sent a challenge and no verifier, or a malformed one; or a
            verifier and no challenge (RFC 9700 §4.8.2, downgrade).
        InvalidGrant: it is not the challenge's (RFC 7636 §4.6).
    """
    if secrets.code_verifier is not None:
        if code_verifier is not None:
            raise InvalidRequest("code_verifier: the sign-in was begun without a code_challenge")
        return secrets.code_verifier
    if code_verifier is None:
        raise InvalidRequest("code_verifier is required: the sign-in has a code_challenge")
    if not verifier_matches(require_code_verifier(code_verifier), session.code_challenge):
        raise InvalidGrant("code_verifier is not that of the code_challenge")
    return code_verifier


def require_own_nonce(secrets: LoginSecrets, nonce: str | None) -> str:
    """Return the sign-in's nonce; the app may leave it out.

    Raises:
        InvalidGrant: the app sends another.
    """
    if nonce is not None and not compare_digest(nonce.encode(), secrets.nonce.encode()):
        raise InvalidGrant("nonce is another sign-in's")
    return secrets.nonce


def begun(session: LoginSession, sealed: bytes, now: float, revision: str) -> LoginSession:
    """Return *session* with its time running."""
    return replace(session, sealed=sealed, expires_at=now + LIFETIME, revision=revision)


def served(session: LoginSession, code: str | None, user: bytes, revision: str) -> LoginSession:
    """Return *session* with the provider's answer taken: a code, or an error without one."""
    code_hash = "" if code is None else hash_code(code)
    return replace(session, served=True, code_hash=code_hash, user=user, revision=revision)


def ended(session: LoginSession, code: str, now: float, revision: str) -> LoginSession:
    """Return *session* with its code exchanged."""
    return replace(session, code_hash=hash_code(code), ended_at=now, revision=revision)


def hash_code(code: str) -> str:
    """Return what is kept of a code."""
    return sha256(code.encode()).hexdigest()


def parse_user(text: str) -> JsonObject | None:
    """Return what Apple tells about the user, in its one ``form_post`` that does.

    It comes through the browser, unsigned; if it is no JSON object it is left out.
    """
    try:
        return parse_json_object(text.encode())
    except ValueError:
        return None
