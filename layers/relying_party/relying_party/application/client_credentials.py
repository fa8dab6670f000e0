"""How a client proves itself to its issuer: with what Secrets Manager keeps, or nothing."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from relying_party.application.ports import Clock, ReadSecret, RereadSecret, SecretUnavailable
from relying_party.errors import TemporarilyUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.client_assertion import (
    ASSERTION_TYPE,
    SigningKey,
    build_apple_client_secret,
    build_client_assertion,
)
from relying_party.protocol.client_authentication import (
    AuthenticationMethod,
    ClientAuthentication,
    build_client_authentication,
)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Makes client authentication. A JWT is signed for each request, so none runs out."""

    read_secret: ReadSecret
    reread_secret: RereadSecret
    clock: Clock
    new_jti: Callable[[], str]

    def current(self, client: Client, url: str) -> ClientAuthentication:
        """Return what authenticates *client* at *url*.

        Raises:
            TemporarilyUnavailable: the secret cannot be read, or cannot sign.
        """
        if not client.pkce.sends_secret or client.secret_name is None:
            return build_client_authentication(AuthenticationMethod.NONE, client.client_id, "")
        try:
            return self._build(client, url, self.read_secret(client.secret_name))
        except (SecretUnavailable, ValueError) as error:
            raise TemporarilyUnavailable(str(error)) from None

    def others(self, client: Client, url: str) -> Iterator[ClientAuthentication]:
        """Yield what may authenticate *client* where its current secret does not.

        While a secret is being rotated the issuer may know the next one already, or the
        previous one still.
        """
        if not client.pkce.sends_secret or client.secret_name is None:
            return
        with contextlib.suppress(SecretUnavailable, ValueError):
            tried = self.read_secret(client.secret_name)
            for secret in self.reread_secret(client.secret_name):
                if secret != tried:
                    yield self._build(client, url, secret)

    def _build(self, client: Client, url: str, secret: str) -> ClientAuthentication:
        key = SigningKey(secret, client.signing_key_id, client.signing_algorithm)
        if client.authentication is AuthenticationMethod.PRIVATE_KEY_JWT:
            assertion = build_client_assertion(
                client.client_id, url, key, now=self.clock(), jti=self.new_jti()
            )
            return ClientAuthentication(
                fields={
                    "client_id": client.client_id,
                    "client_assertion_type": ASSERTION_TYPE,
                    "client_assertion": assertion,
                }
            )
        method = client.authentication
        if method is AuthenticationMethod.APPLE:
            secret = build_apple_client_secret(
                client.client_id, client.team_id or "", key, now=self.clock()
            )
            method = AuthenticationMethod.CLIENT_SECRET_POST
        return build_client_authentication(method, client.client_id, secret)
