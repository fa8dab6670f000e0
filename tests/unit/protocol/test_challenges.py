"""What ``WWW-Authenticate`` says, letter by letter (RFC 6750 §3)."""

import pytest

from relying_party.errors import InsufficientScope, InvalidToken, MissingToken, Reason
from relying_party.protocol.bearer import build_challenge


def test_a_request_without_a_token_gets_a_bare_challenge() -> None:
    assert build_challenge(MissingToken()) == "Bearer"


@pytest.mark.parametrize("reason", Reason)
def test_a_bad_token_gets_a_fixed_text_for_its_reason(reason: Reason) -> None:
    challenge = build_challenge(InvalidToken(reason, "told to the log alone"))

    assert challenge == f'Bearer error="invalid_token", error_description="{reason.description}"'


def test_a_narrow_token_gets_the_scope_that_is_needed() -> None:
    challenge = build_challenge(InsufficientScope({"write", "read"}))

    assert challenge == 'Bearer error="insufficient_scope", scope="read write"'
