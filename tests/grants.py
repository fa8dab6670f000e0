"""Grant requests, what an issuer answers to them, and ``GrantStore`` in memory."""

import json
from collections.abc import Sequence
from typing import Any

from relying_party.application.exchange_code import CodeExchange
from relying_party.application.grant_ports import FamilyRevoked, SealedGrant
from relying_party.application.refresh_tokens import TokenRefresh
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.replay import GrantRequestRecord
from tests.tokens import CLIENT_ID, NONCE, NOW, id_token_claims, signing_key

VERIFIER = "v" * 43
EXCHANGE = CodeExchange(CLIENT_ID, "code-1", "com.example.app:/cb", VERIFIER, NONCE)
REFRESH = TokenRefresh(CLIENT_ID, "rt-1")

DEADLINE = NOW + 27.5
"""What is left of an invocation's 28 seconds."""


def token_reply(id_token: str | None = "", **changes: Any) -> HttpReply:
    """Return a token response with a good ID Token, unless another one or None is given."""
    members = {
        "access_token": "at-1",
        "token_type": "Bearer",
        "id_token": signing_key().sign(id_token_claims()) if id_token == "" else id_token,
        **changes,
    }
    return HttpReply(200, {}, json.dumps(members).encode())


class MemoryGrantStore:
    """Remembers requests, grants and revoked families; fails where ``failure`` is set."""

    def __init__(self) -> None:
        self.requests: dict[str, GrantRequestRecord] = {}
        self.grants: dict[str, SealedGrant] = {}
        self.revoked: dict[str, float] = {}
        self.failure: Exception | None = None

    def read_request(self, name: str) -> GrantRequestRecord:
        self._begin()
        return self.requests.get(name, GrantRequestRecord())

    def write_request(
        self, name: str, new: GrantRequestRecord, *, seen: GrantRequestRecord
    ) -> GrantRequestRecord | None:
        stored = self.read_request(name)
        if stored.revision != seen.revision:
            return stored
        self.requests[name] = new
        return None

    def complete(
        self,
        name: str,
        new: GrantRequestRecord,
        grants: Sequence[SealedGrant],
        family: str,
        *,
        seen: GrantRequestRecord,
    ) -> GrantRequestRecord | None:
        self._begin()
        if family in self.revoked:
            raise FamilyRevoked
        lost = self.write_request(name, new, seen=seen)
        if lost is None:
            self.keep(grants)
        return lost

    def keep(self, grants: Sequence[SealedGrant]) -> None:
        self._begin()
        self.grants.update({grant.name: grant for grant in grants})

    def read_grant(self, name: str, now: float) -> bytes | None:
        self._begin()
        grant = self.grants.get(name)
        return grant.sealed if grant is not None and now < grant.expires_at else None

    def is_revoked(self, family: str, now: float) -> bool:
        self._begin()
        return now < self.revoked.get(family, 0)

    def revoke(self, family: str, until: float) -> None:
        self._begin()
        self.revoked[family] = until

    def _begin(self) -> None:
        if self.failure is not None:
            raise self.failure
