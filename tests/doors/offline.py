"""The doors over issuers in memory: nothing is started, and time stands where the case says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.introspect_token import IntrospectToken
from relying_party.application.key_cache import KeyCache
from relying_party.application.verify_request import VerifyRequest
from relying_party.application.verify_token import VerifyToken
from relying_party.authorizer_api import AuthorizerApi
from relying_party.protocol.client import Client
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import VerifiedToken
from relying_party.verify_api import VerifyApi
from tests.doors.door import Asked
from tests.fakes import Clock, FakeSecrets, FakeTokenEndpoint

BUDGET = 5.0


class Context:
    """Lambda's, as far as a door looks at it."""

    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return int((BUDGET + 0.5) * 1000)


@dataclass
class OfflineStand:
    """Everything that ``bootstrap`` would build, of fakes."""

    clients: tuple[Client, ...]
    caches: Mapping[str, KeyCache]
    clock: Clock
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    issuer: FakeTokenEndpoint = field(default_factory=FakeTokenEndpoint)
    """What the issuers answer to introspection."""
    authorizer_asks: Asked = field(default_factory=dict)

    def __post_init__(self) -> None:
        clients = {client.client_id: client for client in self.clients}
        verify = VerifyToken(self.caches, self.clock, self.secrets, self.secrets.reread)
        credentials = ClientCredentials(
            self.secrets, self.secrets.reread, self.clock, lambda: "jti-1"
        )
        introspect = IntrospectToken(self.caches, self.issuer, credentials, self.clock)
        self.trusted = VerifyRequest(clients, verify, introspect)
        self.verify_api = VerifyApi(VerifyRequest(clients, verify), self.trusted, self.clock)

    def verify(self, event: Any) -> Any:
        return self.verify_api(event, Context())

    def authorize(self, event: Any) -> Any:
        asked = {"client_id": list(self.trusted.clients), **self.authorizer_asks}
        return AuthorizerApi(self.trusted, Parameters(asked), self.clock)(event, Context())

    def call(self, token: str, asked: Asked) -> VerifiedToken:
        return self.trusted(token, Parameters(asked), deadline=self.clock() + BUDGET)
