"""What a clients file means on this machine: its settings, its secrets, who is registered where."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.provider.clients import RegisteredClient
from local.template import Stack
from relying_party.application.begin_login import callback_url
from relying_party.errors import ConfigurationError
from relying_party.protocol.client import Client
from relying_party.settings import Settings
from relying_party.settings import load as load_settings

_PROVIDER_VARIABLE = "LOCAL_PROVIDER"
_PLACEHOLDER = re.compile(r"\$\{(\w+)")


@dataclass(frozen=True)
class Configuration:
    """A clients file, read as the functions will read it."""

    settings: Settings
    environment: Mapping[str, str]
    provider: str | None

    @property
    def own_clients(self) -> list[Client]:
        """The clients of the embedded provider."""
        clients = self.settings.clients.values()
        return [client for client in clients if client.issuer.issuer == self.provider]

    def secret_values(self) -> dict[str, str]:
        """Made up for the embedded provider's clients, else from this shell's variables."""
        values = {
            name: os.environ[variable]
            for name, variable in self._secret_variables().items()
            if variable in os.environ
        }
        own = {client.secret_name for client in self.own_clients if client.secret_name}
        return values | {name: _make_secret() for name in own}

    def unset_variables(self, values: Mapping[str, str]) -> list[str]:
        """The shell variables that would bring the secrets missing from `values`."""
        variables = self._secret_variables()
        return [variable for name, variable in variables.items() if name not in values]

    def registrations(self, values: Mapping[str, str], url: str) -> list[RegisteredClient]:
        """The embedded provider's clients, as it has to know them; `url` is our API's."""
        return [
            RegisteredClient(
                client_id=client.client_id,
                redirect_uris=_redirect_uris(client, url),
                scopes=frozenset(client.requested_scopes),
                token_endpoint_auth_method=client.authentication.value,
                client_secret=values[client.secret_name] if client.secret_name else None,
            )
            for client in self.own_clients
        ]

    def _secret_variables(self) -> dict[str, str]:
        names = {client.secret_name for client in self.settings.clients.values()}
        return {
            name: "CLIENT_SECRET_" + re.sub(r"\W", "_", name).upper()
            for name in sorted(filter(None, names))
        }


def _redirect_uris(client: Client, url: str) -> tuple[str, ...]:
    relayed = (callback_url(client, url),) if client.uses_callback else ()
    return (*client.redirect_uris, *relayed)


def names_local_provider(clients_file: Path) -> bool:
    """True if the file wants the embedded provider: it says `${LOCAL_PROVIDER}`."""
    return _PROVIDER_VARIABLE in _placeholders(clients_file)


def read_configuration(clients_file: Path, stack: Stack, provider: str | None) -> Configuration:
    """The configuration of `clients_file`; a mistake in it is a ConfigurationError."""
    names = _placeholders(clients_file)
    environment = {name: os.environ[name] for name in names if name in os.environ}
    environment["CLIENTS_FILE"] = str(clients_file.absolute())
    if provider:
        environment[_PROVIDER_VARIABLE] = provider
    template = next(iter(stack.functions.values())).environment
    return Configuration(load_settings({**template, **environment}), environment, provider)


def _placeholders(clients_file: Path) -> list[str]:
    try:
        return _PLACEHOLDER.findall(clients_file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{clients_file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{clients_file}: is not UTF-8") from None


def _make_secret() -> str:
    # Characters that form-encoding changes: who forgets it is refused (RFC 6749 §2.3.1).
    return f"demo/+%: {secrets.token_urlsafe(24)}"
