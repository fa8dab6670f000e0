"""This backend as a page's clients file configures it, in front of one simulated provider."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.exchange_code import CodeExchange, ExchangeCode
from relying_party.application.grant_flow import GrantedTokens, GrantFlow
from relying_party.application.grants import Grants
from relying_party.application.key_cache import KeyCache
from relying_party.application.login_sessions import LoginSessions
from relying_party.application.refresh_tokens import RefreshTokens, TokenRefresh
from relying_party.application.request_records import RequestRecords
from relying_party.application.retry_safe import RetrySafe
from relying_party.application.revoke_token import Revocation, RevokeToken
from relying_party.application.token_endpoint import TokenEndpoint
from relying_party.application.verify_token import VerifyToken
from relying_party.protocol.authorization_response import AuthorizationResponse
from relying_party.protocol.client import Client, CodeSource
from relying_party.protocol.http_message import FormRequest
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.login_session import LoginSecrets, LoginSession
from relying_party.protocol.pkce import build_code_challenge
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import FakeSecrets, Fleet
from tests.grants import VERIFIER, MemoryGrantStore
from tests.logins import MemoryLoginStore
from tests.providers import pages
from tests.providers.provider import Provider, SignIn
from tests.tokens import NONCE


@dataclass(frozen=True)
class Case:
    """A client on a page, and the provider it is configured for."""

    dialect: type[Provider]
    page: str
    client: str
    file: int = 0

    def __str__(self) -> str:
        return f"{self.page} {self.client} {self.file}"


class _Secrets(FakeSecrets):
    """Remembers what it has read again, as the adapter does."""

    def reread(self, name: str) -> list[str]:
        versions = super().reread(name)
        self.secrets[name] = versions[0]
        return versions


class Backend:
    """Every service over the ports that the provider answers at."""

    def __init__(self, case: Case) -> None:
        self.provider = case.dialect()
        by_name = pages.load(case.page, case.file)
        self.clients = {client.client_id: client for client in by_name.values()}
        self.client = by_name[case.client]
        self.public = not self.client.pkce.sends_secret
        if self.public:
            self.provider.public.add(self.client.client_id)
        self.secrets = _Secrets(
            **{
                client.secret_name: self.provider.stored_secret(client)
                for client in self.clients.values()
                if client.secret_name
            }
        )
        fleet = Fleet()
        self.clock = fleet.clock
        self.world = fleet.world._replace(fetch=self.provider.fetch_keys)
        self.store = MemoryGrantStore()
        self.logins = LoginSessions(
            MemoryLoginStore(),
            self.clock,
            bytes,
            self.world.new_revision,
            self.world.observe,
        )

    @property
    def sent(self) -> Sequence[FormRequest]:
        """What the provider was sent."""
        return self.provider.requests

    def sign_in(self, *, with_pkce: bool = True, **changes: Any) -> CodeExchange:
        """Return what the app brings back from the provider's authorization endpoint."""
        if self.client.code_source is CodeSource.NATIVE_SDK:
            sign_in = SignIn(self.client.client_id, self.provider.native_redirect_uri, None, NONCE)
            code = self.provider.begin(sign_in)
            return replace(CodeExchange(self.client.client_id, code, nonce=NONCE), **changes)
        redirect_uri = self.client.redirect_uris[0]
        challenge = build_code_challenge(VERIFIER) if with_pkce else None
        if not self.client.issuer.profile.enforces_pkce:
            return replace(self._sign_in_by_login(redirect_uri), **changes)
        sign_in = SignIn(self.client.client_id, redirect_uri, challenge, NONCE)
        code = self.provider.begin(sign_in)
        brought = CodeExchange(
            self.client.client_id,
            code,
            redirect_uri,
            VERIFIER if with_pkce else None,
            NONCE,
            self.provider.issuer if self.client.issuer.sends_iss else None,
        )
        return replace(brought, **changes)

    def _sign_in_by_login(self, redirect_uri: str) -> CodeExchange:
        """Return the same of a sign-in that began at ``/login`` and came back by the bridge."""
        callback = f"https://api.example.com/login/callback/{self.client.name}"
        challenge = build_code_challenge(VERIFIER)
        session = LoginSession(self.client.name, redirect_uri, callback, challenge)
        self.logins.begin("state", "login-session", session, LoginSecrets(NONCE))
        sign_in = SignIn(self.client.client_id, callback, challenge, NONCE)
        code = self.provider.begin(sign_in)
        self.logins.serve(self.client, AuthorizationResponse("state", code))
        return CodeExchange(
            self.client.client_id,
            code,
            code_verifier=VERIFIER,
            nonce=NONCE,
            state="state",
            login_session="login-session",
        )

    def exchange(self, brought: CodeExchange | None = None) -> GrantedTokens:
        """Exchange the code of a sign-in."""
        service = ExchangeCode(self.clients, self._flow, self.logins)
        return service(brought or self.sign_in(), deadline=self.clock() + 27.5)

    def refresh(self, refresh_token: str, **parameters: Any) -> GrantedTokens:
        """Refresh as the app would, which sends no more than it must."""
        asked = TokenRefresh(self.client.client_id, refresh_token, **parameters)
        return RefreshTokens(self.clients, self._flow)(asked, deadline=self.clock() + 27.5)

    def revoke(self, token: str) -> None:
        """End the grant of *token*."""
        self._revoke(Revocation(self.client.client_id, token), deadline=self.clock() + 27.5)

    def verify(
        self, token: str, token_use: TokenUse = TokenUse.ID_TOKEN, nonce: str | None = None
    ) -> VerifiedToken:
        """Verify *token*, for any client on the page."""
        expected = Expectations(nonce=nonce)
        clients = tuple(self.clients.values())
        return self._verify.judge(token, clients, token_use, expected, deadline=self.clock() + 27.5)

    def replace_client(self, **changes: Any) -> Client:
        """Configure the client otherwise than the page does."""
        self.client = replace(self.client, **changes)
        self.clients = {**self.clients, self.client.client_id: self.client}
        return self.client

    @property
    def _caches(self) -> dict[str, KeyCache]:
        issuers = {client.issuer.name: client.issuer for client in self.clients.values()}
        return {name: KeyCache(issuer, self.world) for name, issuer in issuers.items()}

    @property
    def _verify(self) -> VerifyToken:
        return VerifyToken(self._caches, self.clock, self.secrets, self.secrets.reread)

    @property
    def _endpoint(self) -> TokenEndpoint:
        credentials = ClientCredentials(
            self.secrets, self.secrets.reread, self.clock, self.world.new_revision
        )
        post = self.provider.post_form
        return TokenEndpoint(self._caches, post, credentials, self._verify, self.clock)

    @property
    def _grants(self) -> Grants:
        return Grants(self.store, self.clock, bytes, self.world.observe)

    @property
    def _revoke(self) -> RevokeToken:
        return RevokeToken(
            self.clients,
            self._endpoint,
            self._grants,
            self.store,
            self.clock,
            self.world.observe,
        )

    @property
    def _flow(self) -> GrantFlow:
        retry_safe = RetrySafe(
            records=RequestRecords(self.store, self.clock, self.world.observe),
            clock=self.clock,
            sleep=self.world.sleep,
            chance=self.world.chance,
            new_revision=self.world.new_revision,
            entropy=bytes,
            observe=self.world.observe,
        )
        return GrantFlow(self._endpoint, retry_safe, self._grants, self._revoke)
