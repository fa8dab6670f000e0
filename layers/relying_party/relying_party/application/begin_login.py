"""The beginning of a sign-in: the URL that the app opens, and what it keeps meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from relying_party.application.key_cache import KeyCache
from relying_party.application.login_sessions import LoginSessions
from relying_party.errors import InvalidRequest, IssuerFailed
from relying_party.protocol import base64url
from relying_party.protocol.authorization_request import (
    Asked,
    SignInKeys,
    build_authorization_url,
    require_asked,
)
from relying_party.protocol.client import Client, CodeSource
from relying_party.protocol.login_session import LoginSecrets, LoginSession
from relying_party.protocol.pkce import (
    build_code_challenge,
    build_code_verifier,
    require_code_challenge,
)
from relying_party.protocol.provider_metadata import ProviderMetadata
from relying_party.protocol.published_metadata import build_published_metadata, promises_iss

_OCTETS = 32


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """What the app sends, checked as far as one parameter alone can be."""

    redirect_uri: str
    asked: Asked
    code_challenge: str | None = None


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """What the app needs: to open, to compare, and to keep."""

    authorization_url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    login_session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BeginLogin:
    """Begins sign-ins at every configured issuer, and tells apps about it."""

    caches: Mapping[str, KeyCache]
    sessions: LoginSessions
    entropy: Callable[[int], bytes]

    def __call__(
        self, client: Client, request: LoginRequest, base_url: str, *, deadline: float
    ) -> BegunLogin:
        """Return the authorization request, its answer awaited for ten minutes.

        Raises:
            OAuthError: the request is refused.
            Problem: the metadata or the table is out of reach.
        """
        if client.code_source is CodeSource.NATIVE_SDK:
            raise InvalidRequest("client_id: this client signs in with the provider's SDK")
        redirect_uri = client.require_redirect_uri(request.redirect_uri)
        asked = require_asked(client, request.asked)
        verifier, challenge = self._pkce(request.code_challenge)
        endpoint, metadata = self._authorization_endpoint(client, deadline)
        state, nonce, login_session = (self._random() for _ in range(3))
        session = LoginSession(
            client=client.name,
            redirect_uri=redirect_uri,
            callback=callback_url(client, base_url) if client.uses_callback else "",
            code_challenge=request.code_challenge or "",
            promises_iss=promises_iss(client, metadata),
        )
        self.sessions.begin(state, login_session, session, LoginSecrets(nonce, verifier))
        keys = SignInKeys(state, nonce, challenge)
        back = session.callback or redirect_uri
        url = build_authorization_url(endpoint, client, asked, keys, back)
        return BegunLogin(url, state, nonce, login_session)

    def metadata(self, client: Client, base_url: str, *, deadline: float) -> dict[str, object]:
        """Return the metadata with which an app's own library signs in.

        Raises:
            KeysUnavailable: the provider's is out of reach.
        """
        return build_published_metadata(client, self._provider(client, deadline), base_url)

    def _pkce(self, code_challenge: str | None) -> tuple[str | None, str]:
        """Return our verifier, where the app sends no challenge, and the challenge to send."""
        if code_challenge is not None:
            return None, require_code_challenge(code_challenge)
        verifier = build_code_verifier(self.entropy(_OCTETS))
        return verifier, build_code_challenge(verifier)

    def _authorization_endpoint(
        self, client: Client, deadline: float
    ) -> tuple[str, ProviderMetadata]:
        metadata = self._provider(client, deadline)
        if "authorization_endpoint" not in metadata:
            raise IssuerFailed("the metadata has no authorization_endpoint")
        return str(metadata["authorization_endpoint"]), metadata

    def _provider(self, client: Client, deadline: float) -> ProviderMetadata:
        return self.caches[client.issuer.name].current(deadline).metadata

    def _random(self) -> str:
        return base64url.encode(self.entropy(_OCTETS))


def callback_url(client: Client, base_url: str) -> str:
    """Return the redirect URI to register with the provider where we relay its answer."""
    return f"{base_url}/login/callback/{client.name}"
