"""Access tokens as each provider writes them, and never an ID Token among them."""

from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import InsufficientScope, InvalidToken, Reason
from relying_party.protocol.access_token import require_access_token, require_access_token_scope
from relying_party.protocol.access_token_profile import RULES, AccessTokenProfile
from relying_party.protocol.id_token import Expectations, require_id_token
from relying_party.protocol.jws import UnverifiedJws, parse_unverified
from tests.tokens import NOW, Json, signing_key
from tests.unit.protocol.provider_tokens import (
    AUTH0_RFC9068,
    COGNITO,
    ENTRA,
    KEYCLOAK,
    OKTA,
    PROVIDERS,
    RFC9068,
    ProviderTokens,
)

KEY = signing_key()
SCOPES = {"Cognito": "orders/read"}


def parsed(claims: Json, typ: str | None = "JWT") -> UnverifiedJws:
    return parse_unverified(KEY.sign(claims, typ=typ))


def judge(tokens: ProviderTokens) -> None:
    require_access_token(parsed(tokens.access_token, tokens.typ), tokens.client, now=NOW)


def refusal(tokens: ProviderTokens) -> Reason:
    with pytest.raises(InvalidToken) as raised:
        judge(tokens)
    return raised.value.reason


every_provider = pytest.mark.parametrize("provider", PROVIDERS)


def test_there_are_tokens_of_every_profile_that_can_be_read() -> None:
    # Mosaic's tokens are in the tests of its own profile
    covered = {tokens.profile for tokens in PROVIDERS.values()}
    assert covered >= set(RULES) - {AccessTokenProfile("mosaic")}


@every_provider
def test_an_access_token_is_good_as_its_provider_writes_it(provider: str) -> None:
    judge(PROVIDERS[provider])


@every_provider
def test_an_id_token_is_good_beside_it(provider: str) -> None:
    tokens = PROVIDERS[provider]
    require_id_token(parsed(tokens.id_token), tokens.client, Expectations(), now=NOW)


@every_provider
def test_an_id_token_never_passes_for_an_access_token(provider: str) -> None:
    tokens = PROVIDERS[provider]
    passed_off = replace(tokens, access_token=tokens.id_token, typ="JWT")
    assert refusal(passed_off) in (Reason.WRONG_TYPE, Reason.WRONG_AUDIENCE)


@every_provider
def test_an_access_token_never_passes_for_an_id_token(provider: str) -> None:
    tokens = PROVIDERS[provider]
    jws = parsed(tokens.access_token, tokens.typ)
    with pytest.raises(InvalidToken) as raised:
        require_id_token(jws, tokens.client, Expectations(), now=NOW)
    expected = (Reason.WRONG_TYPE, Reason.WRONG_AUDIENCE, Reason.MISSING_CLAIM)
    assert raised.value.reason in expected


@pytest.mark.parametrize("tokens", [COGNITO, KEYCLOAK, RFC9068], ids=lambda each: each.profile)
def test_kinds_that_say_what_they_are_stay_apart_with_one_audience(tokens: ProviderTokens) -> None:
    shared = replace(tokens.changed(aud=tokens.client_id), audiences=frozenset({tokens.client_id}))
    judge(shared)
    jws = parsed(shared.access_token, shared.typ)
    with pytest.raises(InvalidToken) as raised:
        require_id_token(jws, shared.client, Expectations(), now=NOW)
    assert raised.value.reason is Reason.WRONG_TYPE
    assert refusal(replace(shared, access_token=tokens.id_token, typ="JWT")) is Reason.WRONG_TYPE


@pytest.mark.parametrize("tokens", PROVIDERS.values(), ids=lambda each: each.profile)
def test_a_profile_without_a_kind_in_it_insists_on_an_audience_of_its_own(
    tokens: ProviderTokens,
) -> None:
    rules = RULES[tokens.profile]
    says_its_kind = bool(rules.fixed.keys() - {"ver"}) or None not in rules.types
    assert rules.needs_own_audience is not says_its_kind


@every_provider
@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://another.example"}, Reason.UNKNOWN_ISSUER),
        ({"sub": None}, Reason.MISSING_CLAIM),
        ({"exp": NOW - 60}, Reason.EXPIRED),
        ({"exp": None}, Reason.MISSING_CLAIM),
        ({"iat": NOW + 61}, Reason.ISSUED_IN_FUTURE),
        ({"nbf": NOW + 61}, Reason.NOT_YET_VALID),
        ({"aud": "https://another.example"}, Reason.WRONG_AUDIENCE),
        ({"aud": ["https://another.example"]}, Reason.WRONG_AUDIENCE),
    ],
    ids=str,
)
def test_what_is_wrong_with_any_token_is_wrong_with_this_one(
    provider: str, claims: dict[str, Any], reason: Reason
) -> None:
    assert refusal(PROVIDERS[provider].changed(**claims)) is reason


