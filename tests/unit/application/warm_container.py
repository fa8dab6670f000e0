"""A warm container among others, which can be asked about tokens and tells what that took."""

from typing import Any

from relying_party.application.key_cache import KeyCache
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.jws import UnverifiedJws
from relying_party.protocol.key_cache import CachedKeySet
from relying_party.protocol.verified_token import TokenUse, VerifiedToken
from tests.fakes import EXAMPLE, FakeSecrets, Fleet
from tests.tokens import CLIENT_ID, NOW, id_token_claims, signing_key

KEY, NEW = signing_key(), signing_key(kid="key-2", number=1)
DAY = 86400
APP = Client("app", EXAMPLE, CLIENT_ID, access_token_audiences=frozenset({"api"}))


class CountingCache(KeyCache):
    """Knows how often a signature had to be checked with its keys."""

    asked = 0


class CountingVerification(VerifyToken):
    """Tells its keys."""

    def _require_signature(
        self, jws: UnverifiedJws, client: Client, now: float, deadline: float
    ) -> CachedKeySet | None:
        keys = self.caches[client.issuer.name]
        assert isinstance(keys, CountingCache)
        keys.asked += 1
        return super()._require_signature(jws, client, now, deadline)


class Container:
    """A warm container among others."""

    def __init__(self) -> None:
        self.fleet = Fleet(KEY)
        self.keys = CountingCache(EXAMPLE, self.fleet.world)
        secrets = FakeSecrets(app="s" * 32)
        caches: dict[str, KeyCache] = {EXAMPLE.name: self.keys}
        self.verify = CountingVerification(caches, self.fleet.clock, secrets, secrets.reread)

    def ask(
        self,
        token: str,
        *clients: Client,
        token_use: TokenUse = TokenUse.ID_TOKEN,
        **expected: Any,
    ) -> VerifiedToken:
        deadline = self.fleet.clock() + 8
        asked = clients or (APP,)
        return self.verify(token, asked, token_use, Expectations(**expected), deadline=deadline)

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
        before = self.keys.asked
        self.ask(token, *clients, **asked)
        assert self.keys.asked == before


def id_token(**changes: Any) -> str:
    return KEY.sign(id_token_claims(**{"exp": NOW + 3 * DAY, **changes}))


def access_token(**changes: Any) -> str:
    claims = {"aud": "api", "client_id": CLIENT_ID, "scope": "read", "exp": NOW + DAY, **changes}
    return KEY.sign(id_token_claims(**claims), typ="at+jwt")
