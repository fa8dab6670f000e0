"""The environment, read once: one line with the place and the mend for whatever is wrong in it."""

from pathlib import Path

import pytest

from relying_party.errors import ConfigurationError
from relying_party.settings import load

CLIENTS = """
[issuers.idp]
issuer = "https://idp.example"
[clients.app]
issuer = "idp"
client_id = "app-1"
redirect_uris = "com.example.app:/cb"
client_secret = "app"
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A sound environment."""
    file = tmp_path / "clients.toml"
    file.write_text(CLIENTS, "utf-8")
    return {
        "CLIENTS_FILE": str(file),
        "KEYS_TABLE": "keys",
        "GRANTS_TABLE": "grants",
        "IDENTITIES_TABLE": "identities",
        "SECRET_PREFIX": "latchkey/",
    }


def mistake(env: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as error:
        load(env)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_sound_environment_is_read(env: dict[str, str]) -> None:
    settings = load(env)

    assert list(settings.clients) == ["app-1"]
    assert [issuer.name for issuer in settings.issuers] == ["idp"]
    assert (settings.keys_table, settings.secret_prefix) == ("keys", "latchkey/")


def test_the_default_file_is_in_the_layer_and_says_what_it_needs() -> None:
    for env in ({}, {"CLIENTS_FILE": ""}, {"CLIENTS_FILE": "default"}):
        message = mistake({**env, "KEYS_TABLE": "keys"})
        assert message.startswith("default.toml: issuers.issuer.")
        assert "set ISSUER, or write ${ISSUER:-default}" in message


@pytest.mark.parametrize("name", ["staging", "./missing.toml", "missing.toml"])
def test_a_file_that_is_not_there_is_named(env: dict[str, str], name: str) -> None:
    message = mistake({**env, "CLIENTS_FILE": name})

    assert message.startswith("CLIENTS_FILE: ")
    assert "No such file" in message


def test_a_folder_is_no_file(env: dict[str, str], tmp_path: Path) -> None:
    assert mistake({**env, "CLIENTS_FILE": f"{tmp_path}/"}).startswith("CLIENTS_FILE: ")


def test_a_file_that_is_not_utf_8_is_named(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "clients.toml").write_bytes(b'[issuers.idp]\nissuer = "\xff"')

    assert "is not UTF-8" in mistake(env)


@pytest.mark.parametrize("name", ["KEYS_TABLE"])
def test_a_table_that_is_not_named_is_told(env: dict[str, str], name: str) -> None:
    assert mistake({**env, name: ""}) == f"{name}: is not set"
    del env[name]
    assert mistake(env) == f"{name}: is not set"


def test_a_mistake_in_the_file_names_the_file(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "clients.toml").write_text(CLIENTS + "nonse = 1", "utf-8")

    assert mistake(env) == "clients.toml: clients.app.nonse: is not known; did you mean nonce?"


def test_an_issuer_that_two_clients_use_is_listed_once(env: dict[str, str], tmp_path: Path) -> None:
    second = CLIENTS.partition("[clients.app]")[2].replace("app-1", "web-1")
    (tmp_path / "clients.toml").write_text(f"{CLIENTS}\n[clients.web]\n{second}", "utf-8")

    settings = load(env)

    assert list(settings.clients) == ["app-1", "web-1"]
    assert [issuer.name for issuer in settings.issuers] == ["idp"]


def test_keys_are_read_by_requests_of_our_own_where_that_is_said(env: dict[str, str]) -> None:
    assert load({**env, "SIGNED_KEY_READS": "true"}).signed_key_reads


@pytest.mark.parametrize("said", [{}, {"SIGNED_KEY_READS": "false"}, {"SIGNED_KEY_READS": ""}])
def test_otherwise_the_sdk_reads_them(env: dict[str, str], said: dict[str, str]) -> None:
    assert not load({**env, **said}).signed_key_reads
