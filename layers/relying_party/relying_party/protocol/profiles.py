"""The providers that we know. Where each fact comes from is in ``docs/providers/``."""

from collections.abc import Mapping

from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.algorithms import SECRET_ALGORITHM
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.profile import TENANT, Profile

_DAY = 86400
_ENTRA = "https://login.microsoftonline.com"
_FACEBOOK = "https://www.facebook.com"
_MOSAIC = "/cis/oidc/.well-known/openid-configuration"
_GRAPH = "https://graph.facebook.com/v24.0"

_ALL = (
    Profile("generic"),
    Profile(
        "google",
        issuer="https://accounts.google.com",
        aliases=frozenset({"accounts.google.com"}),
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        has_native_sdk=True,
        native_redirect_uri="",
        offline_scopes=(),
        authorization_parameters={"access_type": "offline", "prompt": "consent"},
        refresh_token_lifetime=180 * _DAY,
    ),
    Profile(
        "apple",
        issuer="https://appleid.apple.com",
        authentication=AuthenticationMethod.APPLE,
        # Undocumented: only /login, which compares itself, may promise it
        enforces_pkce=False,
        has_native_sdk=True,
        nonce_may_be_hashed=True,
        offline_scopes=(),
        form_post_scopes=frozenset({"name", "email"}),
        refresh_token_lifetime=730 * _DAY,
    ),
    Profile(
        "facebook",
        issuer=_FACEBOOK,
        aliases=frozenset({"https://facebook.com"}),
        discovery_urls={_FACEBOOK: f"{_FACEBOOK}/.well-known/openid-configuration/"},
        endpoints={
            "authorization_endpoint": "https://www.facebook.com/v24.0/dialog/oauth",
            "token_endpoint": f"{_GRAPH}/oauth/access_token",
        },
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        offline_scopes=(),
    ),
    Profile(
        "facebook_limited",
        issuer=_FACEBOOK,
        aliases=frozenset({"https://facebook.com"}),
        discovery_urls={
            _FACEBOOK: "https://limited.facebook.com/.well-known/openid-configuration/"
        },
        # Its SDK brings an ID Token; there is no code, and no token endpoint
        has_native_sdk=True,
        offline_scopes=(),
    ),
    Profile(
        "line",
        issuer="https://access.line.me",
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        # HS256 from the browser, ES256 from the SDK: each verified in its own way only
        id_token_algorithms=frozenset({SECRET_ALGORITHM, "ES256"}),
        offline_scopes=(),
        revocation_parameter="access_token",
    ),
    Profile(
        "auth0",
        issuer_ends_with_slash=True,
        access_token_profile=AccessTokenProfile.AUTH0,
        refresh_token_lifetime=365 * _DAY,
    ),
    Profile(
        "mosaic",
        discovery_urls={
            f"https://{region}userid.security": f"https://api.{region}transmitsecurity.io{_MOSAIC}"
            for region in ("", "eu.", "ca.", "au.")
        },
        issuer_ends_with_slash=False,
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        access_token_profile=AccessTokenProfile.MOSAIC,
        # One issuer and one key set serve all tenants
        required_claims=frozenset({"tid"}),
        authorization_parameters={"prompt": "consent"},
        refresh_token_lifetime=14 * _DAY,
        refresh_with_code_verifier=True,
    ),
    Profile(
        "okta",
        issuer_ends_with_slash=False,
        access_token_profile=AccessTokenProfile.OKTA,
        refresh_needs_scope=True,
        rotation_grace=30,
    ),
    Profile(
        "entra",
        discovery_urls={
            f"{_ENTRA}/{TENANT}/v2.0": f"{_ENTRA}/common/v2.0/.well-known/openid-configuration"
        },
        issuer_ends_with_slash=False,
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        access_token_profile=AccessTokenProfile.ENTRA,
        # A replaced refresh token goes on for as long as it would have lived
        rotation_grace=3600,
    ),
    Profile(
        "cognito",
        issuer_ends_with_slash=False,
        access_token_profile=AccessTokenProfile.COGNITO,
        # offline_access is an invalid scope here
        offline_scopes=(),
        refresh_token_lifetime=3650 * _DAY,
    ),
    Profile(
        "keycloak",
        issuer_ends_with_slash=False,
        sends_iss=True,
        access_token_profile=AccessTokenProfile.KEYCLOAK,
    ),
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ALL}
"""By the name that the clients file uses."""
