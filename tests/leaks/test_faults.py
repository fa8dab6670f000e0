"""What goes wrong on our own side: AWS fails, or the code does, and quotes what it was given."""

from contextlib import suppress
from typing import Any

import pytest

from local.containers import FunctionError
from tests.integration.functions.harness import EXCHANGE, REFRESH, VERIFY, sample
from tests.integration.functions.phone_in_hand import PhoneInHand
from tests.leaks.aws_between import AwsBetween, Fault, cut_short, refused, silent
from tests.leaks.doors import door_of, status_of
from tests.leaks.stage import Stage

FAULTS: dict[str, Fault] = {
    "throttled": refused("ThrottlingException"),
    "forbidden": refused("AccessDeniedException"),
    "invalid": refused("ValidationException"),
    "no such table, and no such secret": refused("ResourceNotFoundException"),
    "not to be decrypted": refused("DecryptionFailure"),
    "internal": refused("InternalServerError", 500),
    "cut short": cut_short,
    "silent": silent,
}
SHORT, SHORTER = 6, 4
"""Seconds: nobody is waited for, as one would be where a request has an unknown outcome."""

CHOKING = (
    "relying_party.adapters.issuer_http:IssuerHttp.post_form",
    "relying_party.adapters.conditional_items:ConditionalItems.put",
    "relying_party.adapters.conditional_items:ConditionalItems.get",
    "relying_party.adapters.secrets_manager:SecretsManager._read",
    "relying_party.protocol.parameters:Parameters.optional",
    "relying_party.application.verify_request:VerifyRequest.judge",
    "relying_party.application.grants:Grants.describe",
    "relying_party.application.login_sessions:LoginSessions.serve",
)


def requests_of(phone: PhoneInHand) -> list[tuple[str, Any]]:
    """One good request to each door that is handed a secret."""
    cases = (
        (EXCHANGE, "200_form"),
        (EXCHANGE, "200_login_session"),
        (EXCHANGE, "200_library_refresh"),
        (REFRESH, "200_with_code_verifier"),
        (REFRESH, "200_revoke"),
        (VERIFY, "200_with_nonce_access_token_and_max_age"),
        (VERIFY, "200_introspect"),
        (VERIFY, "200_direct_batch"),
        ("login", "200_form"),
        ("login", "303_callback_query"),
        ("login", "303_callback_form_post"),
        ("authorizer", "200_http_api"),
    )
    return [(function, sample(function, case, phone)) for function, case in cases]


def send_each(stage: Stage, requests: list[tuple[str, Any]]) -> set[int]:
    """Send them; return the statuses."""
    driven = len(stage.driven)
    for request in requests:
        with suppress(FunctionError):  # the authorizer's way to say 500
            stage.invoke(*request)
    return {status for _, status in stage.driven[driven:]}


@pytest.mark.parametrize("name", FAULTS)
def test_aws_fails_and_quotes_what_it_was_asked_and_what_it_knows(
    stage: Stage, phone: PhoneInHand, between: AwsBetween, name: str
) -> None:
    requests = requests_of(phone)
    between.fault = FAULTS[name]
    stage.restart(timeout=SHORTER)
    assert send_each(stage, requests) & {500, 502, 503}
    assert stage.leaks() == []


@pytest.mark.parametrize("target", CHOKING)
def test_an_exception_that_quotes_what_it_was_given(
    stage: Stage, phone: PhoneInHand, target: str
) -> None:
    requests = requests_of(phone)
    doors = {door_of(*request) for request in requests}
    assert len(doors) >= 10
    stage.restart(timeout=SHORT, CHOKES=target)
    assert send_each(stage, requests) & {500, 502, 503}
    assert '"exception":"ValueError"' in stage.printed()
    assert stage.leaks() == []


def test_what_api_gateway_is_told_when_the_authorizer_cannot_tell(
    stage: Stage, phone: PhoneInHand
) -> None:
    target = "relying_party.application.verify_request:VerifyRequest.judge"
    events = [sample("authorizer", case, phone) for case in ("200_http_api", "200_rest_api")]
    stage.restart(CHOKES=target)
    for event in events:
        with pytest.raises(FunctionError, match="Unavailable: the token could not be examined"):
            stage.invoke("authorizer", event)
    assert stage.leaks() == []


def test_a_good_request_is_good_while_nothing_fails(stage: Stage, phone: PhoneInHand) -> None:
    for function, event in requests_of(phone)[:-3]:
        assert status_of(stage.invoke(function, event)) in {200, 303}
    assert stage.leaks() == []
