"""The clients file of the rehearsal is one that the functions take."""

from pathlib import Path

from rehearsal.clients import RehearsedClient, build_clients_file
from relying_party import settings
from relying_party.protocol.client import Client

ISSUER = "http://127.0.0.1:4000"
DEMO, NATIVE = RehearsedClient("demo", "a secret"), RehearsedClient("native")


def load(folder: Path, *clients: RehearsedClient) -> dict[str, Client]:
    file = folder / "rehearsal.toml"
    file.write_text(build_clients_file(ISSUER, clients), encoding="utf-8")
    environment = {"CLIENTS_FILE": str(file), "SECRET_PREFIX": "latchkey/", "KEYS_TABLE": "keys"}
    return {client.name: client for client in settings.load(environment).clients.values()}


def test_each_client_is_to_the_functions_what_it_is_to_its_provider(tmp_path: Path) -> None:
    loaded = load(tmp_path, DEMO, NATIVE)

    for client in (DEMO, NATIVE):
        registered, configured = client.registration, loaded[client.name]
        assert configured.client_id == registered.client_id
        assert tuple(configured.redirect_uris) == registered.redirect_uris
        assert registered.scopes.issuperset(configured.requested_scopes)
        assert configured.authentication.value == registered.token_endpoint_auth_method


def test_the_secret_is_named_and_not_written(tmp_path: Path) -> None:
    loaded = load(tmp_path, DEMO)

    assert loaded["demo"].secret_name == "demo-app"
    assert "a secret" not in build_clients_file(ISSUER, [DEMO])


def test_a_client_that_is_not_in_the_file_is_unknown(tmp_path: Path) -> None:
    assert "native" not in load(tmp_path, DEMO)
