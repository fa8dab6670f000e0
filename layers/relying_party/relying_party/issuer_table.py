"""One ``[issuers.<name>]`` table of the clients file, over the defaults of its profile."""

import re
from functools import partial

from relying_party.protocol.issuer import TENANT_ID, Issuer
from relying_party.protocol.profile import TENANT, Profile
from relying_party.protocol.profiles import PROFILES
from relying_party.protocol.provider_metadata import ENDPOINTS, require_endpoint
from relying_party.toml_table import TomlTable

_DAY = 86400
_MAX_LIFETIME_DAYS = 3650
_MAX_GRACE = 3600

# "*" is for apps that anyone with an account may use
_TENANT = re.compile(rf"\*|{TENANT_ID}")


def parse_issuer(name: str, table: TomlTable) -> Issuer:
    """Return the issuer that *table* configures.

    Raises:
        ConfigurationError: one line with the file, the key and the mend.
    """
    profile = _parse_profile(table)
    loopback = table.flag("allow_loopback_http", default=False)
    url = partial(_parse_url, table, allow_loopback_http=loopback)
    identifier = _parse_identifier(table, profile, allow_loopback_http=loopback)
    discovery_url = url("discovery_url") or profile.discovery_urls.get(identifier)
    overrides = {key: value for key in ENDPOINTS if (value := url(key))}
    lifetime = profile.refresh_token_lifetime // _DAY
    issuer = Issuer(
        name=name,
        issuer=identifier,
        profile=profile,
        discovery_url=discovery_url,
        aliases=frozenset(table.texts("aliases", profile.aliases)),
        tenants=_parse_tenants(table, identifier),
        endpoints={**profile.endpoints, **overrides},
        allow_loopback_http=loopback,
        sends_iss=table.flag(
            "authorization_response_iss_parameter_supported", default=profile.sends_iss
        ),
        refresh_token_lifetime=_DAY
        * table.number("refresh_token_lifetime_days", lifetime, _MAX_LIFETIME_DAYS, least=1),
        rotation_grace=table.number("rotation_grace", profile.rotation_grace, _MAX_GRACE),
        refresh_with_code_verifier=table.flag(
            "refresh_with_code_verifier", default=profile.refresh_with_code_verifier
        ),
    )
    table.require_nothing_left()
    return issuer


def _parse_profile(table: TomlTable) -> Profile:
    name = table.text("profile", "generic")
    if name not in PROFILES:
        raise table.mistake("profile", f"must be one of {', '.join(PROFILES)}")
    return PROFILES[name]


def _parse_identifier(table: TomlTable, profile: Profile, *, allow_loopback_http: bool) -> str:
    identifier = table.text("issuer", profile.issuer)
    check = partial(require_endpoint, name="it", allow_loopback_http=allow_loopback_http)
    # A template is judged with a tenant in its place
    table.checked("issuer", identifier.replace(TENANT, "tenant"), check)
    slash = profile.issuer_ends_with_slash
    if slash is not None and identifier.endswith("/") is not slash:
        ends = "ends with a slash" if slash else "has no slash at its end"
        raise table.mistake("issuer", f"{ends} at {profile.name}")
    return identifier


def _parse_tenants(table: TomlTable, identifier: str) -> frozenset[str]:
    tenants = frozenset(table.texts("tenants"))
    if (TENANT in identifier) is not bool(tenants):
        raise table.mistake("tenants", f"goes with {TENANT} in the issuer, and only with it")
    for tenant in tenants:
        if not _TENANT.fullmatch(tenant):
            raise table.mistake("tenants", 'must hold tenant ids (lower-case GUIDs), or "*"')
    return tenants


def _parse_url(table: TomlTable, key: str, *, allow_loopback_http: bool) -> str | None:
    check = partial(require_endpoint, name="it", allow_loopback_http=allow_loopback_http)
    url = table.optional_text(key)
    return None if url is None else table.checked(key, url, check)
