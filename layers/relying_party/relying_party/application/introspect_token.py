"""Ask the issuer about an access token that cannot be read here (RFC 7662 §2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import Clock, PostForm
from relying_party.errors import InvalidToken, NoAnswer, Reason, TemporarilyUnavailable
from relying_party.protocol.claims import Claims
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.introspection import (
    UNAUTHORIZED,
    build_introspection_request,
    parse_introspection_response,
    require_introspected,
)
from relying_party.protocol.jws import MAX_TOKEN_OCTETS

# RFC 6749 appendix A.12: access-token = 1*VSCHAR
_ACCESS_TOKEN = re.compile(r"[\x20-\x7E]+")

REMEMBERED_FOR = 30
"""Seconds for which an issuer's "active" is believed: how late a revocation may be noticed."""

MAX_REMEMBERED = 1000

_CALL_BUDGET = 5.0
_SHORTEST_CALL = 0.1
"""Seconds: of a batch the first tokens may have used up the time of the last."""


@dataclass(frozen=True, slots=True)
class IntrospectToken:
    """Asks, and remembers an "active" for a short while. What is not active is asked again."""

    caches: Mapping[str, KeyCache]
    post: PostForm
    credentials: ClientCredentials
    clock: Clock
    _remembered: dict[bytes, tuple[Claims, float]] = field(default_factory=dict, repr=False)

    def __call__(
        self, token: str, client: Client, scope: frozenset[str], *, deadline: float
    ) -> Claims:
        """Return what the issuer says about *token*, if that makes it good for *client*.

        It is remembered as it is: not to be changed.

        Raises:
            InvalidToken: no token at all, or ``inactive``, or not for us.
            InsufficientScope: it would be good, but for the scope.
            TemporarilyUnavailable: it could not be examined.
        """
        if len(token) > MAX_TOKEN_OCTETS:
            raise InvalidToken(Reason.TOO_LARGE, f"{len(token)} characters")
        if not _ACCESS_TOKEN.fullmatch(token):
            raise InvalidToken(Reason.MALFORMED, "a character that no access token has")
        name = sha256(f"{client.name} {token}".encode()).digest()
        claims, until = self._remembered.get(name, ({}, 0.0))
        if self.clock() >= until:
            claims = self._ask(token, client, deadline)
            self._remember(name, claims)
        require_introspected(claims, client, scope, now=self.clock())
        return claims

    def _ask(self, token: str, client: Client, deadline: float) -> Claims:
        metadata = self.caches[client.issuer.name].current(deadline).metadata
        if "introspection_endpoint" not in metadata:
            raise TemporarilyUnavailable("the metadata has no introspection_endpoint")
        url = str(metadata["introspection_endpoint"])
        reply = self._post(url, self.credentials.current(client, url), token, deadline)
        if reply.status == UNAUTHORIZED:  # the client's secret may be being rotated
            for authentication in self.credentials.others(client, url):
                reply = self._post(url, authentication, token, deadline)
                if reply.status != UNAUTHORIZED:
                    break
        return parse_introspection_response(reply)

    def _post(
        self, url: str, authentication: ClientAuthentication, token: str, deadline: float
    ) -> HttpReply:
        budget = min(_CALL_BUDGET, deadline - self.clock())
        if budget < _SHORTEST_CALL:
            raise TemporarilyUnavailable("no time left to ask the issuer")
        request = build_introspection_request(url, authentication, token)
        try:
            return self.post(request, timeout=budget)
        except NoAnswer as error:
            raise TemporarilyUnavailable(str(error)) from None

    def _remember(self, name: bytes, claims: Claims) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[name] = (claims, self.clock() + REMEMBERED_FOR)
