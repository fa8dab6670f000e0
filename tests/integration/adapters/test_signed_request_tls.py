"""Who is believed to be DynamoDB: the same authorities as with the SDK, and nobody else."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import certifi
import pytest

from relying_party.adapters.dynamodb_endpoint import authorities
from relying_party.adapters.signed_request import SignedRequest
from tests.certificates import HOST, write_certificate
from tests.integration.adapters.misbehaving_issuer import Wire, raw_server

ENV = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    write_certificate(path)
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
            while heard[-1] and not heard[-1].endswith(b"{}"):  # the body comes by itself
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
