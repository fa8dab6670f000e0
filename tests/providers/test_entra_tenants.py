"""Entra's template issuer: whose tokens are taken, and which keys may sign them."""

from dataclasses import replace

import pytest

from relying_party.clients_file import parse_clients_file
from relying_party.errors import ConfigurationError, InvalidToken, Reason
from tests.providers import cases, pages
from tests.providers.backend import Backend
from tests.providers.company_dialects import TENANT, Entra
from tests.providers.provider import SignIn
from tests.tokens import NONCE, NOW, private_key, signing_key

OTHER = "9188040d-6c67-4c5b-b112-36a304b66dad"
_HOST = "https://login.microsoftonline.com"


@pytest.fixture
def backend() -> Backend:
    return Backend(cases.ENTRA_TENANTS)


def _let_in(backend: Backend, *tenants: str) -> None:
    issuer = backend.client.issuer._replace(tenants=frozenset(tenants))
    backend.replace_client(issuer=issuer)


def _id_token(backend: Backend, iss: str, tid: object) -> str:
    # Old enough that a key which the set lacks is not just on its way
    backend.provider.changes = {"iss": iss, "tid": tid, "iat": NOW - 600}
    return backend.provider.id_token(SignIn(backend.client.client_id, nonce=NONCE), "at")


def _reason(backend: Backend, token: str) -> Reason:
    with pytest.raises(InvalidToken) as refused:
        backend.verify(token)
    return refused.value.reason


def test_the_issuer_of_a_user_is_the_real_one_with_the_tenant_in_it(backend: Backend) -> None:
    verified = backend.verify(_id_token(backend, f"{_HOST}/{TENANT}/v2.0", TENANT))

    assert verified.issuer == f"{_HOST}/{TENANT}/v2.0"


def test_a_tenant_that_is_not_listed_is_refused_and_anyones_is_taken_by_a_star(
    backend: Backend,
) -> None:
    token = _id_token(backend, f"{_HOST}/{OTHER}/v2.0", OTHER)

    assert _reason(backend, token) is Reason.UNKNOWN_ISSUER
    _let_in(backend, "*")
    assert backend.verify(token).issuer == f"{_HOST}/{OTHER}/v2.0"


@pytest.mark.parametrize(
    ("iss", "tid"),
    [
        (f"{_HOST}/{TENANT}/v2.0", OTHER),
        (f"{_HOST}/{OTHER}/v2.0", TENANT),
        (f"{_HOST}/{TENANT}/v2.0", None),
        (f"{_HOST}/{TENANT}/v2.0/", TENANT),
        (f"{_HOST}/{{tenantid}}/v2.0", "{tenantid}"),
        (f"{_HOST}/common/v2.0", "common"),
        (f"{_HOST}/*/v2.0", "*"),
        (f"{_HOST}/{TENANT.upper()}/v2.0", TENANT.upper()),
        (f"{_HOST}/{TENANT}\n/v2.0", f"{TENANT}\n"),
        (f"https://sts.windows.net/{TENANT}/", TENANT),
    ],
)
@pytest.mark.parametrize("tenants", [(TENANT, OTHER), ("*",)])
def test_tid_must_be_a_guid_and_give_iss_exactly(
    backend: Backend, iss: str, tid: object, tenants: tuple[str, ...]
) -> None:
    _let_in(backend, *tenants)

    assert _reason(backend, _id_token(backend, iss, tid)) is Reason.UNKNOWN_ISSUER


def test_a_key_of_one_tenant_signs_for_no_other(backend: Backend) -> None:
    _let_in(backend, "*")
    backend.provider.key = signing_key(kid="key-of-another", number=1)

    ours = _id_token(backend, f"{_HOST}/{TENANT}/v2.0", TENANT)
    theirs = _id_token(backend, f"{_HOST}/{OTHER}/v2.0", OTHER)

    assert _reason(backend, ours) is Reason.UNKNOWN_KEY
    assert backend.verify(theirs).issuer == f"{_HOST}/{OTHER}/v2.0"
    assert _reason(backend, ours) is Reason.UNKNOWN_KEY


def test_two_tenants_may_call_their_keys_the_same(backend: Backend) -> None:
    _let_in(backend, "*")
    private = private_key("RSA-2048", 1)
    entra = backend.provider
    assert isinstance(entra, Entra)
    template = {**entra.published.jwk, "issuer": f"{_HOST}/{TENANT}/v2.0"}
    twin = {**signing_key(number=1).jwk, "issuer": f"{_HOST}/{OTHER}/v2.0"}
    entra.keys = lambda: [template, twin]  # type: ignore[method-assign]
    ours = _id_token(backend, f"{_HOST}/{TENANT}/v2.0", TENANT)
    entra.key = replace(entra.key, private=private)
    theirs = _id_token(backend, f"{_HOST}/{OTHER}/v2.0", OTHER)

    assert backend.verify(ours).issuer != backend.verify(theirs).issuer


@pytest.mark.parametrize(
    "tenants",
    ['["contoso.onmicrosoft.com"]', '["common"]', f'["{TENANT.upper()}"]', "[]", '["**"]'],
)
def test_a_tenant_in_the_file_is_a_guid_or_a_star(tenants: str) -> None:
    text = pages.files("entra")[1].replace(f'["{TENANT}"]', tenants)

    with pytest.raises(ConfigurationError, match=r"issuers\.entra\.tenants"):
        parse_clients_file(text, {}, name="clients")


def test_tenants_go_with_a_template_only() -> None:
    text = pages.files("entra")[0].replace("[clients", f'tenants = ["{TENANT}"]\n\n[clients', 1)

    with pytest.raises(ConfigurationError, match=r"issuers\.entra\.tenants"):
        parse_clients_file(text, {}, name="clients")


def test_app_and_api_under_one_registration_are_refused() -> None:
    text = pages.files("entra")[0].replace(
        "6e74172b-be56-4843-9ff4-e66a39bb12e3", "11111111-2222-3333-4444-555555555555"
    )

    with pytest.raises(ConfigurationError, match="access_token_audiences"):
        parse_clients_file(text, {}, name="clients")
