"""Access tokens and ID Tokens of each provider: neither passes for the other."""

import pytest

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.verified_token import TokenUse
from tests.providers import cases
from tests.providers.backend import Backend, Case
from tests.tokens import NONCE

READABLE = (
    cases.AUTH0,
    cases.MOSAIC,
    cases.MOSAIC_NATIVE,
    cases.OKTA,
    cases.ENTRA,
    cases.ENTRA_TENANTS,
    cases.COGNITO,
    cases.KEYCLOAK,
)
OPAQUE = (cases.GOOGLE, cases.APPLE_SDK, cases.FACEBOOK, cases.LINE, cases.GENERIC)

readable = pytest.mark.parametrize("case", READABLE, ids=str)


@readable
def test_the_providers_access_token_verifies_for_the_api_that_the_page_names(case: Case) -> None:
    backend = Backend(case)
    token = backend.exchange().response.access_token

    verified = backend.verify(token, TokenUse.ACCESS_TOKEN)

    assert verified.issuer == backend.provider.issuer
    assert verified.client == case.client


@readable
def test_an_access_token_is_no_id_token_and_an_id_token_no_access_token(case: Case) -> None:
    backend = Backend(case)
    response = backend.exchange().response

    assert backend.verify(str(response.id_token), nonce=NONCE).client == case.client
    with pytest.raises(InvalidToken):
        backend.verify(response.access_token)
    with pytest.raises(InvalidToken):
        backend.verify(str(response.id_token), TokenUse.ACCESS_TOKEN)


@readable
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://issuer.evil.example"},
        {"exp": 1},
        {"client_id": "another", "azp": "another", "cid": "another"},
    ],
    ids=str,
)
def test_an_access_token_of_another_issuer_time_or_client_is_refused(
    case: Case, claims: dict[str, object]
) -> None:
    backend = Backend(case)
    sign_in = backend.provider.codes[backend.sign_in().code]
    token = backend.provider.access_token(sign_in)
    good = backend.verify(token, TokenUse.ACCESS_TOKEN).claims
    present = {name: value for name, value in claims.items() if name in good}

    with pytest.raises(InvalidToken):
        backend.verify(backend.provider.key.sign({**good, **present}), TokenUse.ACCESS_TOKEN)


@pytest.mark.parametrize("case", [case for case in READABLE if case is not cases.COGNITO], ids=str)
def test_an_access_token_for_another_api_is_refused(case: Case) -> None:
    backend = Backend(case)
    token = backend.exchange().response.access_token
    backend.replace_client(access_token_audiences=frozenset({"https://another.example"}))
    backend.clients = {backend.client.client_id: backend.client}

    with pytest.raises(InvalidToken):
        backend.verify(token, TokenUse.ACCESS_TOKEN)


@pytest.mark.parametrize("case", OPAQUE, ids=str)
def test_an_access_token_that_only_its_provider_can_read_is_refused(case: Case) -> None:
    backend = Backend(case)

    with pytest.raises(InvalidToken):
        backend.verify(backend.exchange().response.access_token, TokenUse.ACCESS_TOKEN)


def test_keycloaks_access_tokens_may_say_at_jwt_in_the_header() -> None:
    backend = Backend(cases.KEYCLOAK)
    token = backend.exchange().response.access_token
    claims = backend.verify(token, TokenUse.ACCESS_TOKEN).claims

    typed = backend.provider.key.sign(claims, typ="at+jwt")

    assert backend.verify(typed, TokenUse.ACCESS_TOKEN).claims == claims
    with pytest.raises(InvalidToken):
        backend.verify(backend.provider.key.sign({**claims, "typ": "ID"}), TokenUse.ACCESS_TOKEN)


def test_cognitos_token_use_is_what_tells_an_access_token() -> None:
    backend = Backend(cases.COGNITO)
    claims = backend.verify(backend.exchange().response.access_token, TokenUse.ACCESS_TOKEN).claims

    with pytest.raises(InvalidToken) as refused:
        backend.verify(
            backend.provider.key.sign({**claims, "token_use": "id"}), TokenUse.ACCESS_TOKEN
        )
    assert refused.value.reason is Reason.WRONG_TYPE
