"""A relying party over fakes, as ``bootstrap`` builds it over adapters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.exchange_code import CodeExchange, ExchangeCode
from relying_party.application.grant_flow import GrantFlow
from relying_party.application.grants import Grants
from relying_party.application.key_cache import KeyCache
from relying_party.application.login_sessions import LoginSessions
from relying_party.application.refresh_tokens import RefreshTokens, TokenRefresh
from relying_party.application.request_records import RequestRecords
from relying_party.application.retry_safe import RetrySafe
from relying_party.application.revoke_token import RevokeToken
from relying_party.application.token_endpoint import TokenEndpoint
from relying_party.application.verify_token import VerifyToken
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from tests.fakes import EXAMPLE, FakeSecrets, FakeTokenEndpoint, Fleet
from tests.grants import DEADLINE, EXCHANGE, REFRESH, MemoryGrantStore
from tests.logins import MemoryLoginStore
from tests.tokens import CLIENT_ID, signing_key


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(signing_key())


@pytest.fixture
def client() -> Client:
    return Client(
        "app",
        EXAMPLE,
        CLIENT_ID,
        redirect_uris=("com.example.app:/cb",),
        authentication=AuthenticationMethod.CLIENT_SECRET_BASIC,
        secret_name="app",
    )


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets(app="s3cret")


@pytest.fixture
def caches(fleet: Fleet) -> dict[str, KeyCache]:
    return {EXAMPLE.name: fleet.container()}


@pytest.fixture
def verify(fleet: Fleet, caches: dict[str, KeyCache], secrets: FakeSecrets) -> VerifyToken:
    return VerifyToken(caches, fleet.clock, secrets, secrets.reread)


@pytest.fixture
def issuer() -> FakeTokenEndpoint:
    """The issuer's token endpoint."""
    return FakeTokenEndpoint()


@pytest.fixture
def endpoint(
    fleet: Fleet,
    caches: dict[str, KeyCache],
    issuer: FakeTokenEndpoint,
    secrets: FakeSecrets,
    verify: VerifyToken,
) -> TokenEndpoint:
    credentials = ClientCredentials(secrets, secrets.reread, fleet.clock, lambda: "jti")
    return TokenEndpoint(caches, issuer, credentials, verify, fleet.clock)


@pytest.fixture
def store() -> MemoryGrantStore:
    return MemoryGrantStore()


@pytest.fixture
def flow(
    fleet: Fleet, client: Client, endpoint: TokenEndpoint, store: MemoryGrantStore
) -> GrantFlow:
    world = fleet.world
    grants = Grants(store, fleet.clock, bytes, fleet.observed)
    retry_safe = RetrySafe(
        records=RequestRecords(store, fleet.clock, fleet.observed),
        clock=fleet.clock,
        sleep=world.sleep,
        chance=world.chance,
        new_revision=world.new_revision,
        entropy=bytes,
        observe=fleet.observed,
    )
    revoke = RevokeToken(
        {client.client_id: client}, endpoint, grants, store, fleet.clock, fleet.observed
    )
    return GrantFlow(endpoint, retry_safe, grants, revoke)


@pytest.fixture
def logins(fleet: Fleet) -> LoginSessions:
    revision = fleet.world.new_revision
    return LoginSessions(MemoryLoginStore(), fleet.clock, bytes, revision, fleet.observed)


@pytest.fixture
def exchange(
    client: Client, flow: GrantFlow, logins: LoginSessions
) -> Callable[..., dict[str, Any]]:
    def call(request: CodeExchange = EXCHANGE, **changes: Any) -> dict[str, Any]:
        """Exchange a code, with *changes* to the client's configuration."""
        service = ExchangeCode({CLIENT_ID: replace(client, **changes)}, flow, logins)
        return service(request, deadline=DEADLINE).response.members

    return call


@pytest.fixture
def refresh(client: Client, flow: GrantFlow) -> Callable[..., dict[str, Any]]:
    def call(request: TokenRefresh = REFRESH, **changes: Any) -> dict[str, Any]:
        """Refresh, with *changes* to the client's configuration."""
        service = RefreshTokens({CLIENT_ID: replace(client, **changes)}, flow)
        return service(request, deadline=DEADLINE).response.members

    return call
