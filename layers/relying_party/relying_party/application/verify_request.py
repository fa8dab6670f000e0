"""What a door that verifies tokens was asked, turned into the one verification there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidRequest, InvalidToken, Reason, UnauthorizedClient
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import TokenUse, VerifiedToken

if TYPE_CHECKING:
    from relying_party.application.introspect_token import IntrospectToken

# RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
_WORD = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")

_TOKEN_USES: Mapping[str, TokenUse] = {use.value: use for use in TokenUse}

# Refusals of a token that was surely meant for a client whose access tokens can be read
_OURS = (
    Reason.EXPIRED,
    Reason.NOT_YET_VALID,
    Reason.ISSUED_IN_FUTURE,
    Reason.UNKNOWN_KEY,
    Reason.BAD_SIGNATURE,
)


class Question(NamedTuple):
    """What is asked about a token."""

    token_use: TokenUse
    clients: tuple[Client, ...]
    """Whom it may be for, if it can be read here."""
    opaque: tuple[Client, ...]
    """Whom it may be for, if it cannot; all of one issuer."""
    expected: Expectations


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Verifies the token of a request, as its parameters say."""

    clients: Mapping[str, Client]
    verify: VerifyToken
    introspect: "IntrospectToken | None" = None
    """Asks issuers about opaque tokens; None where there are none, and for just anyone."""

    def __call__(self, token: str, parameters: Parameters, *, deadline: float) -> VerifiedToken:
        """Return *token* verified, as ``parse`` and ``judge`` say."""
        return self.judge(token, self.parse(parameters), deadline=deadline)

    def parse(self, parameters: Parameters) -> Question:
        """Return what *parameters* ask.

        Args:
            parameters: ``token_use`` (an ID Token unless said), ``client_id`` (one or several;
                may be left out where one client is configured); for an ID Token what it must
                agree with: ``nonce``, ``access_token``, ``code``, ``max_age``, ``acr_values``;
                for an access token the ``scope`` that it must cover.

        Raises:
            InvalidRequest, InvalidClient: they make no sense here.
        """
        token_use = _parse_token_use(parameters)
        expected = _parse_expectations(parameters, token_use)
        clients = self._clients(parameters.several("client_id"))
        if token_use is TokenUse.ID_TOKEN:
            return Question(token_use, clients, (), expected)
        opaque = tuple(client for client in clients if client.has_opaque_tokens)
        # It does not say whose it is, and must not be shown to anyone but its issuer
        if len({client.issuer.issuer for client in opaque}) > 1:
            raise InvalidRequest("client_id: opaque tokens of several issuers")
        readable = tuple(client for client in clients if not client.has_opaque_tokens)
        return Question(token_use, readable, opaque, expected)

    def judge(self, token: str, question: Question, *, deadline: float) -> VerifiedToken:
        """Return *token* verified.

        Args:
            token: as presented.
            question: what is asked about it.
            deadline: seconds since the epoch by which the answer must be ready.

        Raises:
            UnauthorizedClient: whether an opaque token is good is not told at this door.
            InvalidToken, InsufficientScope: the token was examined.
            TemporarilyUnavailable: it could not be.
        """
        if question.clients and (not question.opaque or _looks_like_jwt(token)):
            try:
                return self._read(token, question, deadline)
            except InvalidToken as refusal:
                # Some issuers write tokens that nobody else can verify as JWTs all the same
                examined = not self.introspect and refusal.reason is not Reason.MALFORMED
                if not question.opaque or examined or refusal.reason in _OURS:
                    raise
        return self._ask(token, question, deadline)

    def _read(self, token: str, question: Question, deadline: float) -> VerifiedToken:
        return self.verify.judge(
            token, question.clients, question.token_use, question.expected, deadline=deadline
        )

    def _ask(self, token: str, question: Question, deadline: float) -> VerifiedToken:
        """Return what the issuer says about *token* to the first client that it tells."""
        if self.introspect is None:
            raise UnauthorizedClient("opaque tokens are not verified at this door")
        scope = question.expected.scope
        for client in question.opaque:
            try:
                claims = self.introspect(token, client, scope, deadline=deadline)
            except InvalidToken as refusal:
                if refusal.reason is not Reason.INACTIVE or client is question.opaque[-1]:
                    raise
            else:
                issuer = client.issuer.issuer
                return VerifiedToken(TokenUse.ACCESS_TOKEN, issuer, client.name, claims)
        raise InvalidToken(Reason.INACTIVE)

    def _clients(self, client_ids: tuple[str, ...]) -> tuple[Client, ...]:
        if not client_ids and len(self.clients) > 1:
            raise InvalidRequest("client_id is missing, and several clients are configured")
        # One said many times is one: nothing is kept, and no issuer asked, once more for it
        wanted = dict.fromkeys(client_ids or self.clients)
        return tuple([require_client(self.clients, client_id) for client_id in wanted])


def _looks_like_jwt(token: str) -> bool:
    return token.count(".") == 2  # noqa: PLR2004 - between three segments


def _parse_token_use(parameters: Parameters) -> TokenUse:
    value = parameters.optional("token_use") or TokenUse.ID_TOKEN
    if value not in _TOKEN_USES:
        raise InvalidRequest(f"token_use must be {' or '.join(TokenUse)}")
    return _TOKEN_USES[value]


def _parse_expectations(parameters: Parameters, token_use: TokenUse) -> Expectations:
    expected = Expectations(
        nonce=parameters.optional("nonce"),
        access_token=parameters.optional("access_token"),
        code=parameters.optional("code"),
        max_age=parameters.whole_number("max_age"),
        acr_values=_parse_words(parameters, "acr_values"),
    )
    scope = _parse_words(parameters, "scope")
    # A caller must never believe that something was compared which was not
    if token_use is TokenUse.ACCESS_TOKEN:
        if expected != Expectations():
            raise InvalidRequest("nonce, access_token, code, max_age, acr_values: for ID Tokens")
        return Expectations(scope=scope)
    if scope:
        raise InvalidRequest("scope is for access tokens")
    return expected


def _parse_words(parameters: Parameters, name: str) -> frozenset[str]:
    words = frozenset((parameters.optional(name) or "").split())
    if words and not all(_WORD.fullmatch(word) for word in words):
        raise InvalidRequest(f"{name} holds a character that none may have")
    return words
