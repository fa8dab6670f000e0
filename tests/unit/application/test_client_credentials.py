"""What proves a client to its issuer, out of what Secrets Manager holds."""

import logging
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from relying_party.application.client_credentials import ClientCredentials
from relying_party.errors import TemporarilyUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.client_assertion import ASSERTION_TYPE
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.pkce import PkceMode
from tests.fakes import TOKEN_ENDPOINT, Clock, FakeSecrets
from tests.tokens import CLIENT_ID, NOW, private_key

PEM = private_key("P-256").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
OTHER_PEM = (
    private_key("P-256", 1)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)

_UNVERIFIED: Any = {"verify_exp": False, "verify_iat": False}


@pytest.fixture
def signing(client: Client) -> Client:
    return replace(client, authentication=AuthenticationMethod.PRIVATE_KEY_JWT)


def _credentials(secrets: FakeSecrets, *jtis: str) -> ClientCredentials:
    return ClientCredentials(secrets, secrets.reread, Clock(), iter(jtis or ("j-1",)).__next__)


def test_private_key_jwt_sends_a_new_assertion_each_time_and_no_secret(signing: Client) -> None:
    credentials = _credentials(FakeSecrets(app=PEM), "j-1", "j-2")

    made = [credentials.current(signing, TOKEN_ENDPOINT) for _ in range(2)]

    assert [each.headers for each in made] == [{}, {}]
    for each, jti in zip(made, ("j-1", "j-2"), strict=True):
        assert each.fields.keys() == {"client_id", "client_assertion_type", "client_assertion"}
        assert each.fields["client_id"] == CLIENT_ID
        assert each.fields["client_assertion_type"] == ASSERTION_TYPE
        claims = jwt.decode(
            each.fields["client_assertion"],
            private_key("P-256").public_key(),
            ["ES256"],
            audience=TOKEN_ENDPOINT,
            options=_UNVERIFIED,
        )
        assert (claims["jti"], claims["iat"]) == (jti, NOW)


def test_apples_secret_is_sent_as_a_secret(client: Client) -> None:
    apple = replace(
        client, authentication=AuthenticationMethod.APPLE, team_id="TEAM", signing_key_id="KEY"
    )

    made = _credentials(FakeSecrets(app=PEM)).current(apple, TOKEN_ENDPOINT)

    assert made.headers == {}
    assert made.fields.keys() == {"client_id", "client_secret"}
    assert jwt.get_unverified_header(made.fields["client_secret"])["kid"] == "KEY"
    assert (
        jwt.decode(
            made.fields["client_secret"],
            private_key("P-256").public_key(),
            ["ES256"],
            audience="https://appleid.apple.com",
            options=_UNVERIFIED,
        )["iss"]
        == "TEAM"
    )


@pytest.mark.parametrize(
    "method", [AuthenticationMethod.PRIVATE_KEY_JWT, AuthenticationMethod.APPLE]
)
@pytest.mark.parametrize("secret", ["s3cret-no-key", PEM.replace("A", "B"), PEM[:60]])
def test_a_key_that_cannot_sign_is_503_and_is_not_told_or_logged(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    method: AuthenticationMethod,
    secret: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    broken = replace(client, authentication=method, team_id="TEAM", signing_key_id="KEY")

    with pytest.raises(TemporarilyUnavailable) as refused:
        _credentials(FakeSecrets(app=secret)).current(broken, TOKEN_ENDPOINT)

    assert refused.value.status == 503
    for text in (refused.value.detail, str(refused.value), caplog.text):
        assert secret not in text
        assert secret[30:50] not in text or not secret[30:50]


def test_a_secret_that_cannot_be_read_is_503(client: Client) -> None:
    with pytest.raises(TemporarilyUnavailable, match="app: nothing there"):
        _credentials(FakeSecrets()).current(client, TOKEN_ENDPOINT)


def test_a_client_that_proves_itself_by_pkce_alone_never_reads_a_secret(client: Client) -> None:
    native = replace(client, pkce=PkceMode.ENFORCE_INSTEAD)
    credentials = _credentials(FakeSecrets())

    made = credentials.current(native, TOKEN_ENDPOINT)

    assert (made.headers, made.fields) == ({}, {"client_id": CLIENT_ID})
    assert list(credentials.others(native, TOKEN_ENDPOINT)) == []


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["remembered"], []),
        (["new"], ["new"]),
        (["new", "remembered"], ["new"]),
        (["remembered", "previous"], ["previous"]),
        (["new", "previous"], ["new", "previous"]),
    ],
)
def test_what_is_tried_next_is_what_has_not_been_tried(
    client: Client, versions: list[str], expected: list[str]
) -> None:
    posting = replace(client, authentication=AuthenticationMethod.CLIENT_SECRET_POST)
    secrets = FakeSecrets(app="remembered")
    secrets.versions["app"] = versions

    made = _credentials(secrets).others(posting, TOKEN_ENDPOINT)

    assert [each.fields["client_secret"] for each in made] == expected


def test_both_keys_of_a_rotation_sign(signing: Client) -> None:
    secrets = FakeSecrets(app=PEM)
    secrets.versions["app"] = [OTHER_PEM, PEM]

    [made] = _credentials(secrets).others(signing, TOKEN_ENDPOINT)

    assert jwt.decode(
        made.fields["client_assertion"],
        private_key("P-256", 1).public_key(),
        ["ES256"],
        audience=TOKEN_ENDPOINT,
        options=_UNVERIFIED,
    )
