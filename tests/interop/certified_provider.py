"""npm's oidc-provider as a process, and the clients that it knows."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from relying_party.protocol.pkce import build_code_challenge, build_code_verifier
from tests.interop.browser import Browser
from tests.interop.process import HOST, free_port, start, stop
from tests.tokens import SigningKey, signing_key

FOLDER = Path(__file__).parent
SECRET = "demo/+%: a secret that form-encoding changes"
CLIENT_KEY = signing_key("ES256", kid="demo-signing-key")
"""With which an app's client proves itself; the provider knows the public half."""

CLIENT_PEM = CLIENT_KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

REDIRECT_URIS = {
    "demo-app": "com.example.demo:/callback",
    "demo-native-app": "com.example.native:/callback",
    "demo-signing-app": "com.example.signing:/callback",
    "demo-posted-app": "com.example.posted:/callback",
}
_CLIENTS: list[dict[str, Any]] = [
    {"client_id": "demo-app", "client_secret": SECRET},
    {"client_id": "demo-native-app", "token_endpoint_auth_method": "none"},
    {
        "client_id": "demo-signing-app",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [CLIENT_KEY.jwk]},
    },
    {
        "client_id": "demo-posted-app",
        "client_secret": SECRET,
        # Ours, not the app's; the port of a loopback address is free (RFC 8252 §7.3)
        "redirect_uris": [f"http://{HOST}/login/callback/posted"],
    },
]


def missing() -> str | None:
    """Return what is missing for these tests, if anything is."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (FOLDER / "node_modules" / "oidc-provider").exists():
        return "oidc-provider is not installed: run `make test`"
    return None


@dataclass(frozen=True)
class SignIn:
    """What the app holds after the redirect."""

    client_id: str
    code: str
    code_verifier: str
    nonce: str

    @property
    def form(self) -> dict[str, str]:
        """The parameters of `POST /token/exchange`."""
        redirect_uri = REDIRECT_URIS[self.client_id]
        return {**vars(self), "redirect_uri": redirect_uri}


class CertifiedProvider:
    """One issuer, whose process may be replaced by one with other keys."""

    def __init__(self, *keys: SigningKey) -> None:
        self._port = free_port()
        self.start(*keys)

    @property
    def url(self) -> str:
        """Its issuer identifier."""
        return f"http://{HOST}:{self._port}"

    def start(self, *keys: SigningKey) -> None:
        """Start it with *keys*; the first one signs."""
        clients = [
            {"redirect_uris": [REDIRECT_URIS[client["client_id"]]], **client} for client in _CLIENTS
        ]
        configuration = {"port": self._port, "clients": clients}
        configuration["keys"] = [key.private_jwk for key in keys]
        self._process = start(["node", str(FOLDER / "provider.mjs")], configuration)

    def stop(self) -> None:
        """End it; it forgets all but its address."""
        stop(self._process)

    def sign_in(self, client_id: str) -> SignIn:
        """Have alice sign in, and agree to all of it."""
        code_verifier = build_code_verifier(secrets.token_bytes(32))
        nonce = secrets.token_urlsafe(16)
        challenge = build_code_challenge(code_verifier)
        answer = self.authorize(
            client_id, nonce=nonce, code_challenge=challenge, code_challenge_method="S256"
        )
        assert answer["iss"] == self.url
        return SignIn(client_id, answer["code"], code_verifier, nonce)

    def authorize(self, client_id: str, **parameters: str) -> dict[str, str]:
        """Return what the app gets to see of the authorization response."""
        request = {
            "client_id": client_id,
            "redirect_uri": REDIRECT_URIS[client_id],
            "response_type": "code",
            "scope": "openid offline_access",
            "prompt": "consent",
            **parameters,
        }
        link = self.follow(f"{self.url}/auth?{urlencode(request)}", REDIRECT_URIS[client_id])
        return dict(parse_qsl(urlsplit(link).query))

    def follow(self, url: str, redirect_uri: str) -> str:
        """Have alice sign in where *url* leads; return the link that her app gets."""
        return Browser().follow(url, redirect_uri).url
