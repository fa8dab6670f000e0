"""What only one provider does."""

import pytest

from relying_party.application.ports import FetchFailed
from relying_party.errors import IdTokenRefused, InvalidToken, IssuerFailed, Reason
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.profiles import PROFILES
from tests.providers import cases
from tests.providers.backend import Backend, Case
from tests.providers.company_dialects import MOSAIC_TENANT, Keycloak
from tests.providers.consumer_dialects import Line
from tests.providers.provider import SECRET, SignIn
from tests.tokens import NONCE, NOW, SigningKey, signing_key


def _id_token(backend: Backend, **changes: object) -> str:
    backend.provider.changes = changes
    return backend.provider.id_token(SignIn(backend.client.client_id, nonce=NONCE), "at")


@pytest.mark.parametrize("iss", ["https://accounts.google.com", "accounts.google.com"])
def test_both_of_googles_issuers_are_google(iss: str) -> None:
    backend = Backend(cases.GOOGLE)

    verified = backend.verify(_id_token(backend, iss=iss))

    assert verified.issuer == "https://accounts.google.com"


def test_a_token_of_googles_android_sdk_is_for_the_web_client_and_from_the_androids() -> None:
    backend = Backend(cases.GOOGLE)

    assert backend.verify(_id_token(backend, azp="1234-android.apps.googleusercontent.com"))
    with pytest.raises(InvalidToken) as refused:
        backend.verify(_id_token(backend, azp="6666.apps.googleusercontent.com"))
    assert refused.value.reason is Reason.WRONG_AUTHORIZED_PARTY


@pytest.mark.parametrize("iss", ["https://www.facebook.com", "https://facebook.com"])
@pytest.mark.parametrize("case", [cases.FACEBOOK, cases.FACEBOOK_LIMITED], ids=str)
def test_both_spellings_of_facebook_are_facebook(case: Case, iss: str) -> None:
    backend = Backend(case)

    verified = backend.verify(_id_token(backend, iss=iss), nonce=NONCE)

    assert verified.issuer == "https://www.facebook.com"


def test_limited_login_has_keys_of_its_own_and_no_code() -> None:
    backend = Backend(cases.FACEBOOK_LIMITED)

    with pytest.raises(IssuerFailed):
        backend.exchange()
    with pytest.raises(FetchFailed):
        Backend(cases.FACEBOOK).provider.fetch_keys(backend.client.issuer, timeout=1)
    assert backend.sent == []


@pytest.mark.parametrize("case", [cases.APPLE, cases.APPLE_SDK], ids=str)
def test_apples_booleans_may_be_strings(case: Case) -> None:
    backend = Backend(case)

    verified = backend.exchange().id_token

    assert verified is not None
    assert verified.claims["email_verified"] == "true"


def test_a_hashed_nonce_is_apples_alone() -> None:
    apple, google = Backend(cases.APPLE_SDK), Backend(cases.GOOGLE_SDK)
    hashed = apple.provider.claims(SignIn("", None, nonce=NONCE))["nonce"]

    assert apple.verify(_id_token(apple, nonce=hashed), nonce=NONCE)
    with pytest.raises(InvalidToken) as refused:
        google.verify(_id_token(google, nonce=hashed), nonce=NONCE)
    assert refused.value.reason is Reason.WRONG_NONCE


def test_lines_tokens_of_the_browser_and_of_the_sdk_are_verified_each_in_its_way() -> None:
    backend = Backend(cases.LINE)
    assert isinstance(backend.provider, Line)
    of_browser = _id_token(backend)
    backend.provider.key = backend.provider.sdk_key
    of_sdk = _id_token(backend)

    assert backend.verify(of_browser, nonce=NONCE).claims == backend.verify(of_sdk).claims


def test_lines_public_key_is_no_secret_to_sign_with() -> None:
    backend = Backend(cases.LINE)
    assert isinstance(backend.provider, Line)
    published = str(backend.provider.sdk_key.jwk).encode()
    backend.provider.key = SigningKey("HS256", None, published)

    with pytest.raises(InvalidToken) as refused:
        backend.verify(_id_token(backend))
    assert refused.value.reason is Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "case",
    [case for case in (*cases.WITH_CODES, cases.FACEBOOK_LIMITED) if case is not cases.LINE],
    ids=str,
)
def test_hs256_is_lines_alone(case: Case) -> None:
    backend = Backend(case)
    backend.provider.key = SigningKey("HS256", None, SECRET.encode())

    with pytest.raises(InvalidToken) as refused:
        backend.verify(_id_token(backend))
    assert refused.value.reason is Reason.UNSUPPORTED_ALGORITHM


def test_auth0_may_leave_at_hash_out_and_mosaic_may_not_get_it_wrong() -> None:
    auth0, mosaic = Backend(cases.AUTH0), Backend(cases.MOSAIC)
    tokens = auth0.exchange().id_token

    assert tokens is not None
    assert "at_hash" not in tokens.claims
    mosaic.provider.access_token = lambda sign_in: "another"  # type: ignore[method-assign]
    real = mosaic.provider.id_token
    mosaic.provider.id_token = (  # type: ignore[method-assign]
        lambda sign_in, access_token, refreshed=False: real(sign_in, "not it", refreshed)
    )
    with pytest.raises(IdTokenRefused, match="wrong_token_hash"):
        mosaic.exchange()


@pytest.mark.parametrize("tid", ["another-tenant", None, "", [MOSAIC_TENANT]])
def test_mosaics_one_issuer_serves_all_tenants_but_only_ours_is_taken(tid: object) -> None:
    backend = Backend(cases.MOSAIC)
    backend.provider.changes = {"tid": tid}

    with pytest.raises(IdTokenRefused):
        backend.exchange()


@pytest.mark.parametrize("region", ["", "eu.", "ca.", "au."])
def test_mosaics_metadata_is_at_the_api_of_its_region(region: str) -> None:
    urls = PROFILES["mosaic"].discovery_urls

    assert urls[f"https://{region}userid.security"] == (
        f"https://api.{region}transmitsecurity.io/cis/oidc/.well-known/openid-configuration"
    )


def test_keycloaks_key_for_encryption_verifies_nothing() -> None:
    backend = Backend(cases.KEYCLOAK)
    assert isinstance(backend.provider, Keycloak)
    backend.provider.key = signing_key(kid="enc-1", number=1)

    with pytest.raises(InvalidToken) as refused:
        # Old enough that a key which the set lacks is not just on its way
        backend.verify(_id_token(backend, iat=NOW - 600))
    assert refused.value.reason is Reason.UNKNOWN_KEY


def test_another_issuers_metadata_is_not_taken_for_a_providers() -> None:
    mosaic = Backend(cases.MOSAIC)
    derived = Issuer("mosaic", "https://api.transmitsecurity.io/cis/oidc")

    with pytest.raises(FetchFailed, match="another issuer's"):
        mosaic.provider.fetch_keys(derived, timeout=1)
