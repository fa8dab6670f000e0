"""Refresh tokens at every provider: what comes back, and what a refusal means."""

import pytest

from relying_party.errors import (
    IdTokenRefused,
    InvalidGrant,
    IssuerFailed,
    RelyingPartyError,
)
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.grants import VERIFIER
from tests.providers import cases
from tests.providers.backend import Backend, Case
from tests.providers.company_dialects import Mosaic, Okta

REFRESHING = [case for case in cases.WITH_CODES if case is not cases.FACEBOOK]

# Who answers a refresh with a new refresh token
_REPLACED = ("auth0", "entra", "generic", "keycloak", "mosaic")

# Whose refusals do not say what was refused
_NOT_OAUTH = ("facebook", "mosaic")

refreshing = pytest.mark.parametrize("case", REFRESHING, ids=str)
every_case = pytest.mark.parametrize("case", cases.WITH_CODES, ids=str)


def _signed_in(backend: Backend) -> str:
    refresh_token = backend.exchange().response.refresh_token
    assert refresh_token is not None
    return refresh_token


@refreshing
def test_a_refresh_brings_what_the_provider_documents(case: Case) -> None:
    backend = Backend(case)
    old = _signed_in(backend)

    tokens = backend.refresh(old)

    assert (tokens.id_token is not None) is (case.page != "line")
    new = tokens.response.refresh_token
    assert (new not in (None, old)) is (case.page in _REPLACED)
    assert (new == old) is (case.page == "line")
    assert backend.sent[-1].fields["refresh_token"] == old
    backend.clock.advance(61)  # within a minute the same request gets the same answer
    assert backend.refresh(new or old).response.access_token != tokens.response.access_token


def test_facebook_gives_no_refresh_token() -> None:
    assert Backend(cases.FACEBOOK).exchange().response.refresh_token is None


@refreshing
def test_only_mosaic_is_sent_the_verifier_again_and_only_okta_a_scope(case: Case) -> None:
    backend = Backend(case)

    backend.refresh(_signed_in(backend))

    fields = backend.sent[-1].fields
    assert fields.get("code_verifier") == (VERIFIER if case.page == "mosaic" else None)
    assert ("scope" in fields) is (case.page == "okta")
    if case.page == "okta":
        assert fields["scope"].split() == ["openid", "offline_access"]


@refreshing
def test_a_refresh_is_authenticated_as_the_exchange_was(case: Case) -> None:
    backend = Backend(case)

    backend.refresh(_signed_in(backend))

    first, last = backend.sent[0], backend.sent[-1]
    credentials = {"client_id", "client_secret", "client_assertion_type"}
    assert last.headers == first.headers
    assert credentials & last.fields.keys() == credentials & first.fields.keys()


@every_case
def test_a_dead_refresh_token_ends_the_session_only_where_the_provider_says_so(
    case: Case,
) -> None:
    backend = Backend(case)

    with pytest.raises(RelyingPartyError) as refused:
        backend.refresh("never-given")

    assert type(refused.value) is (IssuerFailed if case.page in _NOT_OAUTH else InvalidGrant)


@every_case
def test_a_code_is_spent_only_where_the_provider_says_so(case: Case) -> None:
    backend = Backend(case)
    brought = backend.sign_in()
    backend.provider.codes.clear()

    with pytest.raises(RelyingPartyError) as refused:
        backend.exchange(brought)

    assert type(refused.value) is (IssuerFailed if case.page in _NOT_OAUTH else InvalidGrant)


