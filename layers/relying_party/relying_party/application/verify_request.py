"""What a door that verifies tokens was asked, turned into the one verification there is."""

from collections.abc import Mapping
from dataclasses import dataclass

from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidRequest
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import TokenUse, VerifiedToken


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Verifies the token of a request, as its parameters say."""

    clients: Mapping[str, Client]
    verify: VerifyToken

    def __call__(self, token: str, parameters: Parameters, *, deadline: float) -> VerifiedToken:
        """Return *token* verified.

        Args:
            token: compact serialization.
            parameters: ``token_use`` (an ID Token unless said), ``client_id`` (one or several;
                may be left out where one client is configured), and for an ID Token what it
                must agree with: ``nonce``, ``access_token``, ``max_age``.
            deadline: seconds since the epoch by which the answer must be ready.

        Raises:
            InvalidRequest, InvalidClient: the parameters make no sense here.
            InvalidToken: with the reason.
            KeysUnavailable: the token could not be examined.
        """
        token_use = _parse_token_use(parameters)
        return self.verify(
            token,
            self._clients(parameters.several("client_id")),
            token_use,
            _parse_expectations(parameters, token_use),
            deadline=deadline,
        )

    def _clients(self, client_ids: tuple[str, ...]) -> list[Client]:
        if not client_ids and len(self.clients) > 1:
            raise InvalidRequest("client_id is missing, and several clients are configured")
        wanted = client_ids or tuple(self.clients)
        return [require_client(self.clients, client_id) for client_id in wanted]


def _parse_token_use(parameters: Parameters) -> TokenUse:
    value = parameters.optional("token_use") or TokenUse.ID_TOKEN
    if value not in list(TokenUse):
        raise InvalidRequest(f"token_use must be {' or '.join(TokenUse)}")
    return TokenUse(value)


def _parse_expectations(parameters: Parameters, token_use: TokenUse) -> Expectations:
    expected = Expectations(
        nonce=parameters.optional("nonce"),
        access_token=parameters.optional("access_token"),
        max_age=parameters.whole_number("max_age"),
    )
    # A caller must never believe that something was compared which was not
    if token_use is TokenUse.ACCESS_TOKEN and expected != Expectations():
        raise InvalidRequest("nonce, access_token and max_age go with an ID Token")
    return expected
