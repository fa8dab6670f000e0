"""ID Tokens signed with the client's secret, while that secret is being rotated."""

import hmac
from collections.abc import Sequence

import pytest

from relying_party.application.verify_token import REREAD_AFTER, VerifyToken
from relying_party.errors import InvalidToken, Reason
from relying_party.protocol import base64url
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.verified_token import TokenUse
from tests.fakes import EXAMPLE, Clock, FakeSecrets
from tests.tokens import CLIENT_ID, encode_json, id_token_claims

OLD, NEW, NEWER, ANOTHER = ("o" * 32, "n" * 32, "N" * 32, "a" * 32)
CLIENT = Client(
    "app", EXAMPLE, CLIENT_ID, id_token_algorithms=frozenset({"HS256"}), secret_name="app"
)


def signed(secret: str) -> str:
    head = f"{encode_json({'alg': 'HS256'})}.{encode_json(id_token_claims())}"
    return f"{head}.{base64url.encode(hmac.digest(secret.encode(), head.encode(), 'sha256'))}"


class Container:
    """One that keeps the secret it has read, whatever Secrets Manager says by now."""

    def __init__(self, kept: str, *versions: str) -> None:
        self.clock = Clock()
        self.versions = versions
        self.reread = 0
        self._verify = VerifyToken({}, self.clock, FakeSecrets(app=kept), self._reread)

    def takes(self, secret: str) -> bool:
        return self.refusal(secret) is None

    def refusal(self, secret: str) -> Reason | None:
        asked = ((CLIENT,), TokenUse.ID_TOKEN, Expectations())
        try:
            self._verify.judge(signed(secret), *asked, deadline=self.clock() + 5)
        except InvalidToken as refusal:
            return refusal.reason
        return None

    def _reread(self, name: str) -> Sequence[str]:
        assert name == "app"
        self.reread += 1
        return self.versions


@pytest.mark.parametrize("kept", [OLD, NEW])
def test_while_a_secret_is_rotated_the_new_one_and_the_old_one_are_both_good(kept: str) -> None:
    container = Container(kept, NEW, OLD)
    assert container.takes(OLD)
    assert container.takes(NEW)
    assert container.refusal(ANOTHER) is Reason.BAD_SIGNATURE


def test_a_secret_that_fits_is_not_read_again() -> None:
    container = Container(OLD, NEW, OLD)
    assert container.takes(OLD)
    assert container.reread == 0


def test_forged_tokens_cost_one_look_a_minute() -> None:
    container = Container(OLD, NEW, OLD)
    for _ in range(9):
        assert not container.takes(ANOTHER)
    container.clock.advance(REREAD_AFTER - 1)
    assert container.takes(NEW)
    assert container.reread == 1

    container.versions = (NEWER, NEW)
    assert not container.takes(NEWER)
    container.clock.advance(1)
    assert container.takes(NEWER)
    assert container.reread == 2


def test_a_secret_that_cannot_be_read_again_goes_on() -> None:
    container = Container(OLD)
    assert [container.takes(secret) for secret in (NEW, OLD)] == [False, True]
