"""A warm container among others, which can be asked about tokens and tells what that took."""

from typing import Any

from relying_party.application.key_cache import KeyCache
from relying_party.application.repeat_cache import RepeatCache
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import EXAMPLE, FakeSecrets, Fleet
from tests.tokens import CLIENT_ID, NOW, id_token_claims, signing_key

KEY, NEW = signing_key(), signing_key(kid="key-2", number=1)
DAY = 86400
APP = Client("app", EXAMPLE, CLIENT_ID, access_token_audiences=frozenset({"api"}))


class CountingRepeats(RepeatCache):
    """Knows how often a good signature had to be checked with the issuer's keys."""

    checked = 0

    def comes_again(self, mark: str) -> bool:
        self.checked += 1
        return super().comes_again(mark)


class Container:
    """A warm container among others."""

    def __init__(self) -> None:
        self.fleet = Fleet(KEY)
        self.keys = KeyCache(EXAMPLE, self.fleet.world)
        self.repeats = CountingRepeats()
        secrets = FakeSecrets(app="s" * 32)
        self.verify = VerifyToken(
            {EXAMPLE.name: self.keys},
            self.fleet.clock,
            secrets,
            secrets.reread,
            _repeats=self.repeats,
        )

    def ask(
        self,
        token: str,
        *clients: Client,
        token_use: TokenUse = TokenUse.ID_TOKEN,
        **expected: Any,
    ) -> VerifiedToken:
        deadline = self.fleet.clock() + 8
        asked = clients or (APP,)
        return self.verify.judge(
            token, asked, token_use, Expectations(**expected), deadline=deadline
        )

    def reason(self, token: str, *clients: Client, **asked: Any) -> Reason | None:
        """Return why *token* is refused, or None if it is not."""
        try:
            self.ask(token, *clients, **asked)
        except InvalidToken as refusal:
            return refusal.reason
        return None

    def learn(self, token: str, *clients: Client, **asked: Any) -> None:
        """Have *token* accepted until it is accepted without a look at its signature."""
        for _ in range(2):
            self.ask(token, *clients, **asked)
        before = self.repeats.checked
        self.ask(token, *clients, **asked)
        assert self.repeats.checked == before


def id_token(**changes: Any) -> str:
    return KEY.sign(id_token_claims(**{"exp": NOW + 3 * DAY, **changes}))


def access_token(**changes: Any) -> str:
    claims = {"aud": "api", "client_id": CLIENT_ID, "scope": "read", "exp": NOW + DAY, **changes}
    return KEY.sign(id_token_claims(**claims), typ="at+jwt")
