"""Provider metadata: what the issuer says about itself (OpenID Connect Discovery 1.0 §3, §4)."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from relying_party.protocol.issuer import Issuer
from relying_party.protocol.json_object import parse_json_object

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "end_session_endpoint",
)
"""The members that are URLs we, or the app, may be sent to."""

SENDS_ISS = "authorization_response_iss_parameter_supported"

_LISTS = ("scopes_supported", "claims_supported", "subject_types_supported")
"""What apps are told as well. Of no consequence here, so a malformed one is left out."""

_MAX_MEMBERS = 100

ProviderMetadata = Mapping[str, Any]
"""``issuer``, the ENDPOINTS that are known, what apps are told as well; nothing else."""

_INDISPENSABLE = ("token_endpoint", "jwks_uri")

# RFC 3986 without credentials and fragment; and nothing in the host that two parsers could read
# differently: requests decodes "%31" there, and takes a backslash for its end
_PLAIN = re.compile(r"[a-z]+://[a-zA-Z0-9\-._:\[\]]+([/?][a-zA-Z0-9\-._~:/?@!$&'()*+,;=%\[\]]*)?")


# Site-local, and where IPv4 hides in IPv6: all of ``::/96``, mapped, NAT64, 6to4
_NOT_PUBLIC = tuple(
    map(ip_network, ("fec0::/10", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "2002::/16"))
)


def parse_provider_metadata(document: bytes, issuer: Issuer) -> ProviderMetadata:
    """Return the provider metadata in *document*, with what *issuer* overrides.

    Raises:
        ValueError: not metadata, of another issuer (Discovery §4.3), or with an endpoint that
            may not be called.
    """
    members = parse_json_object(document)
    if not issuer.identifies_as(members.get("issuer")):
        raise ValueError("the metadata is another issuer's")
    return build_provider_metadata(issuer, members)


def build_provider_metadata(issuer: Issuer, members: Mapping[str, Any]) -> ProviderMetadata:
    """Return the metadata that we keep: *members*, overridden by the configured endpoints.

    Raises:
        ValueError: an endpoint may not be called, or one we cannot do without is missing.
    """
    found = {
        name: members[name]
        for name in ENDPOINTS
        if name in members and name not in issuer.endpoints
    }
    for name, url in list(found.items()):
        try:
            require_endpoint(url, name, allow_loopback_http=issuer.allow_loopback_http)
        except ValueError:
            if name in _INDISPENSABLE:
                raise
            del found[name]  # as good as not there: no sign-in may fail over it
    described = {name: members[name] for name in _LISTS if _is_short_list(members.get(name))}
    if members.get(SENDS_ISS) is True:
        described[SENDS_ISS] = True
    metadata = {"issuer": issuer.issuer, **described, **found, **issuer.endpoints}
    if "jwks_uri" not in metadata:
        raise ValueError("the metadata has no jwks_uri")
    return metadata


def require_endpoint(url: object, name: str, *, allow_loopback_http: bool) -> str:
    """Return *url* if it is one that we may call (RFC 9700 §2.6, OIDC Core §16.17).

    Raises:
        ValueError: no https, credentials or a fragment in it, or a host that is an address
            inside somebody's network.
    """
    if not isinstance(url, str):
        raise ValueError(f"{name} is no string")
    parts = urlsplit(url)
    if not _PLAIN.fullmatch(url) or not parts.hostname:
        raise ValueError(f"{name} is no plain URL")
    if allow_loopback_http and _is_loopback(parts.hostname) and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https":
        raise ValueError(f"{name} is not https")
    if not _is_public(parts.hostname):
        raise ValueError(f"{name} is inside a private network")
    return url


def _is_short_list(value: object) -> bool:
    if not isinstance(value, list) or len(value) > _MAX_MEMBERS:
        return False
    return all(isinstance(member, str) and len(member) <= _MAX_MEMBERS for member in value)


def _is_loopback(host: str) -> bool:
    address = _parse_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _is_public(host: str) -> bool:
    """Tell whether *host* is a name, or the address of a host on the internet.

    A name whose last label is a number is how resolvers spell addresses too ("0x7f.1").
    """
    address = _parse_address(host)
    if address is not None:
        return (
            address.is_global
            and not address.is_multicast
            and not any(address in network for network in _NOT_PUBLIC)
        )
    last = host.rstrip(".").rpartition(".")[2].lower()
    return not last.isdigit() and not last.startswith("0x") and last != "localhost"


def _parse_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
