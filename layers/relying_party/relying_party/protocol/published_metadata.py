"""Metadata for apps that use us as their token endpoint (OpenID Connect Discovery 1.0 §3).

The issuer stays the provider's, whose ID Tokens the app's library verifies; only the two
endpoints that take the client's credentials are ours. Built from a list of what may be in it:
what the provider says beyond that may be true of the provider, and not of us.
"""

from relying_party.protocol.client import Client
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.pkce import CHALLENGE_METHOD
from relying_party.protocol.provider_metadata import SENDS_ISS, ProviderMetadata

_PROVIDERS_OWN = (
    "issuer",
    "authorization_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "scopes_supported",
    "claims_supported",
)
_NO_CREDENTIALS = ["none"]


def build_published_metadata(
    client: Client, provider: ProviderMetadata, base_url: str
) -> JsonObject:
    """Return the metadata that an app of *client* configures its library with.

    Args:
        client: whose app it is.
        provider: what the provider says about itself.
        base_url: of our own API, without a slash at its end.
    """
    kept = {name: provider[name] for name in _PROVIDERS_OWN if name in provider}
    return {
        **kept,
        SENDS_ISS: promises_iss(client, provider),
        "token_endpoint": f"{base_url}/oauth2/token",
        "revocation_endpoint": f"{base_url}/oauth2/revoke",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": provider.get("subject_types_supported", ["public"]),
        "id_token_signing_alg_values_supported": sorted(client.id_token_algorithms),
        "token_endpoint_auth_methods_supported": _NO_CREDENTIALS,
        "revocation_endpoint_auth_methods_supported": _NO_CREDENTIALS,
        "code_challenge_methods_supported": [CHALLENGE_METHOD],
    }


def promises_iss(client: Client, provider: ProviderMetadata) -> bool:
    """Tell whether the provider names itself in its answers: so configured, or so it says."""
    return client.issuer.sends_iss or provider.get(SENDS_ISS) is True
