"""Ending a grant, by each provider's quirk."""

from dataclasses import replace

import pytest

from relying_party.errors import (
    InvalidGrant,
    IssuerRefusedUs,
    TemporarilyUnavailable,
    UnsupportedTokenType,
)
from tests.providers import cases
from tests.providers.backend import Backend, Case

_WITHOUT = (cases.FACEBOOK, cases.ENTRA, cases.ENTRA_TENANTS)
REVOKING = [case for case in cases.WITH_CODES if case not in _WITHOUT]


@pytest.mark.parametrize("case", REVOKING, ids=str)
def test_a_token_is_revoked_under_the_name_that_the_provider_knows(case: Case) -> None:
    backend = Backend(case)
    response = backend.exchange().response
    token = response.access_token if case is cases.LINE else str(response.refresh_token)

    backend.revoke(token)

    request = backend.sent[-1]
    assert request.url.endswith(("revoke", "revocation"))
    parameter = "access_token" if case is cases.LINE else "token"
    assert {"token", "access_token"} & request.fields.keys() == {parameter}
    assert request.fields[parameter] == token
    assert request.headers.keys() == backend.sent[0].headers.keys()
    with pytest.raises(InvalidGrant):
        backend.refresh(str(response.refresh_token))


@pytest.mark.parametrize("case", _WITHOUT, ids=str)
def test_where_a_provider_revokes_nothing_the_grant_is_forgotten_here(case: Case) -> None:
    backend = Backend(case)
    response = backend.exchange().response

    with pytest.raises(UnsupportedTokenType):
        backend.revoke(response.refresh_token or response.access_token)

    assert len(backend.sent) == 1
    if response.refresh_token:
        with pytest.raises(InvalidGrant):
            backend.refresh(response.refresh_token)


@pytest.mark.parametrize("case", [cases.APPLE_SDK, cases.OKTA], ids=str)
def test_apple_and_okta_take_garbage_for_revoked(case: Case) -> None:
    Backend(case).revoke("garbage")


def test_apple_is_sent_a_fresh_client_secret_with_a_revocation() -> None:
    backend = Backend(cases.APPLE_SDK)

    backend.revoke(str(backend.exchange().response.refresh_token))

    assert backend.provider.authentication(backend.sent[-1]) == "client_secret_post"


def test_mosaic_may_refuse_to_revoke_for_a_client_without_a_secret() -> None:
    backend = Backend(cases.MOSAIC_NATIVE)
    backend.provider.public.clear()

    with pytest.raises(TemporarilyUnavailable, match="answered 401"):
        backend.revoke("rt")


def test_a_signed_assertion_names_the_endpoint_that_it_is_for() -> None:
    backend = Backend(cases.KEYCLOAK_SIGNING)

    backend.revoke(str(backend.exchange().response.refresh_token))

    # The simulator takes only an assertion whose audience is the URL it came to
    assert backend.provider.authentication(backend.sent[-1]) == "private_key_jwt"
    elsewhere = replace(backend.sent[-1], url=backend.provider.token_endpoint)
    assert backend.provider.authentication(elsewhere) is None


def test_a_revocation_with_a_wrong_secret_is_our_fault() -> None:
    backend = Backend(cases.AUTH0)
    backend.provider.secrets = ["another"]

    with pytest.raises(IssuerRefusedUs):
        backend.revoke("rt")
