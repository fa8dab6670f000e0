"""POST /oauth2/revoke: by any token of it a grant ends, here first and then at the provider."""

from collections.abc import Callable, Mapping

import pytest

from local.server import WsgiApplication
from tests.integration.functions.answers import assert_problem, assert_refused
from tests.integration.functions.harness import REFRESH, Answer, Functions, sample
from tests.integration.functions.observed_provider import (
    METADATA,
    REVOCATION,
    ObservedProvider,
    answer_with,
    answer_with_json,
    drop,
)
from tests.integration.functions.phone_in_hand import PhoneInHand


class Grant:
    """A sign-in whose refresh token has been rotated once."""

    def __init__(self, functions: Functions, phone: PhoneInHand) -> None:
        self._functions = functions
        self.old: Mapping[str, str] = phone.held
        self.new: Mapping[str, str] = self.refresh(self.old).body

    def refresh(self, tokens: Mapping[str, str]) -> Answer:
        return self._functions.post(REFRESH, sample(REFRESH, "200_form", tokens))

    def revoke(self, token: str) -> Answer:
        held = {"access_token": token}
        return self._functions.post(REFRESH, sample(REFRESH, "200_revoke_access_token", held))

    def assert_ended(self) -> None:
        for tokens in (self.old, self.new):
            assert_refused(self.refresh(tokens), "invalid_grant")


@pytest.fixture
def grant(functions: Functions, phone: PhoneInHand) -> Grant:
    return Grant(functions, phone)


def tokens_of(grant: Grant) -> dict[str, str]:
    return {
        f"{age} {name}": tokens[name]
        for age, tokens in (("old", grant.old), ("new", grant.new))
        for name in ("refresh_token", "access_token")
    }


@pytest.mark.parametrize(
    "which", ["old refresh_token", "new refresh_token", "old access_token", "new access_token"]
)
def test_by_any_token_of_it_a_grant_ends_for_all_of_them_and_the_provider_is_told(
    grant: Grant, provider: ObservedProvider, which: str
) -> None:
    answer = grant.revoke(tokens_of(grant)[which])
    assert (answer.status, answer.body) == (200, {})
    assert provider.count(REVOCATION) == 1
    assert provider.seen[-1].form["token"] == tokens_of(grant)[which]
    asked = len(provider.token_requests)
    grant.assert_ended()
    assert len(provider.token_requests) == asked, "a revoked token was sent to the provider"


def test_before_it_ends_the_same_refresh_is_replayed_and_after_it_is_not(grant: Grant) -> None:
    again = grant.refresh(grant.old)
    assert again.headers["Latchkey-Replayed"] == "true"
    assert again.body["refresh_token"] == grant.new["refresh_token"]
    grant.revoke(grant.new["refresh_token"])
    grant.assert_ended()


@pytest.mark.parametrize(
    ("at_provider", "status", "reason"),
    [
        (drop, 503, "temporarily_unavailable"),
        (answer_with(500, b""), 503, "temporarily_unavailable"),
        (answer_with(503, b"", Retry_After="9"), 503, "temporarily_unavailable"),
        (answer_with_json({"error": "invalid_client"}, 401), 502, "issuer_refused_us"),
    ],
    ids=["no answer", "500", "503", "our credentials"],
)
def test_where_the_provider_cannot_be_told_it_has_ended_here_all_the_same(
    grant: Grant,
    provider: ObservedProvider,
    at_provider: WsgiApplication,
    status: int,
    reason: str,
) -> None:
    provider.instead[REVOCATION] = at_provider
    assert_problem(grant.revoke(grant.new["refresh_token"]), status, reason)
    grant.assert_ended()


def test_it_may_be_revoked_again_until_the_provider_has_heard(
    grant: Grant, provider: ObservedProvider
) -> None:
    provider.instead[REVOCATION] = drop
    grant.revoke(grant.new["refresh_token"])
    provider.instead.clear()
    assert grant.revoke(grant.new["refresh_token"]).status == 200


def test_where_the_provider_does_not_revoke_such_tokens_the_app_is_told_and_it_has_ended_here(
    grant: Grant, provider: ObservedProvider
) -> None:
    provider.instead[REVOCATION] = answer_with_json({"error": "unsupported_token_type"}, 400)
    assert_refused(grant.revoke(grant.new["refresh_token"]), "unsupported_token_type")
    grant.assert_ended()


def test_a_provider_without_such_an_endpoint_is_the_same(
    functions: Functions,
    phone: PhoneInHand,
    provider: ObservedProvider,
    without_endpoint: Callable[[], None],
) -> None:
    without_endpoint()
    held = {"access_token": "made-up-token"}
    answer = functions.post(REFRESH, sample(REFRESH, "200_revoke_access_token", held))
    assert_refused(answer, "unsupported_token_type")
    assert provider.count(REVOCATION) == 0


@pytest.fixture
def without_endpoint(provider: ObservedProvider) -> Callable[[], None]:
    def call() -> None:
        names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        paths = ("", "/authorize", "/token", "/jwks")
        document = {name: provider.url + path for name, path in zip(names, paths, strict=True)}
        provider.instead[METADATA] = answer_with_json(document)

    return call


def test_a_token_of_another_app_is_refused(
    grant: Grant, functions: Functions, provider: ObservedProvider
) -> None:
    event = sample(REFRESH, "200_revoke_access_token", grant.new)
    event["body"] = event["body"].replace("demo-app", "demo-native-app")
    assert_refused(functions.post(REFRESH, event), "invalid_grant")
    assert provider.count(REVOCATION) == 0
    assert grant.refresh(grant.new).status == 200
