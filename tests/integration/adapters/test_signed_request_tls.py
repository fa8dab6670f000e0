"""Who is believed to be DynamoDB: the same authorities as with the SDK, and nobody else."""

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from relying_party.adapters.signed_request import SignedRequest, authorities
from tests.integration.adapters.misbehaving_issuer import HOST, Wire, raw_server
from tests.tokens import private_key

ENV = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For this host, its key beside it, by no authority but itself."""
    key, name, now = private_key("P-256"), x509.Name([]), dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed.public_bytes(form) + private)
    return path


@pytest.fixture
def heard() -> list[bytes]:
    """What the server was told once the connection stood."""
    return []


@pytest.fixture
def host(certificate: Path, heard: list[bytes]) -> Iterator[str]:
    """A server with that certificate, which finds every item missing."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def answer(wire: Wire) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(wire._connection, server_side=True) as tls:
            heard.append(tls.recv(65536))
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(answer) as port:
        yield f"{HOST}:{port}"


def test_nothing_is_said_to_a_server_that_no_authority_vouches_for(
    host: str, heard: list[bytes]
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        SignedRequest(ENV, ("https", host), authorities())("GetItem", {})
    assert not heard


def test_a_server_that_an_authority_vouches_for_is_asked(
    host: str, heard: list[bytes], certificate: Path
) -> None:
    send = SignedRequest(ENV, ("https", host), certificate)
    assert send("GetItem", {}) == {}
    assert heard


def test_the_authorities_trusted_are_all_those_that_the_sdk_trusts() -> None:
    found = authorities()
    assert found is not None
    assert found.samefile(certifi.where())
