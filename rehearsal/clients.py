"""The two clients of the rehearsal: in a clients file, and as their provider knows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from local.provider.clients import RegisteredClient

CLIENTS_FILE = "rehearsal"
"""What the parameter ClientsFile gets."""

ISSUER = "local"
"""The issuer's name in that file."""

_SCOPES = ["openid", "profile", "email", "offline_access"]
_FILE = """\
[issuers.{name}]
issuer = "{issuer}"
allow_loopback_http = true
"""
_CLIENT = """
[clients.{name}]
issuer = "{issuer}"
client_id = "{client_id}"
redirect_uris = ["{redirect_uri}"]
scopes = {scopes}
access_token_audiences = ["{audience}"]
{proof}
"""


@dataclass(frozen=True)
class RehearsedClient:
    """A client; one without a secret proves itself by PKCE alone."""

    name: str
    secret: str | None = None

    @property
    def client_id(self) -> str:
        """As the provider knows it."""
        return f"{self.name}-app"

    @property
    def full_secret_name(self) -> str:
        """Where its secret is in Secrets Manager: the file has no prefix, the stack's default."""
        return f"latchkey/{self.client_id}"

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends its users back to."""
        return f"com.example.{self.name}:/callback"

    @property
    def registration(self) -> RegisteredClient:
        """What the embedded provider has to know."""
        return RegisteredClient(
            client_id=self.client_id,
            redirect_uris=(self.redirect_uri,),
            scopes=frozenset(_SCOPES),
            token_endpoint_auth_method="client_secret_basic" if self.secret else "none",
            client_secret=self.secret,
        )

    def table(self, issuer: str) -> str:
        """Its part of the clients file; `issuer` is the provider's URL."""
        alone = 'pkce = "enforce_instead_of_client_credentials"'
        return _CLIENT.format(
            name=self.name,
            issuer=ISSUER,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            scopes=_SCOPES,
            audience=f"{issuer}/userinfo",
            proof=f'client_secret = "{self.client_id}"' if self.secret else alone,
        )


def build_clients_file(issuer: str, clients: Iterable[RehearsedClient]) -> str:
    """The clients file of the provider at the URL `issuer`."""
    tables = [client.table(issuer) for client in clients]
    return _FILE.format(name=ISSUER, issuer=issuer) + "".join(tables)
