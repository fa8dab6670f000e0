"""Mistakes in a client, and between two of them: one line with file, key and mend."""

import pytest

from relying_party.clients_file import parse_clients_file
from relying_party.errors import ConfigurationError
from relying_party.protocol.client_authentication import AuthenticationMethod

MAX_CLOCK_SKEW = 300
ALLOW = "allow_alongside_client_credentials"
ENFORCE = "enforce_alongside_client_credentials"
INSTEAD = "enforce_instead_of_client_credentials"

Table = dict[str, str | None]


def table(header: str, values: Table) -> str:
    lines = [f"{key} = {value}" for key, value in values.items() if value is not None]
    return "\n".join([f"[{header}]", *lines, ""])


def client(name: str = "app", /, **changes: str | None) -> str:
    """Return a good client with *changes*, spelt as TOML; None takes a key away."""
    good: Table = {
        "issuer": '"idp"',
        "client_id": f'"{name}-1"',
        "redirect_uris": f'["com.example.{name}:/cb"]',
        "client_secret": '"app"',
    }
    return table(f"clients.{name}", {**good, **changes})


def issuer(name: str = "idp", /, **changes: str | None) -> str:
    return table(f"issuers.{name}", {"issuer": f'"https://{name}.example"', **changes})


def verdict(*tables: str) -> str | None:
    """Return the mistake in a file of *tables*, or None if there is none."""
    try:
        parse_clients_file("\n".join(tables), {}, name="test.toml")
    except ConfigurationError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("client_id", None, "is missing"),
        ("client_id", '""', "is missing"),
        ("client_id", "1", "must be a string"),
        ("issuer", None, "is missing"),
        ("issuer", '"other"', "names no [issuers.other]"),
        ("redirect_uris", None, "is missing"),
        ("redirect_uris", '""', "is missing"),
        ("redirect_uris", "[]", "is missing"),
        ("redirect_uris", "[1]", "must be a list of strings"),
        ("redirect_uris", '"http://app.example/cb"', "use https, a reverse-domain scheme"),
        ("redirect_uris", '"https://app.example/#"', "has no fragment"),
        ("scopes", "true", "must be a list of strings"),
        ("clock_skew", "-1", f"must be a whole number from 0 to {MAX_CLOCK_SKEW}"),
        ("clock_skew", f"{MAX_CLOCK_SKEW + 1}", "must be a whole number"),
        ("clock_skew", '"60"', "must be a whole number"),
        ("clock_skew", "1.5", "must be a whole number"),
        ("clock_skew", "true", "must be a whole number"),
        ("nonce", '"maybe"', "must be one of required, optional"),
        ("id_token", "true", "must be a string"),
        ("pkce", '"plain"', f"must be one of {ALLOW}, {ENFORCE}, {INSTEAD}"),
        ("token_endpoint_auth_method", '"basic"', "must be one of client_secret_basic"),
        ("id_token_signed_response_algs", '["none"]', "must be among "),
        ("id_token_signed_response_algs", '["RS256", "HS512"]', "must be among "),
        ("required_claims", '"tid"', "must be a table"),
        ("client_secrets", '"app"', "is not known; did you mean client_secret?"),
        ("PKCE", f'"{ALLOW}"', "is not known"),
        ("redirect_uri", '"com.example:/cb"', "is not known; did you mean redirect_uris?"),
        ("xyz", "1", "is not known"),
    ],
)
def test_a_mistake_in_a_clientnames_the_key_and_the_mend(
    key: str, value: str | None, said: str
) -> None:
    message = verdict(issuer(), client(**{key: value}))

    assert message is not None
    assert message.startswith(f"test.toml: clients.app.{key}: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        pytest.param({"client_secret": None}, "client_secret", "is missing", id="no secret"),
        pytest.param({"client_secret": '""'}, "client_secret", "is missing", id="empty secret"),
        pytest.param(
            {"pkce": f'"{ALLOW}"', "client_secret": None}, "client_secret", "is missing", id="allow"
        ),
        pytest.param({"pkce": f'"{INSTEAD}"'}, "client_secret", "take it out", id="never sent"),
        pytest.param(
            {"token_endpoint_auth_method": '"none"', "client_secret": None},
            "pkce",
            f"needs {INSTEAD}",
            id="no authentication in a mode that authenticates",
        ),
        pytest.param(
            {"nonce": '"optional"', "pkce": f'"{ALLOW}"'},
            "nonce",
            'must be "required"',
            id="both off",
        ),
        pytest.param(
            {"id_token": '"optional"', "pkce": f'"{ALLOW}"'},
            "nonce",
            "id_token too",
            id="PKCE off, and a nonce that no ID Token may carry",
        ),
    ],
)
def test_what_contradicts_itself_or_leaves_the_client_open_is_refused(
    changes: Table, key: str, said: str
) -> None:
    message = verdict(issuer(), client(**changes))

    assert message is not None
    assert message.startswith(f"test.toml: clients.app.{key}: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "changes",
    [
        {"pkce": f'"{ALLOW}"'},
        {"nonce": '"optional"'},
        {"nonce": '"optional"', "pkce": f'"{INSTEAD}"', "client_secret": None},
        {"pkce": f'"{INSTEAD}"', "client_secret": '""'},
        {"clock_skew": "0"},
        {"clock_skew": str(MAX_CLOCK_SKEW)},
        {"token_endpoint_auth_method": '""'},
    ],
    ids=str,
)
def test_one_of_nonce_and_pkce_may_be_off_and_a_native_client_has_no_secret(changes: Table) -> None:
    assert verdict(issuer(), client(**changes)) is None


def test_a_pkce_mode_is_no_proof_where_the_issuer_does_not_check_it() -> None:
    apple = table("issuers.idp", {"profile": '"apple"'})
    keys = {"team_id": '"T"', "client_secret_key_id": '"K"'}

    assert verdict(apple, client(**keys)) is None
    message = verdict(apple, client(nonce='"optional"', **keys))
    assert message is not None
    assert message.startswith("test.toml: clients.app.nonce: ")


def test_a_mode_that_sends_no_secret_authenticates_by_nothing() -> None:
    text = issuer() + client(pkce=f'"{INSTEAD}"', client_secret=None)

    [native] = parse_clients_file(text, {}, name="test.toml").values()

    assert native.authentication is AuthenticationMethod.NONE


def test_two_clients_may_not_have_one_client_id() -> None:
    message = verdict(issuer(), client(), client("web", client_id='"app-1"'))

    assert message == "test.toml: clients.web.client_id: is also clients.app's"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("com.example:/cb", "com.example:/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb"),
    ],
)
def test_clients_of_two_issuers_may_not_share_a_redirect_uri(one: str, other: str) -> None:
    clients = (
        client(redirect_uris=f'"{one}"'),
        client("web", issuer='"idp2"', redirect_uris=f'"com.other:/cb,{other}"'),
    )
    sends_iss = {"authorization_response_iss_parameter_supported": "true"}

    message = verdict(issuer(), issuer("idp2"), *clients)

    assert message is not None
    assert message.startswith("test.toml: clients.web.redirect_uris: clients.app of another issuer")
    assert verdict(issuer(**sends_iss), issuer("idp2"), *clients) is not None
    assert verdict(issuer(**sends_iss), issuer("idp2", **sends_iss), *clients) is None


def test_clients_of_one_issuer_may_share_a_redirect_uri() -> None:
    uri = '"com.example:/cb"'

    assert verdict(issuer(), client(redirect_uris=uri), client("web", redirect_uris=uri)) is None
