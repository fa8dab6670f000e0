"""The authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from relying_party.errors import InvalidRequest, InvalidScope
from relying_party.protocol.client import Client
from relying_party.protocol.pkce import CHALLENGE_METHOD

_MAX_LENGTH = 1024
"""Characters of a value that the app brings: URLs that are much longer do not arrive."""

_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]*")

PASSED_ON = ("prompt", "max_age", "acr_values", "login_hint", "ui_locales")
"""What an app may ask of the provider's sign-in page (OIDC Core §3.1.2.1)."""

RESERVED = frozenset(
    {
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
    }
)
"""What no list of extra parameters opens: the sign-in's safety hangs on them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the app wants of a sign-in."""

    scope: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SignInKeys:
    """What binds the answer to this sign-in."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_challenge: str = field(repr=False)


def parameters_for(client: Client) -> frozenset[str]:
    """Return the names that an app of *client* may pass on."""
    return (client.extra_parameters - RESERVED) | set(PASSED_ON)


def require_asked(client: Client, asked: Asked) -> Asked:
    """Return *asked* if *client* may ask for it.

    Raises:
        InvalidRequest: a value that is malformed, too long or contradicts itself.
        InvalidScope: more than is configured.
    """
    for name, value in asked.parameters.items():
        if len(value) > _MAX_LENGTH or not _PRINTABLE.fullmatch(value):
            raise InvalidRequest(f"{name} is too long, or has a control character in it")
    if not asked.parameters.get("max_age", "0").isdecimal():
        raise InvalidRequest("max_age must be a whole number")
    prompts = asked.parameters.get("prompt", "").split()
    if "none" in prompts and len(prompts) > 1:
        raise InvalidRequest("prompt: none stands alone (OIDC Core §3.1.2.1)")
    if not set((asked.scope or "").split()) <= set(client.requested_scopes):
        raise InvalidScope("more than is configured")
    _require_way_back(client, _scopes(client, asked))
    return asked


def build_authorization_url(
    endpoint: str, client: Client, asked: Asked, keys: SignInKeys, redirect_uri: str
) -> str:
    """Return the URL to open in the browser.

    Args:
        endpoint: the provider's authorization endpoint; it may have a query (RFC 6749 §3.1).
        client: whose sign-in it is.
        asked: what the app wants, checked.
        keys: what binds the answer to this sign-in.
        redirect_uri: where the provider is to send the user back.
    """
    scopes = _scopes(client, asked)
    by_profile = client.issuer.profile.authorization_parameters if client.offline else {}
    form_post = {"response_mode": "form_post"} if _needs_form_post(client, scopes) else {}
    parameters = {
        **by_profile,
        **asked.parameters,
        **form_post,
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": keys.state,
        "nonce": keys.nonce,
        "code_challenge": keys.code_challenge,
        "code_challenge_method": CHALLENGE_METHOD,
    }
    return with_query(endpoint, parameters)


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """Return *url* with *parameters* behind what it has for a query already."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}{urlencode(parameters)}"


def _scopes(client: Client, asked: Asked) -> tuple[str, ...]:
    """Return ``openid`` and what the app names; all that is configured where it names none."""
    if asked.scope is None:
        return client.requested_scopes
    return tuple(dict.fromkeys(("openid", *asked.scope.split())))


def _needs_form_post(client: Client, scopes: tuple[str, ...]) -> bool:
    return not client.issuer.profile.form_post_scopes.isdisjoint(scopes)


def _require_way_back(client: Client, scopes: tuple[str, ...]) -> None:
    if _needs_form_post(client, scopes) and not client.uses_callback:
        raise InvalidRequest("scope: the provider posts its answer, so set callback = true")
