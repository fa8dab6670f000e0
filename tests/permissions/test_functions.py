"""Each role allows what its function asks for, and nothing else; with any parameters."""

import pytest

from local.dynamodb import Emulator
from local.template import Stack
from tests.conformance.provider import CLIENT_ID, SUBJECT, Provider
from tests.doors.test_secrets import ARN
from tests.integration.functions.harness import Functions
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.integration.tables import create_table
from tests.permissions.calls import TEMPLATE, Call, needs_of, with_customer_key
from tests.permissions.plugin import Recording
from tests.permissions.scenario import OPAQUE, OPAQUE_AT_THE_AUTHORIZER, Scenario, drive
from tools.grants import Permission, read_grants
from tools.permissions import NEVER_CALLED

FUNCTIONS = {
    "token_exchange": "TokenExchangeFunction",
    "token_refresh": "TokenRefreshFunction",
    "token_verify": "TokenVerifyFunction",
    "login": "LoginFunction",
    "authorizer": "AuthorizerFunction",
    "jwks_refresh": "JwksRefreshFunction",
}
OPAQUE_EVENTS = {"token_verify": OPAQUE, "authorizer": OPAQUE_AT_THE_AUTHORIZER}
KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def scenario(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    return Scenario(recording, monkeypatch)


def assert_the_grants_are_the_calls(
    calls: set[Call], function: str, parameters: dict[str, str]
) -> None:
    """Without a customer key, and with one."""
    needs = needs_of(calls, function)
    for given in (parameters, {**parameters, "KmsKeyArn": KEY}):
        needed = set(with_customer_key(needs, given))
        granted = {
            grant
            for grant in read_grants(TEMPLATE, given)
            if grant.function == function and grant.action not in NEVER_CALLED
        }
        assert without_a_grant(needed, granted) == [], "calls without a grant"
        assert without_a_call(needed, granted) == [], "grants without a call"


def without_a_grant(needed: set[Permission], granted: set[Permission]) -> list[str]:
    return sorted(str(need) for need in needed if not any(each.covers(need) for each in granted))


def without_a_call(needed: set[Permission], granted: set[Permission]) -> list[str]:
    return sorted(str(each) for each in granted if not any(map(each.covers, needed)))


def test_every_function_is_driven(stack: Stack) -> None:
    assert {each.code.name: name for name, each in stack.functions.items()} == FUNCTIONS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_does_and_no_more(  # noqa: PLR0917
    scenario: Scenario,
    functions: Functions,
    provider: ObservedProvider,
    aws: Emulator,
    stack: Stack,
    function: str,
) -> None:
    empty = {name: create_table(aws, stack, name) for name in ("KEYS_TABLE", "IDENTITIES_TABLE")}
    drive(scenario, functions, function, lambda: PhoneInHand(provider, functions), empty)
    assert_the_grants_are_the_calls(scenario.calls(), FUNCTIONS[function], {})


@pytest.mark.parametrize("function", OPAQUE_EVENTS)
def test_a_function_that_verifies_by_secret_may_read_that_secret_and_no_other(
    scenario: Scenario, started: Functions, issuer: Provider, function: str
) -> None:
    issuer.behaviour.introspection = {"active": True, "client_id": CLIENT_ID, "sub": SUBJECT}
    for _ in range(2):
        answer = started.invoke(function, OPAQUE_EVENTS[function])
        assert answer.get("active", answer.get("isAuthorized")) is True
        scenario.wait()
    parameters = {"VerificationSecretArns": ARN}
    assert_the_grants_are_the_calls(scenario.calls(), FUNCTIONS[function], parameters)
