"""oidcc-client-basic-certification-test-plan: the code flow with ``client_secret_basic``.

And oidcc-client-formpost-basic-certification-test-plan: the same, answered by ``form_post``.
Each test has its module's name. The suite ends a good sign-in with a request for userinfo, and
takes a bad one for refused where that request does not come.
"""

from typing import Any

import pytest

from tests.conformance.provider import CLIENT_ID, USER, Provider, as_json
from tests.conformance.relying_party_in_test import RelyingPartyInTest
from tests.tokens import encode_json, signing_key, tampered

Json = dict[str, Any]
pytestmark = pytest.mark.parametrize("rp", ["query", "form_post"], indirect=True)


def test_oidcc_client_test(rp: RelyingPartyInTest, provider: Provider) -> None:
    tokens = rp.accepted()
    assert tokens["userinfo"] == USER
    assert tokens["identity"]["sub"] == USER["sub"]
    form = provider.last("/token").form
    asked = ("authorization_code", provider.redirect_uri)
    assert (form["grant_type"], form["redirect_uri"]) == asked


def test_oidcc_client_test_invalid_iss(rp: RelyingPartyInTest, provider: Provider) -> None:
    for iss in (f"{provider.url}/", "https://another.example", f"{provider.url}.invalid"):
        provider.behaviour.claims = {"iss": iss}
        rp.refused()


def test_oidcc_client_test_missing_sub(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.claims = {"sub": None}
    rp.refused()


@pytest.mark.parametrize("aud", ["another", f"{CLIENT_ID}1", [CLIENT_ID, "another"]], ids=str)
def test_oidcc_client_test_invalid_aud(
    rp: RelyingPartyInTest, provider: Provider, aud: Any
) -> None:
    provider.behaviour.claims = {"aud": aud}
    rp.refused()


def test_oidcc_client_test_missing_iat(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.claims = {"iat": None}
    rp.refused()


def test_oidcc_client_test_kid_absent_single_jwks(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    only = signing_key(kid=None)
    provider.behaviour.keys = [only]
    provider.behaviour.sign = only.sign
    rp.accepted()


def test_oidcc_client_test_kid_absent_multiple_jwks(
    rp: RelyingPartyInTest, provider: Provider
) -> None:
    # The suite takes both for right: to refuse, or to try the keys. Here none is guessed at:
    # the answer is that the token cannot be examined now
    provider.behaviour.keys = [signing_key(kid="a"), signing_key(kid="b", number=1)]
    provider.behaviour.sign = lambda claims: signing_key(kid="a").sign(claims, kid=None)
    rp.refused(503, "temporarily_unavailable")


def test_oidcc_client_test_idtoken_sig_rs256(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.keys = [signing_key("RS256", "rsa"), signing_key("ES256", "ec")]
    rp.accepted()


def test_oidcc_client_test_idtoken_sig_none(rp: RelyingPartyInTest, provider: Provider) -> None:
    # To refuse is right too: only over TLS from the token endpoint may "none" be taken
    provider.behaviour.sign = lambda claims: (
        f"{encode_json({'alg': 'none'})}.{encode_json(claims)}."
    )
    rp.refused()


def test_oidcc_client_test_invalid_sig_rs256(rp: RelyingPartyInTest, provider: Provider) -> None:
    provider.behaviour.sign = lambda claims: tampered(signing_key(kid="key-1").sign(claims))
    rp.refused()


@pytest.mark.parametrize("claims", [{"sub": "another"}, {"sub": None}, {}], ids=str)
def test_oidcc_client_test_userinfo_invalid_sub(
    rp: RelyingPartyInTest, provider: Provider, claims: Json
) -> None:
    provider.behaviour.userinfo = lambda: as_json({"name": "Mallory", **claims})
    answer = rp.sign_in()
    assert provider.count("/userinfo") == 1
    assert (answer.status, answer.body["reason"]) == (502, "userinfo_refused")
    assert not {"access_token", "id_token", "userinfo"} & answer.body.keys()


@pytest.mark.parametrize("nonce", ["another", None, ""], ids=str)
def test_oidcc_client_test_nonce_invalid(
    rp: RelyingPartyInTest, provider: Provider, nonce: str | None
) -> None:
    provider.behaviour.claims = {"nonce": nonce}
    rp.refused(400, "invalid_grant")


def test_oidcc_client_test_scope_userinfo_claims(rp: RelyingPartyInTest) -> None:
    # What is asked for is the app's to say; see `scopes` in clients.toml
    userinfo = rp.accepted()["userinfo"]
    assert {"name", "email", "email_verified", "phone_number", "address"} <= userinfo.keys()


def test_oidcc_client_test_client_secret_basic(rp: RelyingPartyInTest, provider: Provider) -> None:
    rp.accepted()
    request = provider.last("/token")
    assert request.headers["Authorization"].startswith("Basic ")
    assert not {"client_id", "client_secret", "client_assertion"} & request.form.keys()
