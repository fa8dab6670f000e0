"""After an exchange: ask the issuer what it says about the user, for clients configured so."""

from collections.abc import Mapping
from dataclasses import dataclass

from relying_party.application.grant_flow import GrantedTokens
from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import Clock, FetchFailed, GetWithToken, Observe
from relying_party.errors import KeysUnavailable
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.userinfo import parse_userinfo, require_same_subject

CALL_BUDGET = 3.0
"""Seconds: the tokens are there already, and the app waits for them."""

_FOR_THE_ANSWER = 1.0
_SHORTEST_CALL = 0.1


@dataclass(frozen=True, slots=True)
class FetchUserinfo:
    """Brings what belongs into the answer beside the tokens."""

    clients: Mapping[str, Client]
    caches: Mapping[str, KeyCache]
    get: GetWithToken
    clock: Clock
    observe: Observe

    def __call__(self, client_id: str, tokens: GrantedTokens, *, deadline: float) -> JsonObject:
        """Return ``userinfo``, or nothing where the client does not ask for it.

        It is None where it could not be had: the sign-in does not depend on it.

        Raises:
            UserinfoRefused: it is about somebody else, so nothing here can be trusted.
        """
        client = require_client(self.clients, client_id)
        if not client.userinfo:
            return {}
        try:
            return {"userinfo": self._fetch(client, tokens, deadline)}
        except (FetchFailed, KeysUnavailable) as failure:
            self.observe("userinfo_unavailable", issuer=client.issuer.name, cause=str(failure))
            return {"userinfo": None}

    def _fetch(self, client: Client, tokens: GrantedTokens, deadline: float) -> JsonObject | None:
        url = self.caches[client.issuer.name].current(deadline).metadata.get("userinfo_endpoint")
        if url is None or tokens.id_token is None:
            raise FetchFailed("no userinfo_endpoint, or no ID Token to compare with")
        if str(tokens.response.members["token_type"]).lower() != "bearer":
            raise FetchFailed("the access token is no bearer token")
        budget = min(CALL_BUDGET, deadline - self.clock() - _FOR_THE_ANSWER)
        if budget < _SHORTEST_CALL:
            raise FetchFailed("no time is left")
        userinfo = parse_userinfo(self.get(url, tokens.response.access_token, timeout=budget))
        if userinfo is None:
            raise FetchFailed("the answer holds no claims that can be read")
        return require_same_subject(userinfo, tokens.id_token.claims)