@every_provider
def test_a_token_of_another_client_is_refused(provider: str) -> None:
    tokens = PROVIDERS[provider]
    (name,) = {"client_id", "azp", "cid"} & tokens.access_token.keys()
    assert refusal(tokens.changed(**{name: "another"})) is Reason.WRONG_AUTHORIZED_PARTY
    assert refusal(tokens.changed(**{name: None})) is Reason.MISSING_CLAIM


@every_provider
def test_a_token_of_a_party_that_is_configured_is_taken(provider: str) -> None:
    tokens = PROVIDERS[provider]
    (name,) = {"client_id", "azp", "cid"} & tokens.access_token.keys()
    client = replace(tokens.client, authorized_parties=frozenset({"partner"}))
    changed = tokens.changed(**{name: "partner"}).access_token
    require_access_token(parsed(changed, tokens.typ), client, now=NOW)


@every_provider
def test_only_the_configured_algorithms_are_taken(provider: str) -> None:
    tokens = PROVIDERS[provider]
    jws = parse_unverified(signing_key("ES256").sign(tokens.access_token, typ=tokens.typ))
    with pytest.raises(InvalidToken) as raised:
        require_access_token(jws, tokens.client, now=NOW)
    assert raised.value.reason is Reason.UNSUPPORTED_ALGORITHM


@every_provider
@pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "at+jwt2", ""])
def test_a_token_that_says_it_is_something_else_is_something_else(provider: str, typ: str) -> None:
    assert refusal(replace(PROVIDERS[provider], typ=typ)) is Reason.WRONG_TYPE


@pytest.mark.parametrize("tokens", [RFC9068, AUTH0_RFC9068], ids=lambda each: each.profile)
@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt", "application/AT+jwt"])
def test_the_media_type_may_be_spelled_in_full_and_in_any_case(
    tokens: ProviderTokens, typ: str
) -> None:
    judge(replace(tokens, typ=typ))


@pytest.mark.parametrize(
    ("tokens", "claims"),
    [
        (COGNITO, {"token_use": "id"}),
        (COGNITO, {"token_use": None}),
        (COGNITO, {"token_use": ["access"]}),
        (KEYCLOAK, {"typ": "Refresh"}),
        (KEYCLOAK, {"typ": "Offline"}),
        (KEYCLOAK, {"typ": None}),
        (ENTRA, {"ver": "1.0"}),
        (ENTRA, {"ver": None}),
        (ENTRA, {"ver": 2.0}),
    ],
    ids=str,
)
def test_what_tells_a_providers_kinds_apart_must_be_there(
    tokens: ProviderTokens, claims: dict[str, Any]
) -> None:
    assert refusal(tokens.changed(**claims)) is Reason.WRONG_TYPE


def test_a_client_without_an_api_takes_no_access_tokens() -> None:
    for name, tokens in PROVIDERS.items():
        if tokens is not COGNITO:
            assert refusal(replace(tokens, audiences=frozenset())) is Reason.WRONG_AUDIENCE, name


def test_cognitos_client_is_all_that_binds_its_token() -> None:
    assert refusal(COGNITO.changed(client_id="another")) is Reason.WRONG_AUTHORIZED_PARTY
    # A resource server binding (RFC 8707) adds aud: then it is compared
    bound = COGNITO.changed(aud="https://another.example")
    assert refusal(bound) is Reason.WRONG_AUDIENCE


@every_provider
def test_the_scope_is_read_where_the_provider_writes_it(provider: str) -> None:
    tokens = PROVIDERS[provider]
    held = SCOPES.get(provider, "orders:read")
    require(tokens, held)
    require(tokens, "")
    for wanted in ("orders:delete", f"{held} orders:delete", "orders", "orders:rea"):
        with pytest.raises(InsufficientScope) as raised:
            require(tokens, wanted)
        assert raised.value.scope == " ".join(sorted(wanted.split()))


def require(tokens: ProviderTokens, scope: str) -> None:
    require_access_token_scope(tokens.access_token, tokens.client, frozenset(scope.split()))


@pytest.mark.parametrize("scope", [1, True, {"a": 1}, ["a", 1], [["a"]]], ids=str)
def test_a_scope_that_is_none_is_an_invalid_claim(scope: Any) -> None:
    for tokens in (RFC9068.changed(scope=scope), OKTA.changed(scp=scope)):
        with pytest.raises(InvalidToken) as raised:
            require(tokens, "a")
        assert raised.value.reason is Reason.INVALID_CLAIM


def test_a_token_without_a_scope_covers_nothing() -> None:
    require(RFC9068.changed(scope=None), "")
    with pytest.raises(InsufficientScope):
        require(RFC9068.changed(scope=None), "a")
