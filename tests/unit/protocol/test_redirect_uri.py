"""Which redirect URIs are the same, and which an app may register (RFC 8252, RFC 9700 §2.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.redirect_uri import redirect_uri_matches, require_registrable

ports = st.integers(0, 65535)
loopback_hosts = st.sampled_from(["127.0.0.1", "[::1]"])
paths = st.from_regex(r"(/[a-z0-9%._~-]{0,5}){0,3}(\?[a-z=&/?]{0,5})?", fullmatch=True)


@pytest.mark.parametrize(
    ("presented", "registered"),
    [
        pytest.param("https://app.example/cb", "https://app.example/cb", id="claimed https"),
        pytest.param("com.example.app:/cb", "com.example.app:/cb", id="private-use scheme"),
        pytest.param("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", id="loopback, any port"),
        pytest.param("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb", id="loopback, no port"),
        pytest.param("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb", id="loopback, another"),
        pytest.param("http://[::1]:51004/cb", "http://[::1]/cb", id="loopback, IPv6"),
        pytest.param("http://127.0.0.1:1", "http://127.0.0.1", id="loopback without a path"),
        pytest.param("http://127.0.0.1:1?a=b", "http://127.0.0.1?a=b", id="loopback with a query"),
        pytest.param("http://localhost:3000/cb", "http://localhost:3000/cb", id="localhost, alike"),
    ],
)
def test_the_same_redirect_uri_matches(presented: str, registered: str) -> None:
    assert redirect_uri_matches(presented, registered)


@pytest.mark.parametrize(
    ("presented", "registered"),
    [
        pytest.param("https://app.example/cb/", "https://app.example/cb", id="a slash more"),
        pytest.param("https://app.example/cb?x", "https://app.example/cb", id="a query more"),
        pytest.param("https://app.example/cb#x", "https://app.example/cb", id="a fragment more"),
        pytest.param("https://app.example/CB", "https://app.example/cb", id="another case"),
        pytest.param("https://APP.example/cb", "https://app.example/cb", id="host in capitals"),
        pytest.param("https://app.example:443/cb", "https://app.example/cb", id="default port"),
        pytest.param("https://app.example/%63b", "https://app.example/cb", id="percent-encoded"),
        pytest.param("https://app.example/x/../cb", "https://app.example/cb", id="dot segments"),
        pytest.param("https://app.example.evil/cb", "https://app.example/cb", id="host goes on"),
        pytest.param("https://app.example@evil/cb", "https://app.example/cb", id="host as a user"),
        pytest.param("http://app.example/cb", "https://app.example/cb", id="http"),
        pytest.param("https://127.0.0.1:1/cb", "https://127.0.0.1/cb", id="https on loopback"),
        pytest.param("http://localhost:1/cb", "http://localhost/cb", id="localhost is a name"),
        pytest.param("http://127.0.0.1:1/cb", "http://127.0.0.1/cc", id="loopback, other path"),
        pytest.param("http://127.0.0.1:1/cb?x", "http://127.0.0.1/cb", id="loopback, a query more"),
        pytest.param("http://127.0.0.1:1/cb#x", "http://127.0.0.1/cb", id="loopback, a fragment"),
        pytest.param("http://127.0.0.1:1/cb#", "http://127.0.0.1/cb", id="loopback, empty one"),
        pytest.param("http://127.0.0.2:1/cb", "http://127.0.0.1/cb", id="loopback, other address"),
        pytest.param("http://[::1]:1/cb", "http://127.0.0.1/cb", id="loopback, other family"),
        pytest.param("http://u@127.0.0.1:1/cb", "http://127.0.0.1/cb", id="loopback, a user"),
        pytest.param("http://127.0.0.1:x/cb", "http://127.0.0.1/cb", id="loopback, no port at all"),
        pytest.param("http://127.0.0.1:1@evil/cb", "http://127.0.0.1/cb", id="port as a password"),
        pytest.param("http://127.0.0.1.evil:1/cb", "http://127.0.0.1/cb", id="loopback goes on"),
        pytest.param("http://127.0.0.1:1\\@evil/cb", "http://127.0.0.1/cb", id="a backslash"),
        pytest.param("http://127.0.0.1:1/c\nb", "http://127.0.0.1/cb", id="a line feed within"),
        pytest.param(" http://127.0.0.1:1/cb", "http://127.0.0.1/cb", id="a space before"),
        pytest.param("http://127.0.0.1.evil", "http://127.0.0.1", id="host goes on, no path"),
        pytest.param("http://127.0.0.1:1@evil", "http://127.0.0.1", id="a password, no path"),
        pytest.param("http://127.0.0.1:1\n", "http://127.0.0.1", id="a line feed, no path"),
        pytest.param("http://[::1/cb", "http://127.0.0.1/cb", id="half a bracket"),
        pytest.param("", "http://127.0.0.1/cb", id="nothing"),
    ],
)
def test_any_difference_is_another_redirect_uri(presented: str, registered: str) -> None:
    assert not redirect_uri_matches(presented, registered)


@given(loopback_hosts, paths, ports, ports)
def test_only_the_port_of_a_loopback_address_is_free(
    host: str, path: str, one: int, other: int
) -> None:
    assert redirect_uri_matches(f"http://{host}:{one}{path}", f"http://{host}:{other}{path}")
    assert redirect_uri_matches(f"http://{host}:{one}{path}", f"http://{host}{path}")


@given(st.text(), st.sampled_from(["https://app.example/cb", "com.example.app:/cb"]))
def test_elsewhere_nothing_but_the_very_string_matches(presented: str, registered: str) -> None:
    assert redirect_uri_matches(presented, registered) is (presented == registered)


@given(st.text(st.sampled_from("htp:/127.0@#?\\[]% \n\tx")), ports)
def test_nothing_else_passes_for_a_loopback_address(noise: str, port: int) -> None:
    for registered in ("http://127.0.0.1/cb", "http://[::1]/cb"):
        with_port = registered.replace("/cb", f":{port}/cb")
        for presented in (noise + with_port, with_port + noise, with_port.replace("/cb", noise)):
            assert not noise or not redirect_uri_matches(presented, registered), presented


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/cb",
        "https://app.example:8443/cb?x=y",
        "com.example.app:/cb",
        "com.example.app://cb",
        "http://127.0.0.1/cb",
        "http://[::1]:8080/cb",
        "http://localhost:3000/cb",
    ],
)
def test_what_rfc_8252_has_may_be_registered(uri: str) -> None:
    assert require_registrable(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("", id="nothing"),
        pytest.param("app.example/cb", id="no scheme"),
        pytest.param("myapp:/cb", id="a scheme without a dot, which anyone may claim"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("http://app.example/cb", id="http on the internet"),
        pytest.param("http://127.0.0.1.evil/cb", id="http on what looks like loopback"),
        pytest.param("https:///cb", id="https without a host"),
        pytest.param("https://app.example/cb#x", id="a fragment"),
        pytest.param("https://app.example/cb#", id="an empty fragment"),
        pytest.param("com.example.app:/cb#x", id="a fragment behind a private-use scheme"),
        pytest.param("https://*.app.example/cb", id="a pattern"),
        pytest.param("https://app.example/cb ", id="a space"),
        pytest.param("https://app.example/c\nb", id="a line feed"),
    ],
)
def test_what_leaves_an_app_open_may_not_be_registered(uri: str) -> None:
    with pytest.raises(ValueError, match="RFC"):
        require_registrable(uri)


def test_a_loopback_address_is_for_http_alone() -> None:
    with pytest.raises(ValueError, match="RFC 8252"):
        require_registrable("ftp://127.0.0.1/callback")
