"""The clients file: which issuers and clients there are (``clients/<name>.toml``)."""

import tomllib
from collections.abc import Mapping
from typing import Any

from relying_party.client_table import parse_client
from relying_party.errors import ConfigurationError
from relying_party.issuer_table import parse_issuer
from relying_party.protocol.client import Client
from relying_party.protocol.redirect_uri import redirect_uri_matches
from relying_party.toml_table import TomlTable, expand


def parse_clients_file(text: str, env: Mapping[str, str], *, name: str) -> dict[str, Client]:
    """Return the clients of the file *name*, by ``client_id``.

    Args:
        text: the file's content.
        env: what its placeholders stand for.
        name: how messages call the file.

    Raises:
        ConfigurationError: one line with the file, the key and the mend.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: is not TOML: {error}") from None
    expanded = {key: expand(value, env, f"{name}: {key}") for key, value in values.items()}
    tables = TomlTable(name, expanded)
    issuers = {
        key: parse_issuer(key, TomlTable(f"{name}: issuers.{key}", table))
        for key, table in tables.table("issuers").items()
    }
    groups = tables.table("groups")
    clients = [
        parse_client(key, _with_group(f"{name}: clients.{key}", table, groups), issuers)
        for key, table in tables.table("clients").items()
    ]
    tables.require_nothing_left()
    _require_consistent(name, clients)
    return {client.client_id: client for client in clients}


def _with_group(path: str, values: Any, groups: Mapping[str, Any]) -> TomlTable:
    """Return a client's table over what its ``group`` shares, as in Mosaic's SSO Service."""
    table = TomlTable(path, values)
    group = table.optional_text("group")
    if group is None:
        return table
    if not isinstance(groups.get(group), Mapping):
        raise table.mistake("group", f"names no [groups.{group}]")
    own = {key: value for key, value in values.items() if key != "group"}
    return TomlTable(path, {**groups[group], **own})


def _require_consistent(name: str, clients: list[Client]) -> None:
    """Refuse what is wrong only between two clients."""
    if not clients:
        raise ConfigurationError(f"{name}: clients: configure at least one")
    for index, client in enumerate(clients):
        for other in clients[:index]:
            if client.client_id == other.client_id:
                raise ConfigurationError(
                    f"{name}: clients.{client.name}.client_id: is also clients.{other.name}'s"
                )
            _require_no_mix_up(name, client, other)


def _require_no_mix_up(name: str, client: Client, other: Client) -> None:
    """RFC 9700 §4.4: a code must not be sent to another issuer than the one it came from."""
    shared = any(
        redirect_uri_matches(uri, known)
        for uri in client.redirect_uris
        for known in other.redirect_uris
    )
    same = client.issuer.issuer == other.issuer.issuer
    if shared and not same and not (client.issuer.sends_iss and other.issuer.sends_iss):
        raise ConfigurationError(
            f"{name}: clients.{client.name}.redirect_uris: clients.{other.name} of another "
            "issuer has the same; give each its own (RFC 9700 §4.4)"
        )
