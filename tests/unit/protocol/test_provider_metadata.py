"""What an issuer says about itself, and where we may be sent by it (OIDC Discovery 1.0 §3, §4)."""

import json
from typing import Any

import pytest

from relying_party.protocol.issuer import Issuer
from relying_party.protocol.provider_metadata import (
    build_provider_metadata,
    parse_provider_metadata,
    require_endpoint,
)
from tests.tokens import ISSUER

EXAMPLE = Issuer("example", ISSUER)
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
}


def document(**changes: Any) -> bytes:
    members = {**DOCUMENT, **changes}
    return json.dumps({key: value for key, value in members.items() if value != ()}).encode()


def test_the_endpoints_are_kept_and_nothing_else() -> None:
    metadata = parse_provider_metadata(document(service_documentation="x", keys=[]), EXAMPLE)

    assert metadata == DOCUMENT


@pytest.mark.parametrize(
    "iss",
    [
        pytest.param("https://other.example", id="another"),
        pytest.param(f"{ISSUER}/", id="with a slash at the end"),
        pytest.param("https://ISSUER.example", id="in capitals"),
        pytest.param(f"{ISSUER}/tenant", id="with a path"),
        pytest.param("http://issuer.example", id="over http"),
        pytest.param(None, id="null"),
        pytest.param([ISSUER], id="an array"),
        pytest.param((), id="absent"),
    ],
)
def test_the_metadata_of_another_issuer_is_refused(iss: Any) -> None:
    with pytest.raises(ValueError, match="another issuer"):
        parse_provider_metadata(document(issuer=iss), EXAMPLE)


def test_an_alias_is_the_issuer_and_is_kept_under_its_canonical_name() -> None:
    issuer = EXAMPLE._replace(aliases=frozenset({"https://old.example"}))

    metadata = parse_provider_metadata(document(issuer="https://old.example"), issuer)

    assert metadata["issuer"] == ISSUER


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"issuer": "a", "issuer": "b"}'])
def test_what_is_no_metadata_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        parse_provider_metadata(body, EXAMPLE)


def test_metadata_without_a_key_set_is_refused() -> None:
    with pytest.raises(ValueError, match="no jwks_uri"):
        parse_provider_metadata(document(jwks_uri=()), EXAMPLE)


def test_an_endpoint_that_we_can_do_without_is_left_out_where_it_may_not_be_called() -> None:
    insecure = {"userinfo_endpoint": "http://issuer.example/me"}

    found = parse_provider_metadata(document(**insecure), EXAMPLE)

    assert "userinfo_endpoint" not in found
    assert "token_endpoint" in found


@pytest.mark.parametrize("member", ["token_endpoint", "jwks_uri"])
def test_an_endpoint_over_http_is_refused(member: str) -> None:
    with pytest.raises(ValueError, match=f"{member} is not https"):
        parse_provider_metadata(document(**{member: "http://issuer.example/x"}), EXAMPLE)


def test_a_configured_endpoint_stands_in_for_the_one_that_was_discovered() -> None:
    issuer = EXAMPLE._replace(endpoints={"token_endpoint": "https://api.example/token"})

    for discovered in (f"{ISSUER}/token", "http://10.0.0.1/token", None, ()):
        metadata = parse_provider_metadata(document(token_endpoint=discovered), issuer)
        assert metadata["token_endpoint"] == "https://api.example/token"


def test_configured_endpoints_alone_make_metadata_without_discovery() -> None:
    endpoints = {"token_endpoint": f"{ISSUER}/t", "jwks_uri": f"{ISSUER}/k"}
    issuer = EXAMPLE._replace(endpoints=endpoints)

    assert not issuer.needs_discovery
    assert build_provider_metadata(issuer, {}) == {"issuer": ISSUER, **endpoints}


