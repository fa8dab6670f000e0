"""A code for tokens, at every provider: what it is sent, and what is believed of its answer."""

import re
from dataclasses import replace

import pytest

from relying_party.errors import (
    IdTokenRefused,
    InvalidGrant,
    InvalidRequest,
    InvalidToken,
    IssuerFailed,
    IssuerRefusedUs,
    Reason,
)
from relying_party.protocol.profiles import PROFILES
from tests.grants import VERIFIER
from tests.providers import cases, pages
from tests.providers.backend import Backend, Case
from tests.providers.provider import SECRET
from tests.tokens import SUBJECT, signing_key

_CODE = {"grant_type", "code"}
_WEB = {*_CODE, "redirect_uri", "code_verifier"}
_POST = {"client_id", "client_secret"}
_SIGNED = {"client_id", "client_assertion", "client_assertion_type"}

SENT = {
    cases.GOOGLE: _WEB | _POST,
    cases.GOOGLE_SDK: _CODE | _POST | {"redirect_uri"},
    cases.APPLE: _WEB | _POST,
    cases.APPLE_SDK: _CODE | _POST,
    cases.FACEBOOK: _WEB | _POST,
    cases.LINE: _WEB | _POST,
    cases.AUTH0: _WEB,
    cases.MOSAIC: _WEB | _POST,
    cases.MOSAIC_ALLOWED: _WEB | _POST,
    cases.MOSAIC_NATIVE: _WEB | {"client_id"},
    cases.OKTA: _WEB,
    cases.ENTRA: _WEB | _POST,
    cases.ENTRA_TENANTS: _WEB | _POST,
    cases.COGNITO: _WEB,
    cases.KEYCLOAK: _WEB,
    cases.KEYCLOAK_SIGNING: _WEB | _SIGNED,
    cases.GENERIC: _WEB,
}
"""The form fields of each exchange; where they name no client, it is by Basic authentication."""

_STRANGER = signing_key(number=99).private

every_case = pytest.mark.parametrize("case", cases.WITH_CODES, ids=str)


def test_every_profile_has_a_page_whose_files_are_tested() -> None:
    tested = {(case.page, case.file) for case in (*cases.WITH_CODES, cases.FACEBOOK_LIMITED)}
    shown = {(page, number) for page in pages.names() for number in range(len(pages.files(page)))}

    # An app of Mosaic's with its own keys: its metadata is not asked, so there is no dialect
    assert shown - tested == {("mosaic", 1)}
    profiles = {
        client.issuer.profile.name
        for page, number in shown
        for client in pages.load(page, number).values()
    }
    assert profiles == set(PROFILES)


