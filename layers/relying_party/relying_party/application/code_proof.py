"""What shows that a code is the app's own, by each of the three ways in."""

from dataclasses import dataclass, field

from relying_party.application.login_sessions import OpenedLogin
from relying_party.errors import InvalidRequest, UnauthorizedClient
from relying_party.protocol.client import Client
from relying_party.protocol.login_session import (
    require_own_nonce,
    require_own_redirect_uri,
    require_own_verifier,
)


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """What the app brings back from the authorization response."""

    client_id: str
    code: str = field(repr=False)
    redirect_uri: str | None = None
    code_verifier: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    iss: str | None = None
    state: str | None = field(default=None, repr=False)
    login_session: str | None = field(default=None, repr=False)

    @property
    def required_state(self) -> str:
        """The state, without which there is no login session.

        Raises:
            InvalidRequest: there is none.
        """
        if self.state is None:
            raise InvalidRequest("state is required with login_session")
        return self.state


@dataclass(frozen=True, slots=True)
class CodeProof:
    """What the issuer gets to see with the code, and what its answer must agree with."""

    redirect_uri: str | None
    code_verifier: str | None = field(repr=False)
    nonce: str | None = field(repr=False)
    held: str | None = field(repr=False)
    """The secret that only the app can repeat; None where it has none to show."""


def proof_of_request(client: Client, exchange: CodeExchange) -> CodeProof:
    """Return the proof of an app that made its own authorization request.

    Raises:
        OAuthError: it is not what *client* has to bring.
    """
    client.require_response_issuer(exchange.iss)
    if client.requires_verifier:
        _require_enforced_pkce(client)
    verifier = client.require_pkce(exchange.code_verifier)
    return CodeProof(
        redirect_uri=client.exchange_redirect_uri(exchange.redirect_uri),
        code_verifier=verifier,
        nonce=client.require_nonce(exchange.nonce),
        held=verifier,
    )


def proof_of_library(client: Client, exchange: CodeExchange) -> CodeProof:
    """Return the proof of an app whose library compares ``nonce`` and ``iss`` itself.

    PKCE is then all that binds the code to the app, whatever the client's mode allows.

    Raises:
        OAuthError: there is no verifier, or the issuer would not look at it.
    """
    if exchange.code_verifier is None:
        raise InvalidRequest("code_verifier is required at this endpoint")
    if not client.requires_verifier:
        raise UnauthorizedClient("a client whose PKCE mode is not an enforcing one")
    _require_enforced_pkce(client)
    verifier = client.require_pkce(exchange.code_verifier)
    redirect_uri = client.exchange_redirect_uri(exchange.redirect_uri)
    return CodeProof(redirect_uri, verifier, nonce=None, held=verifier)


def proof_of_login(client: Client, exchange: CodeExchange, login: OpenedLogin) -> CodeProof:
    """Return the proof of an app whose sign-in began at ``/login``.

    Raises:
        OAuthError: what the app brings is another sign-in's.
    """
    if exchange.iss is not None or not login.session.callback:  # which has seen to it
        client.require_response_issuer(exchange.iss)
    nonce = require_own_nonce(login.secrets, exchange.nonce)
    return CodeProof(
        redirect_uri=require_own_redirect_uri(login.session, exchange.redirect_uri),
        code_verifier=require_own_verifier(login.session, login.secrets, exchange.code_verifier),
        # Optional is what a nonce is where the issuer is known to forget it
        nonce=nonce if client.nonce_required else None,
        held=exchange.code_verifier or exchange.login_session,
    )


def _require_enforced_pkce(client: Client) -> None:
    """RFC 9700 §2.1.1: a verifier that the issuer does not look at proves nothing."""
    if not client.issuer.profile.enforces_pkce:
        raise InvalidRequest(
            "login_session is missing: this provider is not known to check code_verifier, so "
            "sign-ins have to begin at /login"
        )
