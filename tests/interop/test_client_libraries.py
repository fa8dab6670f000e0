"""Libraries that apps use, as shipped: a sign-in and a refresh at our standard endpoint."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from requests_oauth2client import IdToken, OAuth2Client

from local.stack import RunningStack
from tests.interop.certified_provider import REDIRECT_URIS, CertifiedProvider

SCRIPT = Path(__file__).with_name("libraries.mjs")
CLIENTS = {"demo": "demo-app", "native": "demo-native-app"}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("library", ["openid-client", "oauth4webapi", "@openid/appauth"])
def test_a_javascript_library_signs_in_and_refreshes(
    stack: RunningStack, provider: CertifiedProvider, library: str, client: str
) -> None:
    client_id = CLIENTS[client]
    redirect_uri = REDIRECT_URIS[client_id]
    process = subprocess.Popen(  # noqa: S603 - our own file
        ["node", str(SCRIPT), library],  # noqa: S607 - whichever node is installed
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    app = {"base": f"{stack.url}/clients/{client}", "issuer": provider.url}
    process.stdin.write(json.dumps({**app, "client_id": client_id, "redirect_uri": redirect_uri}))
    process.stdin.write("\n")
    process.stdin.flush()
    link = provider.follow(json.loads(process.stdout.readline()), redirect_uri)
    said, _ = process.communicate(f"{link}\n", timeout=60)
    assert process.returncode == 0
    assert json.loads(said) == {"sub": "alice", "rotated": True}


@pytest.mark.parametrize("client", CLIENTS)
def test_authlib_signs_in_and_refreshes(
    stack: RunningStack,
    provider: CertifiedProvider,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # this provider is on loopback
    client_id = CLIENTS[client]
    url = f"{stack.url}/clients/{client}/.well-known/openid-configuration"
    metadata: dict[str, Any] = requests.get(url, timeout=30).json()
    session = OAuth2Session(
        client_id,
        redirect_uri=REDIRECT_URIS[client_id],
        scope="openid offline_access",
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    verifier = "the-apps-own-verifier-" * 2
    asked, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, prompt="consent", nonce="n"
    )
    link = provider.follow(asked, REDIRECT_URIS[client_id])
    endpoint = metadata["token_endpoint"]
    tokens = session.fetch_token(
        endpoint, authorization_response=link, state=state, code_verifier=verifier
    )
    refreshed = session.refresh_token(endpoint, refresh_token=tokens["refresh_token"])
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    assert refreshed["id_token"]


@pytest.mark.parametrize("client", CLIENTS)
def test_requests_oauth2client_signs_in_and_refreshes(
    stack: RunningStack, provider: CertifiedProvider, client: str
) -> None:
    client_id = CLIENTS[client]
    library = OAuth2Client.from_discovery_endpoint(
        f"{stack.url}/clients/{client}/.well-known/openid-configuration",
        issuer=provider.url,
        client_id=client_id,
        redirect_uri=REDIRECT_URIS[client_id],
        testing=True,  # plain http, since this provider is on loopback
    )
    asked = library.authorization_request(scope="openid offline_access", prompt="consent")
    answer = asked.validate_callback(provider.follow(asked.uri, REDIRECT_URIS[client_id]))
    tokens = library.authorization_code(answer, validate=True)
    refreshed = library.refresh_token(tokens)
    assert isinstance(tokens.id_token, IdToken)
    assert tokens.id_token.sub == "alice"
    assert refreshed.refresh_token != tokens.refresh_token