@pytest.mark.parametrize("page", pages.names())
def test_every_page_has_the_same_outline_and_is_in_the_index(page: str) -> None:
    text = (pages.PAGES / f"{page}.md").read_text("utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)

    assert headings[:3] == ["In its console", "The clients file", "What is special"]
    assert "Pitfalls" in headings
    assert headings[-1].startswith("What we have only")
    assert f"({page}.md)" in (pages.PAGES / "README.md").read_text("utf-8")


@every_case
def test_an_exchange_sends_what_the_provider_documents_and_verifies_its_id_token(
    case: Case,
) -> None:
    backend = Backend(case)

    tokens = backend.exchange()

    [request] = backend.sent
    assert request.url == backend.provider.token_endpoint
    assert set(request.fields) == SENT[case]
    assert ("Authorization" in request.headers) is ("client_id" not in SENT[case])
    assert tokens.id_token is not None
    assert tokens.id_token.claims["sub"] == SUBJECT
    assert tokens.id_token.issuer == backend.provider.issuer


@every_case
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://issuer.evil.example"},
        {"iss": "https://login.microsoftonline.com/common/v2.0"},
        {"aud": "another-client"},
        {"aud": None},
        {"azp": "another-client"},
        {"exp": 1},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_the_providers_for_this_client_is_refused(
    case: Case, claims: dict[str, object]
) -> None:
    backend = Backend(case)
    backend.provider.changes = claims

    with pytest.raises(IdTokenRefused):
        backend.exchange()


@every_case
def test_an_id_token_of_another_sign_in_ends_this_one(case: Case) -> None:
    backend = Backend(case)

    with pytest.raises(InvalidGrant):
        backend.exchange(backend.sign_in(nonce="the-nonce-of-another"))


@every_case
def test_a_token_signed_by_a_stranger_is_refused(case: Case) -> None:
    backend = Backend(case)
    sign_in = backend.provider.codes[backend.sign_in().code]
    backend.verify(backend.provider.id_token(sign_in, "at"))
    key = backend.provider.key
    stranger = b"another secret, of more than 32 octets" if key.alg == "HS256" else _STRANGER
    backend.provider.key = replace(key, private=stranger)

    with pytest.raises(InvalidToken) as refused:
        backend.verify(backend.provider.id_token(sign_in, "at"))

    assert refused.value.reason is Reason.BAD_SIGNATURE


@every_case
def test_a_wrong_redirect_uri_verifier_or_code_never_becomes_tokens(case: Case) -> None:
    backend = Backend(case)

    with pytest.raises((InvalidGrant, IssuerFailed)):
        backend.exchange(backend.sign_in(code="never-issued"))
    if "code_verifier" in SENT[case]:
        backend = Backend(case)
        with pytest.raises((InvalidGrant, IssuerFailed)):
            backend.exchange(backend.sign_in(code_verifier="w" * 43))
        backend = Backend(case)
        with pytest.raises((InvalidGrant, InvalidRequest)):
            backend.exchange(backend.sign_in(redirect_uri="https://evil.example/cb"))


@every_case
def test_no_secret_of_ours_is_in_what_the_provider_is_sent_but_where_it_belongs(
    case: Case,
) -> None:
    backend = Backend(case)

    backend.exchange()

    [request] = backend.sent
    others = {name: value for name, value in request.fields.items() if name != "client_secret"}
    assert SECRET not in str(others)
    assert "PRIVATE KEY" not in str(request.fields)
    if case in (cases.MOSAIC_NATIVE, cases.KEYCLOAK_SIGNING):
        assert "client_secret" not in request.fields
        assert request.headers == {}


_WITH_A_SECRET = [
    case
    for case in cases.WITH_CODES
    if case.page != "apple" and (SENT[case] >= _POST or SENT[case] == _WEB)
]


@pytest.mark.parametrize("case", _WITH_A_SECRET, ids=str)
@pytest.mark.parametrize("known", ["current", "previous"])
def test_during_a_rotation_the_provider_is_asked_with_the_other_secret_too(
    case: Case, known: str
) -> None:
    if case is cases.LINE and known == "previous":
        pytest.skip("LINE replaces a secret at once, and signs with the new one")
    backend = Backend(case)
    name = str(backend.client.secret_name)
    backend.secrets.secrets[name] = "remembered"
    versions = {"current": [SECRET, "remembered"], "previous": ["remembered", SECRET]}
    backend.secrets.versions[name] = versions[known]

    if case.page in ("facebook", "mosaic"):
        # Their errors do not say that it is the credentials
        with pytest.raises(IssuerFailed):
            backend.exchange()
        assert len(backend.sent) == 1
    else:
        assert backend.exchange().id_token is not None
        assert len(backend.sent) == 2


def test_a_secret_that_is_wrong_in_both_versions_is_our_fault_not_the_apps() -> None:
    backend = Backend(cases.KEYCLOAK)
    backend.provider.secrets = ["another"]

    with pytest.raises(IssuerRefusedUs):
        backend.exchange()


@pytest.mark.parametrize("case", [cases.GOOGLE_SDK, cases.APPLE_SDK], ids=str)
def test_a_code_of_an_sdk_comes_without_verifier_and_never_without_nonce(case: Case) -> None:
    backend = Backend(case)

    with pytest.raises(InvalidRequest):
        backend.exchange(backend.sign_in(code_verifier=VERIFIER))
    with pytest.raises(InvalidRequest):
        backend.exchange(backend.sign_in(nonce=None))
    assert backend.sent == []


def test_keycloaks_iss_has_to_be_passed_on() -> None:
    backend = Backend(cases.KEYCLOAK)

    with pytest.raises(InvalidRequest):
        backend.exchange(backend.sign_in(iss=None))
    with pytest.raises(InvalidGrant):
        backend.exchange(backend.sign_in(iss="https://keycloak.example.com/realms/other"))
