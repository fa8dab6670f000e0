"""A client as it is configured here: what it may ask and what its tokens must say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from relying_party.errors import InvalidClient, InvalidGrant, InvalidRequest
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.algorithms import SECRET_ALGORITHM
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.pkce import PkceMode, require_code_verifier
from relying_party.protocol.redirect_uri import redirect_uri_matches


class CodeSource(StrEnum):
    """Where the app gets its code from."""

    BROWSER = "browser"
    """The authorization endpoint."""
    NATIVE_SDK = "native_sdk"
    """Apple's or Google's own SDK: no PKCE, and no redirect."""


@dataclass(frozen=True, eq=False)  # each is one of a kind: what was judged for it is kept by it
class Client:
    """One ``[clients.<name>]`` table of the clients file."""

    name: str
    issuer: Issuer
    client_id: str
    redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("openid",)
    offline: bool = False
    """Whether an authorization request asks for a refresh token."""
    extra_parameters: frozenset[str] = frozenset()
    """What an app may add to an authorization request."""
    uses_callback: bool = False
    """Whether the provider redirects to us, and we to the app (``/login/callback``)."""
    audiences: frozenset[str] = frozenset()
    """What an ID Token's ``aud`` may hold besides the ``client_id``."""
    authorized_parties: frozenset[str] = frozenset()
    """What ``azp`` may be besides the ``client_id``."""
    access_token_audiences: frozenset[str] = frozenset()
    """What an access token's ``aud`` may be; where it is empty, access tokens are refused."""
    required_claims: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Claims an ID Token must carry, each with one of the values given."""
    id_token_required: bool = True
    id_token_algorithms: frozenset[str] = frozenset({"RS256"})
    access_token_algorithms: frozenset[str] = frozenset({"RS256"})
    access_token_profile: AccessTokenProfile = AccessTokenProfile.RFC9068
    clock_skew: int = 60
    """Seconds by which our clock and the issuer's may differ."""
    nonce_required: bool = True
    nonce_may_be_hashed: bool = False
    """Whether ``nonce`` may be the hex SHA-256 of what the app made, as Apple's kits send it."""
    code_source: CodeSource = CodeSource.BROWSER
    pkce: PkceMode = PkceMode.ENFORCE_ALONGSIDE
    authentication: AuthenticationMethod = AuthenticationMethod.NONE
    secret_name: str | None = None
    signing_key_id: str | None = None
    """The ``kid`` under which the issuer knows the private key that the secret then is."""
    signing_algorithm: str = "ES256"
    team_id: str | None = None
    """Apple's name for who signs."""
    userinfo: bool = False
    """Whether the UserInfo Endpoint is asked after an exchange."""
    replay_window: int = 60
    """Seconds for which a repeated exchange or refresh gets the same tokens; 0 for never."""

    @property
    def verifies_with_secret(self) -> bool:
        """Whether judging this client's tokens takes its secret."""
        return self.has_opaque_tokens or SECRET_ALGORITHM in self.id_token_algorithms

    @property
    def has_opaque_tokens(self) -> bool:
        """Whether only the issuer can read this client's access tokens."""
        return self.access_token_profile is AccessTokenProfile.OPAQUE

    @property
    def requested_scopes(self) -> tuple[str, ...]:
        """What an authorization request asks for."""
        wanted = (*self.scopes, *(self.issuer.profile.offline_scopes if self.offline else ()))
        return tuple(dict.fromkeys(("openid", *wanted)))

    @property
    def refresh_scope(self) -> str | None:
        """What a refresh asks for where the app names no scope."""
        needed = self.issuer.profile.refresh_needs_scope
        return " ".join(self.requested_scopes) if needed else None

    @property
    def requires_verifier(self) -> bool:
        """Whether an exchange without a ``code_verifier`` is refused."""
        return self.code_source is CodeSource.BROWSER and self.pkce.requires_verifier

    @cached_property
    def tenant_claims(self) -> Mapping[str, tuple[object, ...]]:
        """The claims that every token must carry: one issuer's keys serve all its tenants."""
        return {name: self.required_claims[name] for name in self.issuer.profile.required_claims}

    @cached_property
    def accepted_audiences(self) -> frozenset[str]:
        """Every value an ID Token's ``aud`` may hold."""
        return self.audiences | {self.client_id}

    @cached_property
    def accepted_parties(self) -> frozenset[str]:
        """Every value an ID Token's ``azp`` may have."""
        return self.authorized_parties | {self.client_id}

    def exchange_redirect_uri(self, redirect_uri: str | None) -> str | None:
        """Return the ``redirect_uri`` of the token request.

        A code of the provider's own SDK came by no redirect; what its exchange wants in that
        place is the provider's business.

        Raises:
            InvalidRequest: it is missing, or not one of this client's.
        """
        if self.code_source is CodeSource.NATIVE_SDK:
            return self.issuer.profile.native_redirect_uri
        if redirect_uri is None:
            raise InvalidRequest("redirect_uri is missing")
        return self.require_redirect_uri(redirect_uri)

    def require_redirect_uri(self, redirect_uri: str) -> str:
        """Return *redirect_uri* if it is registered (RFC 9700 §2.1, exact match).

        Raises:
            InvalidRequest: it is not one of this client's.
        """
        if not any(redirect_uri_matches(redirect_uri, known) for known in self.redirect_uris):
            raise InvalidRequest("redirect_uri is not registered for this client")
        return redirect_uri

    def require_pkce(self, code_verifier: str | None) -> str | None:
        """Return *code_verifier* if it is what this client's PKCE mode asks for.

        Raises:
            InvalidRequest: it is missing where the mode enforces PKCE, or malformed.
        """
        if self.code_source is CodeSource.NATIVE_SDK and code_verifier is not None:
            raise InvalidRequest("a code of the provider's SDK has no code_verifier")
        if code_verifier is None:
            if self.requires_verifier:
                raise InvalidRequest("code_verifier is required for this client")
            return None
        return require_code_verifier(code_verifier)

    def require_nonce(self, nonce: str | None) -> str | None:
        """Return *nonce* if this client may come with it, or without one.

        Raises:
            InvalidRequest: there is none where one is required.
        """
        if nonce is None and self.nonce_required:
            raise InvalidRequest("nonce is required for this client")
        return nonce

    def require_response_issuer(self, iss: str | None) -> None:
        """Refuse a code that came back from another issuer (RFC 9207 §2.4, mix-up).

        Raises:
            InvalidRequest: this issuer always sends ``iss``, and the app passed none on.
            InvalidGrant: the authorization response came from somebody else.
        """
        if iss is None:
            if self.issuer.sends_iss:
                raise InvalidRequest("iss is required: pass on what the redirect carried")
        elif not self.issuer.identifies_as(iss):
            raise InvalidGrant("iss of the authorization response is another issuer's")


def require_client(clients: Mapping[str, Client], client_id: str) -> Client:
    """Return the client that the issuer knows as *client_id*.

    Raises:
        InvalidClient: none is configured.
    """
    if client_id not in clients:
        raise InvalidClient("client_id is not configured")
    return clients[client_id]


def require_named_client(clients: Mapping[str, Client], name: str) -> Client:
    """Return the client that the clients file calls *name*: what paths hold.

    Raises:
        InvalidClient: none is configured.
    """
    for client in clients.values():
        if client.name == name:
            return client
    raise InvalidClient("no client of that name is configured")
