"""How one provider differs from the specifications: what ``profile = "…"`` stands for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client_authentication import AuthenticationMethod

_DAY = 86400
_NONE: Mapping[str, str] = MappingProxyType({})

TENANT = "{tenantid}"
"""Stands for the tenant in the issuer of a provider that has one for each."""


class Profile(NamedTuple):
    """The defaults of an issuer and of its clients. The clients file may override most."""

    name: str

    issuer: str | None = None
    """Where every customer has the same; None where the clients file has to say it."""
    issuer_ends_with_slash: bool | None = None
    """Whether it always, or never, does; a common slip. None where both are right."""
    aliases: frozenset[str] = frozenset()
    discovery_urls: Mapping[str, str] = _NONE
    """Where the metadata of an issuer is, if not at its well-known place."""
    endpoints: Mapping[str, str] = _NONE
    """Metadata members that discovery lacks or gets wrong."""
    sends_iss: bool = False

    authentication: AuthenticationMethod = AuthenticationMethod.CLIENT_SECRET_BASIC
    enforces_pkce: bool = True
    """Whether a wrong ``code_verifier`` is known to be refused."""
    native_redirect_uri: str | None = None
    """What a code from the provider's own SDK is exchanged with; None for no parameter."""
    has_native_sdk: bool = False
    """Whether apps may sign in by it alone (``code_source = "native_sdk"``)."""

    id_token_algorithms: frozenset[str] = frozenset({"RS256"})
    access_token_profile: AccessTokenProfile = AccessTokenProfile.RFC9068
    nonce_may_be_hashed: bool = False
    required_claims: frozenset[str] = frozenset()
    """Claims whose accepted values the clients file must name."""

    offline_scopes: tuple[str, ...] = ("offline_access",)
    """What an authorization request asks for to get a refresh token."""
    authorization_parameters: Mapping[str, str] = _NONE
    """What else such a request needs."""
    form_post_scopes: frozenset[str] = frozenset()
    """Scopes for which the provider answers by ``form_post`` alone."""

    refresh_needs_scope: bool = False
    """Whether a refresh that names no scope gets no ID Token."""
    refresh_token_lifetime: int = 90 * _DAY
    rotation_grace: int = 0
    refresh_with_code_verifier: bool = False

    revocation_parameter: str = "token"
