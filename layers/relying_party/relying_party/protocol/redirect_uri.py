"""Redirect URIs of native apps: which are the same, and which may be registered (RFC 8252)."""

import re
from urllib.parse import urlsplit

# RFC 8252 §7.3 and §8.3: the literal addresses, not the name "localhost". No parser of URLs is
# asked: they mend what they read, and what was mended is not the same string any more.
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?([/?].*)?", re.DOTALL)

_MAY_USE_HTTP = ("127.0.0.1", "::1", "localhost")


def redirect_uri_matches(presented: str, registered: str) -> bool:
    """Tell whether *presented* is *registered*: the same string (RFC 9700 §2.1).

    The one exception is the port of a loopback address, which the operating system gives to
    the app at run time (RFC 8252 §7.3).
    """
    if presented == registered:
        return True
    loopback = _without_port(registered)
    return loopback is not None and _without_port(presented) == loopback


def require_registrable(redirect_uri: str) -> str:
    """Return *redirect_uri* if an app may register it.

    Claimed https (RFC 8252 §7.2), a private-use scheme with a dot in it (§7.1), or http on a
    loopback address (§7.3); never with a fragment (RFC 6749 §3.1.2).

    Raises:
        ValueError: with what is wrong about it.
    """
    parts = urlsplit(redirect_uri)
    if re.search(r"[#*\s]", redirect_uri):
        raise ValueError("a redirect URI has no fragment, pattern or space (RFC 6749 §3.1.2)")
    if parts.scheme == "https" and parts.hostname:
        return redirect_uri
    if parts.scheme == "http" and parts.hostname in _MAY_USE_HTTP:
        return redirect_uri
    if parts.scheme not in ("http", "https") and "." in parts.scheme:
        return redirect_uri
    raise ValueError("use https, a reverse-domain scheme, or http on 127.0.0.1 (RFC 8252 §7)")


def _without_port(uri: str) -> tuple[str | None, ...] | None:
    """Return everything but the port, or None where *uri* is not on a loopback address."""
    loopback = _LOOPBACK.fullmatch(uri)
    return loopback.groups() if loopback else None
