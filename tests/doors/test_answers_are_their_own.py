"""What whoever asked does to an answer changes nothing that is answered later."""

import json
from typing import Any

import pytest

from relying_party import bootstrap, verify
from relying_party.protocol.http_message import HttpReply
from tests.doors.offline import OfflineStand
from tests.doors.specimens import (
    ACCESS_TOKEN,
    ACTIVE,
    OPAQUE,
    READABLE,
    access_token,
    fleet,
    stand_of,
)

NESTED: dict[str, Any] = {"groups": [["staff"]], "address": {"lines": ["1 Example Street"]}}


def readable() -> tuple[OfflineStand, str]:
    return stand_of(fleet(), READABLE), access_token(**NESTED)


def opaque() -> tuple[OfflineStand, str]:
    stand = stand_of(fleet(), OPAQUE)
    stand.issuer.reply = HttpReply(200, {}, json.dumps({**ACTIVE, **NESTED}).encode())
    return stand, "opaque-1"


def spoil(claims: Any) -> None:
    """Change whatever can be changed."""
    claims["sub"] = "changed"
    claims["groups"][0].append("changed")
    claims["address"]["lines"].append("changed")


@pytest.mark.parametrize("kind", [readable, opaque])
def test_a_direct_invocations_answer_is_its_own(kind: Any) -> None:
    stand, token = kind()
    first = stand.verify({"token": token, **ACCESS_TOKEN})["claims"]
    as_it_was = json.dumps(first)
    assert first.items() >= NESTED.items()
    spoil(first)
    for _ in range(4):  # by then it is known, and not examined any more
        answer = stand.verify({"token": token, **ACCESS_TOKEN})
        assert json.dumps(answer["claims"]) == as_it_was
        spoil(answer["claims"])


@pytest.mark.parametrize("kind", [readable, opaque])
def test_so_are_the_claims_that_the_python_call_returns(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand, token = kind()
    monkeypatch.setattr(bootstrap, "clock", stand.clock)
    monkeypatch.setattr(bootstrap, "trusted_verify_request", lambda: stand.trusted)
    seen = []
    for _ in range(5):
        claims = verify.verify(token, **ACCESS_TOKEN).claims
        seen.append(json.dumps(claims))
        spoil(claims)

    assert seen == seen[:1] * 5
    assert json.loads(seen[0]).items() >= NESTED.items()