@pytest.mark.parametrize(
    "case", [cases.MOSAIC, cases.FACEBOOK, cases.OKTA, cases.AUTH0, cases.GENERIC], ids=str
)
@pytest.mark.parametrize("status", [400, 401, 403, 429, 503])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad Gateway</html>",
        b'{"message": ["Bad request"], "error_code": 400}',
        b'{"error": {"message": "m", "type": "OAuthException", "code": 100}}',
        b'{"errorCode": "E0000011", "errorSummary": "Invalid token provided"}',
        b'{"error": "something_new"}',
        b'["invalid_grant"]',
    ],
)
def test_what_is_no_oauth_error_never_ends_a_session(case: Case, status: int, body: bytes) -> None:
    backend = Backend(case)

    def answer(request: FormRequest, *, timeout: float) -> HttpReply:
        return HttpReply(status, {}, body)

    backend.provider.post_form = answer  # type: ignore[method-assign]

    with pytest.raises(RelyingPartyError) as failed:
        backend.refresh("rt-of-long-ago")
    assert failed.value.status in (502, 503)


def test_auth0s_403_is_the_end_of_the_grant() -> None:
    backend = Backend(cases.AUTH0)

    assert backend.provider.refuse("invalid_grant").status == 403
    with pytest.raises(InvalidGrant):
        backend.refresh("never-given")


@pytest.mark.parametrize("case", [cases.MOSAIC, cases.MOSAIC_NATIVE], ids=str)
def test_mosaic_refuses_a_refresh_without_the_verifier_and_the_app_may_bring_it(
    case: Case,
) -> None:
    backend = Backend(case)
    refresh_token = _signed_in(backend)
    backend.store.grants.clear()

    with pytest.raises(IssuerFailed):
        backend.refresh(refresh_token)
    backend.clock.advance(61)
    assert backend.refresh(refresh_token, code_verifier=VERIFIER).id_token is not None


def test_mosaics_rotated_tokens_go_on_with_the_verifier_of_the_sign_in() -> None:
    backend = Backend(cases.MOSAIC)
    refresh_token = _signed_in(backend)

    for _ in range(3):
        refresh_token = str(backend.refresh(refresh_token).response.refresh_token)

    assert isinstance(backend.provider, Mosaic)
    assert [request.fields["code_verifier"] for request in backend.sent] == [VERIFIER] * 4


def test_a_client_that_may_leave_pkce_out_refreshes_without_a_verifier() -> None:
    backend = Backend(cases.MOSAIC_ALLOWED)

    refresh_token = backend.exchange(backend.sign_in(with_pkce=False)).response.refresh_token

    assert backend.refresh(str(refresh_token)).id_token is not None
    assert all("code_verifier" not in request.fields for request in backend.sent)
    assert all("client_secret" in request.fields for request in backend.sent)


def test_okta_gives_no_id_token_for_a_scope_without_openid() -> None:
    backend = Backend(cases.OKTA)

    tokens = backend.refresh(_signed_in(backend), scope="offline_access")

    assert isinstance(backend.provider, Okta)
    assert tokens.id_token is None


def test_entra_goes_on_taking_a_refresh_token_that_it_has_replaced() -> None:
    backend = Backend(cases.ENTRA)
    old = _signed_in(backend)

    new = backend.refresh(old).response.refresh_token

    assert {old, new} <= backend.provider.refresh_tokens.keys()


@refreshing
def test_a_refreshed_id_token_of_another_user_is_refused(case: Case) -> None:
    if case is cases.LINE:
        pytest.skip("LINE returns none")
    backend = Backend(case)
    refresh_token = _signed_in(backend)
    backend.provider.changes = {"sub": "another-user"}

    with pytest.raises(IdTokenRefused):
        backend.refresh(refresh_token)


@pytest.mark.parametrize("error", ["interaction_required", "consent_required", "login_required"])
def test_what_entra_wants_of_the_user_reaches_the_app_by_its_name(error: str) -> None:
    backend = Backend(cases.ENTRA)
    reply = backend.provider.refuse(error)

    def answer(request: FormRequest, *, timeout: float) -> HttpReply:
        return reply

    backend.provider.post_form = answer  # type: ignore[method-assign]

    with pytest.raises(RelyingPartyError) as refused:
        backend.refresh("rt")
    assert getattr(refused.value, "error", "") == error
