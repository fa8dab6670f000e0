"""Every way of signing in that the pages describe."""

from tests.providers.backend import Case
from tests.providers.company_dialects import (
    Auth0,
    Cognito,
    Entra,
    EntraOfOneTenant,
    Generic,
    Keycloak,
    Mosaic,
    Okta,
)
from tests.providers.consumer_dialects import Apple, Facebook, FacebookLimited, Google, Line

GOOGLE = Case(Google, "google", "web")
GOOGLE_SDK = Case(Google, "google", "sdk", 1)
APPLE = Case(Apple, "apple", "web")
APPLE_SDK = Case(Apple, "apple", "ios")
FACEBOOK = Case(Facebook, "facebook", "facebook")
FACEBOOK_LIMITED = Case(FacebookLimited, "facebook", "ios", 1)
LINE = Case(Line, "line", "line")
AUTH0 = Case(Auth0, "auth0", "app")
MOSAIC = Case(Mosaic, "mosaic", "enforced")
MOSAIC_ALLOWED = Case(Mosaic, "mosaic", "allowed")
MOSAIC_NATIVE = Case(Mosaic, "mosaic", "native")
OKTA = Case(Okta, "okta", "app")
ENTRA = Case(EntraOfOneTenant, "entra", "app")
ENTRA_TENANTS = Case(Entra, "entra", "app", 1)
COGNITO = Case(Cognito, "cognito", "app")
KEYCLOAK = Case(Keycloak, "keycloak", "app")
KEYCLOAK_SIGNING = Case(Keycloak, "keycloak", "signing")
GENERIC = Case(Generic, "generic", "app")

WITH_CODES = (
    GOOGLE,
    GOOGLE_SDK,
    APPLE,
    APPLE_SDK,
    FACEBOOK,
    LINE,
    AUTH0,
    MOSAIC,
    MOSAIC_ALLOWED,
    MOSAIC_NATIVE,
    OKTA,
    ENTRA,
    ENTRA_TENANTS,
    COGNITO,
    KEYCLOAK,
    KEYCLOAK_SIGNING,
    GENERIC,
)
"""Where the app brings a code: all but Limited Login."""
