"""The clients that the provider knows."""

import secrets
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin


@dataclass(frozen=True)
class RegisteredClient(ClientMixin):
    """One client, with what Authlib asks of it."""

    client_id: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    token_endpoint_auth_method: str
    client_secret: str | None = None

    def get_client_id(self) -> str:
        """Its `client_id`."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """Nothing: OIDC Core §3.1.2.1 wants the redirect URI in every request."""
        return ""

    def get_allowed_scope(self, scope: Any) -> Any:
        """The scope as it was asked for, or None where any of it is not this client's."""
        return scope if scope and self.scopes.issuperset(scope.split()) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """True for a registered URI, compared character by character (RFC 9700 §2.1)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """True if the secret is this client's; one without a secret has no right answer."""
        expected = self.client_secret or ""
        matches = secrets.compare_digest(expected.encode(), client_secret.encode())
        return matches and self.client_secret is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """True for the registered method, at every endpoint."""
        del endpoint
        return method == self.token_endpoint_auth_method

    def check_response_type(self, response_type: str) -> bool:
        """True for the code flow."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """True for what a mobile app needs."""
        return grant_type in {"authorization_code", "refresh_token"}
