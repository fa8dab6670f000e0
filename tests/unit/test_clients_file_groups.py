"""What clients of a group share, and what the SDKs and private keys need."""

import pytest

from relying_party.clients_file import parse_clients_file
from relying_party.errors import ConfigurationError
from relying_party.protocol.client import Client

ISSUER = """
[issuers.mosaic]
profile = "mosaic"
issuer = "https://userid.security"
"""
GROUP = """
[groups.sso]
issuer = "mosaic"
client_secret = "shared"
required_claims = { tid = "t-1" }
redirect_uris = ["com.example.app:/callback"]
scopes = ["email"]
"""


def _parse(text: str) -> dict[str, Client]:
    clients = parse_clients_file(text, {}, name="clients.toml")
    return {client.name: client for client in clients.values()}


def test_clients_of_a_group_share_its_settings_and_may_override_each() -> None:
    clients = _parse(
        ISSUER
        + GROUP
        + """
[clients.a]
group = "sso"
client_id = "a"

[clients.b]
group = "sso"
client_id = "b"
client_secret = "own"
scopes = ["phone"]
required_claims = { tid = "t-2" }
"""
    )

    a, b = clients["a"], clients["b"]
    assert (a.secret_name, a.scopes, a.required_claims) == ("shared", ("email",), {"tid": ("t-1",)})
    assert (b.secret_name, b.scopes, b.required_claims) == ("own", ("phone",), {"tid": ("t-2",)})
    assert a.redirect_uris == b.redirect_uris == ("com.example.app:/callback",)


def test_a_client_without_a_group_shares_nothing() -> None:
    with pytest.raises(ConfigurationError, match=r"clients\.a\.client_secret: is missing"):
        _parse(
            ISSUER
            + GROUP
            + """
[clients.a]
issuer = "mosaic"
client_id = "a"
redirect_uris = ["com.example.app:/callback"]
required_claims = { tid = "t-1" }
"""
        )


@pytest.mark.parametrize(
    ("groups", "mistake"),
    [
        ("", r"clients\.a\.group: names no \[groups\.sso\]"),
        ("[groups.other]\nissuer = 'mosaic'\n", r"clients\.a\.group: names no \[groups\.sso\]"),
        ("[groups]\nsso = 1\n", r"clients\.a\.group: names no \[groups\.sso\]"),
        (GROUP + "group = 'other'\n", r"clients\.a\.group: is not known"),
        (GROUP + "scope = ['x']\n", r"clients\.a\.scope: is not known; did you mean scopes"),
    ],
)
def test_a_mistake_about_a_group_is_one_line_with_its_place(groups: str, mistake: str) -> None:
    with pytest.raises(ConfigurationError, match=mistake):
        _parse(ISSUER + groups + "\n[clients.a]\ngroup = 'sso'\nclient_id = 'a'\n")


APPLE = """
[issuers.apple]
profile = "apple"

[clients.ios]
issuer = "apple"
client_id = "com.example.app"
client_secret = "apple"
team_id = "TEAM"
client_secret_key_id = "KEY"
code_source = "native_sdk"
"""


def test_a_client_of_an_sdk_has_no_redirect_uri_and_others_must_have_one() -> None:
    assert _parse(APPLE)["ios"].redirect_uris == ()
    with pytest.raises(ConfigurationError, match=r"clients\.ios\.redirect_uris: is missing"):
        _parse(APPLE.replace("native_sdk", "browser"))


@pytest.mark.parametrize("key", ["team_id", "client_secret_key_id", "client_secret"])
def test_what_apples_secret_is_made_of_must_be_there(key: str) -> None:
    lines = [line for line in APPLE.splitlines() if not line.startswith(f"{key} ")]

    with pytest.raises(ConfigurationError, match=r"clients\.ios\.(team_id|client_secret): "):
        _parse("\n".join(lines))


def test_an_sdk_that_is_not_known_is_a_mistake_that_names_the_known() -> None:
    generic = "[issuers.apple]\nprofile = 'generic'\nissuer = 'https://issuer.example'\n"
    text = generic + APPLE.split("[clients", 1)[1].join(["[clients", ""])

    with pytest.raises(ConfigurationError, match="for google, apple, facebook_limited"):
        _parse(text)


@pytest.mark.parametrize("alg", ["Ed25519", "Ed448", "HS256", "none"])
def test_an_algorithm_that_cannot_sign_an_assertion_is_found_at_start_up(alg: str) -> None:
    with pytest.raises(ConfigurationError, match=r"client_secret_alg: must be among RS256"):
        _parse(f'{APPLE}client_secret_alg = "{alg}"\n')


@pytest.mark.parametrize(
    ("profile", "issuer"),
    [
        ("auth0", "https://tenant.auth0.com"),
        ("okta", "https://org.okta.com/"),
        ("mosaic", "https://userid.security/"),
        ("cognito", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_X/"),
        ("keycloak", "https://sso.example/realms/x/"),
        ("entra", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0/"),
    ],
)
def test_a_slash_too_many_or_too_few_in_the_issuer_is_found_at_start_up(
    profile: str, issuer: str
) -> None:
    text = f'[issuers.x]\nprofile = "{profile}"\nissuer = "{issuer}"\n'

    with pytest.raises(ConfigurationError, match=rf"issuers\.x\.issuer: .* slash .*{profile}"):
        _parse(text)


def test_mosaic_without_a_tenant_is_found_at_start_up() -> None:
    text = ISSUER + GROUP.replace('required_claims = { tid = "t-1" }\n', "")

    with pytest.raises(ConfigurationError, match="must name the tid that is yours at mosaic"):
        _parse(text + "\n[clients.a]\ngroup = 'sso'\nclient_id = 'a'\n")
