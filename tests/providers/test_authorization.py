"""What an authorization request has to ask of each provider for a refresh token."""

from dataclasses import replace

import pytest

from relying_party.errors import InvalidRequest
from tests.grants import VERIFIER
from tests.providers import cases
from tests.providers.backend import Backend, Case

OFFLINE = {
    cases.GOOGLE: ([], {"access_type": "offline", "prompt": "consent"}),
    cases.APPLE: ([], {}),
    cases.FACEBOOK: ([], {}),
    cases.LINE: ([], {}),
    cases.AUTH0: (["offline_access"], {}),
    cases.MOSAIC: (["offline_access"], {"prompt": "consent"}),
    cases.OKTA: (["offline_access"], {}),
    cases.ENTRA: (["offline_access"], {}),
    cases.COGNITO: ([], {}),
    cases.KEYCLOAK: (["offline_access"], {}),
    cases.GENERIC: (["offline_access"], {}),
}


@pytest.mark.parametrize("case", OFFLINE, ids=str)
def test_a_refresh_token_is_asked_for_in_the_providers_own_way(case: Case) -> None:
    scopes, parameters = OFFLINE[case]
    client = replace(Backend(case).client, offline=True, scopes=("openid", "email"))

    assert client.requested_scopes == ("openid", "email", *scopes)
    assert client.issuer.profile.authorization_parameters == parameters
    assert replace(client, offline=False).requested_scopes == ("openid", "email")


@pytest.mark.parametrize("case", OFFLINE, ids=str)
def test_only_apple_is_not_trusted_to_compare_the_verifier(case: Case) -> None:
    backend = Backend(case)
    trusted = backend.client.issuer.profile.enforces_pkce
    direct = replace(
        backend.sign_in(),
        redirect_uri=backend.client.redirect_uris[0],
        code_verifier=VERIFIER,
        state=None,
        login_session=None,
    )

    assert trusted is (case is not cases.APPLE)
    if trusted:
        assert backend.exchange(direct).id_token is not None
    else:
        with pytest.raises(InvalidRequest, match="begin at /login"):
            backend.exchange(direct)


def test_apple_answers_by_form_post_where_a_name_or_an_address_is_asked_for() -> None:
    profile = Backend(cases.APPLE).client.issuer.profile

    assert profile.form_post_scopes == {"name", "email"}
    assert not Backend(cases.GOOGLE).client.issuer.profile.form_post_scopes
