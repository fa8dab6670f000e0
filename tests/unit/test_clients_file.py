"""The clients file: what it says, and one line with file, key and mend for every mistake in it."""

import pytest

from relying_party.clients_file import parse_clients_file
from relying_party.errors import ConfigurationError
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.pkce import PkceMode
from relying_party.settings import CLIENTS_FOLDER

ISSUER = '[issuers.idp]\nissuer = "https://idp.example"\n'
CLIENT = """
[clients.app]
issuer = "idp"
client_id = "app-1"
redirect_uris = ["com.example.app:/cb"]
client_secret = "app"
"""
GUIDED = {
    "ISSUER": "https://idp.example",
    "CLIENT_ID": "app-1",
    "REDIRECT_URIS": "com.example.app:/cb, http://127.0.0.1/cb",
    "CLIENT_SECRET_NAME": "app",
}


def parse(text: str, **env: str) -> dict[str, Client]:
    return parse_clients_file(text, env, name="test.toml")


def mistake(text: str, **env: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        parse(text, **env)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_short_file_makes_a_strict_client() -> None:
    [client] = parse(ISSUER + CLIENT).values()

    assert client.issuer == Issuer("idp", "https://idp.example")
    assert client.name == "app"
    assert client.client_id == "app-1"
    assert client.redirect_uris == ("com.example.app:/cb",)
    assert client.scopes == ("openid",)
    assert client.pkce is PkceMode.ENFORCE_ALONGSIDE
    assert client.authentication is AuthenticationMethod.CLIENT_SECRET_BASIC
    assert client.secret_name == "app"
    assert client.nonce_required
    assert client.id_token_required
    assert client.id_token_algorithms == {"RS256"}
    assert client.clock_skew == 60
    assert client.accepted_audiences == client.accepted_parties == {"app-1"}
    assert not client.access_token_audiences
    assert not client.issuer.allow_loopback_http


def test_every_option_is_read() -> None:
    issuer = ISSUER + (
        'discovery_url = "https://idp.example/d"\naliases = ["https://alias.example"]\n'
        'jwks_uri = "https://idp.example/k"\n'
        "authorization_response_iss_parameter_supported = true\n"
    )
    client = CLIENT + (
        'scopes = ["openid", "email"]\naudiences = "api"\nauthorized_parties = ["android"]\n'
        'access_token_audiences = "https://api.example"\nid_token = "optional"\n'
        'nonce = "optional"\nclock_skew = 5\nid_token_signed_response_algs = "ES256, EdDSA"\n'
        'token_endpoint_auth_method = "client_secret_post"\n'
        'required_claims = { tid = "t1", hd = ["a", "b"], email_verified = true }\n'
    )

    read = parse(issuer + client)["app-1"]

    assert read.issuer.metadata_url == "https://idp.example/d"
    assert read.issuer.identifies_as("https://alias.example")
    assert read.issuer.endpoints == {"jwks_uri": "https://idp.example/k"}
    assert read.issuer.sends_iss
    assert read.scopes == ("openid", "email")
    assert read.accepted_audiences == {"app-1", "api"}
    assert read.accepted_parties == {"app-1", "android"}
    assert read.access_token_audiences == {"https://api.example"}
    assert (read.id_token_required, read.nonce_required, read.clock_skew) == (False, False, 5)
    assert read.id_token_algorithms == {"ES256", "EdDSA"}
    assert read.authentication is AuthenticationMethod.CLIENT_SECRET_POST
    assert read.required_claims == {"tid": ("t1",), "hd": ("a", "b"), "email_verified": (True,)}


def test_the_file_as_shipped_serves_one_client_from_template_parameters() -> None:
    shipped = (CLIENTS_FOLDER / "default.toml").read_text("utf-8")

    [client] = parse(shipped, **GUIDED).values()

    assert client.redirect_uris == ("com.example.app:/cb", "http://127.0.0.1/cb")
    assert client.pkce is PkceMode.ENFORCE_ALONGSIDE
    assert client.authentication is AuthenticationMethod.CLIENT_SECRET_BASIC


def test_the_file_as_shipped_serves_a_native_client_whose_other_parameters_stay_empty() -> None:
    shipped = (CLIENTS_FOLDER / "default.toml").read_text("utf-8")
    empty = dict.fromkeys(("DISCOVERY_URL", "SCOPES", "TOKEN_ENDPOINT_AUTH_METHOD"), "")
    env = {**GUIDED, **empty, "CLIENT_SECRET_NAME": ""}

    [client] = parse(shipped, **env, PKCE_MODE="enforce_instead_of_client_credentials").values()

    assert client.authentication is AuthenticationMethod.NONE
    assert client.secret_name is None
    assert client.issuer.discovery_url is None
    assert client.scopes == ("openid",)


@pytest.mark.parametrize("name", ["ISSUER", "CLIENT_ID", "REDIRECT_URIS"])
def test_a_parameter_that_is_not_set_is_named_with_its_place(name: str) -> None:
    shipped = (CLIENTS_FOLDER / "default.toml").read_text("utf-8")
    env = {key: value for key, value in GUIDED.items() if key != name}

    message = mistake(shipped, **env)

    assert message.startswith(("test.toml: issuers.issuer.", "test.toml: clients.app."))
    assert f"set {name}" in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[issuers", "test.toml: is not TOML", id="no TOML"),
        pytest.param("", "test.toml: clients: configure at least one", id="empty"),
        pytest.param(ISSUER, "test.toml: clients: configure at least one", id="no client"),
        pytest.param("issuers = 1", "test.toml.issuers: must be a table", id="issuers no table"),
        pytest.param("[clients]\napp = 1", "clients.app: must be a table", id="client no table"),
        pytest.param(CLIENT, "clients.app.issuer: names no [issuers.idp]", id="no such issuer"),
        pytest.param(
            ISSUER + CLIENT + "[client.x]",
            "client: is not known; did you mean clients?",
            id="table",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, said: str) -> None:
    assert said in mistake(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('issuer = ""', "issuers.idp.issuer: is missing"),
        ("issuer = 1", "issuers.idp.issuer: must be a string"),
        ('issuer = "http://idp.example"', "issuers.idp.issuer: it is not https"),
        ('issuer = "https://10.0.0.1"', "issuers.idp.issuer: it is inside a private network"),
        ('issuer = "http://127.0.0.1:1"', "issuers.idp.issuer: it is not https"),
        ('discovery_url = "http://idp.example/d"', "issuers.idp.discovery_url: it is not https"),
        ('jwks_uri = "k"', "issuers.idp.jwks_uri: it is no plain URL"),
        ('token_endpoint = "http://idp.example/t"', "idp.token_endpoint: it is not https"),
        ('profile = "gogle"', "issuers.idp.profile: must be one of "),
        ('allow_loopback_http = "yes"', "idp.allow_loopback_http: must be true or false"),
        ("aliases = [1]", "issuers.idp.aliases: must be a list of strings"),
        ('jwks_url = "https://x"', "idp.jwks_url: is not known; did you mean jwks_uri?"),
        ("refresh_token_lifetime_days = 0", "must be a whole number from 1 to 3650"),
        ("rotation_grace = 3601", "must be a whole number from 0 to 3600"),
    ],
)
def test_a_mistake_in_an_issuer_names_the_key_and_the_mend(line: str, said: str) -> None:
    kept = "" if line.startswith("issuer ") else ISSUER.splitlines()[1]

    message = mistake(f"[issuers.idp]\n{kept}\n{line}\n{CLIENT}")

    assert message.startswith("test.toml: ")
    assert said in message


def test_loopback_http_is_for_whoever_asks_for_it() -> None:
    text = '[issuers.idp]\nissuer = "http://127.0.0.1:8000"\nallow_loopback_http = true\n'

    assert parse(text + CLIENT)["app-1"].issuer.issuer == "http://127.0.0.1:8000"
