"""An OpenID provider as it is configured here: who it is and where its metadata is."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from relying_party.protocol.profile import TENANT, Profile

# Microsoft's tenant ids
TENANT_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

MAX_RETRY_AFTER = 300
"""Seconds: what an issuer asks for beyond this is not believed."""

# OpenID Connect Discovery 1.0 §4.1
_WELL_KNOWN = "/.well-known/openid-configuration"


class Issuer(NamedTuple):
    """One ``[issuers.<name>]`` table of the clients file."""

    name: str
    issuer: str
    """The canonical issuer identifier: what is stored, whatever alias a token used."""
    profile: Profile = Profile("generic")
    discovery_url: str | None = None
    aliases: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    """Whose tokens are taken where ``issuer`` is a template; "*" for anyone's."""
    endpoints: Mapping[str, str] = MappingProxyType({})
    """Provider metadata members that override what discovery says."""
    allow_loopback_http: bool = False
    sends_iss: bool = False
    """Whether authorization responses carry ``iss`` (RFC 9207 §3), as configured."""

    refresh_token_lifetime: int = 90 * 86400
    """Seconds for which a refresh token may live unused: how long its grant is remembered."""
    rotation_grace: int = 0
    """Seconds for which the issuer honours a refresh token that it has replaced."""
    refresh_with_code_verifier: bool = False
    """Whether a refresh needs the sign-in's ``code_verifier`` again, as at Mosaic."""

    @property
    def metadata_url(self) -> str:
        """Where the provider metadata is: Discovery §4 joins without a doubled slash."""
        return self.discovery_url or self.issuer.rstrip("/") + _WELL_KNOWN

    @property
    def needs_discovery(self) -> bool:
        """Whether anything that we use has to come from the metadata document."""
        return not {"token_endpoint", "jwks_uri"} <= self.endpoints.keys()

    @property
    def cache_key(self) -> str:
        """Name of this issuer's key set in the cache.

        It holds the source beside the issuer: a set that was fetched for another source, or
        under an older configuration, is never found under it.
        """
        return f"{self.issuer} {self.endpoints.get('jwks_uri', self.metadata_url)}"

    def identifies_as(self, iss: object) -> bool:
        """Tell whether *iss* names this issuer: exactly, or by a configured alias."""
        return isinstance(iss, str) and (iss == self.issuer or iss in self.aliases)

    def is_for_tenant(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether a token with *claims* is of a configured tenant of this issuer, a template.

        The token's tenant is put into the template: the result must be its ``iss`` ("Access
        tokens in the Microsoft identity platform", validate the issuer).
        """
        tenant = claims.get("tid")
        if not isinstance(tenant, str) or not re.fullmatch(TENANT_ID, tenant):
            return False
        known = bool(self.tenants & {tenant, "*"})
        return known and claims.get("iss") == self.issuer.replace(TENANT, tenant)