@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example/token",
        "https://issuer.example:8443/token?tenant=a%20b",
        "https://issuer.example?tenant=a",
        "https://login.issuer-1.example/realms/x_y/~z/(a);v=1",
        "https://8.8.8.8/token",
        "https://[2606:4700::1111]/token",
        "https://127.0.0.1.example/token",
    ],
)
def test_a_public_https_url_may_be_called(url: str) -> None:
    assert require_endpoint(url, "it", allow_loopback_http=False) == url


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("localhost", id="loopback by name"),
        pytest.param("LOCALHOST.", id="loopback by name, rooted"),
        pytest.param("id.localhost", id="a name under localhost"),
        pytest.param("[::1]", id="loopback, IPv6"),
        pytest.param("10.0.0.1", id="RFC 1918, 10"),
        pytest.param("172.16.0.1", id="RFC 1918, 172"),
        pytest.param("192.168.0.1:8443", id="RFC 1918, 192, with a port"),
        pytest.param("100.64.0.1", id="shared address space"),
        pytest.param("169.254.169.254", id="link-local: the cloud's metadata service"),
        pytest.param("169.254.169.254.", id="link-local, rooted"),
        pytest.param("0.0.0.0", id="this host"),  # noqa: S104 - nobody listens here
        pytest.param("[fd00:ec2::254]", id="unique local"),
        pytest.param("[fe80::1]", id="link-local, IPv6"),
        pytest.param("[fec0::1]", id="site-local"),
        pytest.param("[::ffff:169.254.169.254]", id="IPv4 within IPv6, mapped"),
        pytest.param("[::ffff:8.8.8.8]", id="IPv4 within IPv6, mapped and public"),
        pytest.param("[::169.254.169.254]", id="IPv4 within IPv6, compatible"),
        pytest.param("[64:ff9b::a9fe:a9fe]", id="IPv4 within IPv6, NAT64"),
        pytest.param("[2002:a9fe:a9fe::]", id="IPv4 within IPv6, 6to4"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("2852039166", id="169.254.169.254 as one number"),
        pytest.param("0xa9fea9fe", id="in hexadecimal"),
        pytest.param("0251.0376.0251.0376", id="in octal"),
        pytest.param("127.1", id="shortened"),
        pytest.param("169.254.169.0xFE", id="with a hexadecimal label"),
    ],
)
def test_an_address_inside_a_network_may_not_be_called(host: str) -> None:
    with pytest.raises(ValueError, match="private network"):
        require_endpoint(f"https://{host}/token", "it", allow_loopback_http=False)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("issuer.example/token", id="no scheme"),
        pytest.param("https:///token", id="no host"),
        pytest.param("https://:443/token", id="a port and no host"),
        pytest.param("https://user@issuer.example/", id="a user"),
        pytest.param("https://user:secret@issuer.example/", id="credentials"),
        pytest.param("https://@issuer.example/", id="empty credentials"),
        pytest.param("https://issuer.example/#x", id="a fragment"),
        pytest.param("https://issuer.example/#", id="an empty fragment"),
        pytest.param("https://127.0.0.%31/", id="percent-encoding in the host"),
        pytest.param("https://127.0.0.1\\.issuer.example/", id="a backslash in the host"),
        pytest.param("https://127\u30020\u30020\u30021/", id="ideographic full stops"),
        pytest.param("https://\uff11\uff12\uff17.0.0.1/", id="full-width digits"),
        pytest.param("https://issuer.example/\n", id="a line feed"),
        pytest.param("https://issuer\t.example/", id="a tab"),
        pytest.param(" https://issuer.example/", id="a space before it"),
        pytest.param("https://issuer.example/a b", id="a space"),
        pytest.param("https://[fe80::1%25eth0]/", id="a zone"),
        pytest.param("https://[::1/", id="half a bracket"),
    ],
)
def test_a_url_that_two_parsers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - urlsplit has messages of its own
        require_endpoint(url, "it", allow_loopback_http=False)


@pytest.mark.parametrize("url", [None, 1, [], {}, b"https://issuer.example"])
def test_a_url_that_is_no_string_is_refused(url: Any) -> None:
    with pytest.raises(ValueError, match="it is no string"):
        require_endpoint(url, "it", allow_loopback_http=False)


@pytest.mark.parametrize("scheme", ["http", "ftp", "file", "javascript", "httpss"])
def test_another_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(ValueError, match="not https"):
        require_endpoint(f"{scheme}://issuer.example/", "it", allow_loopback_http=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9:8080", "[::1]", "localhost:3000"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_loopback_may_be_called_where_the_clients_file_says_so(scheme: str, host: str) -> None:
    url = f"{scheme}://{host}/token"
    assert require_endpoint(url, "it", allow_loopback_http=True) == url

    with pytest.raises(ValueError, match="it is"):
        require_endpoint(url, "it", allow_loopback_http=False)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://issuer.example/", "ftp://127.0.0.1/"])
def test_allowing_loopback_opens_nothing_else(url: str) -> None:
    with pytest.raises(ValueError, match="not https"):
        require_endpoint(url, "it", allow_loopback_http=True)
