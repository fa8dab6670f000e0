"""The doors that say whether a token is good: over HTTP, and to other Lambda functions."""

from collections.abc import Callable, Mapping
from typing import Any

from relying_party.adapters.telemetry import record_verified
from relying_party.application.verify_request import VerifyRequest
from relying_party.direct_invocation import DIRECT, answer_directly, answer_each
from relying_party.errors import InvalidRequest, InvalidToken
from relying_party.http_api import HttpApi, Request, require_iam_caller
from relying_party.protocol.bearer import require_one_token
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.parameters import Parameters
from relying_party.release import UNBUILT
from relying_party.verdict import build_introspection, build_verdict

_VERIFY, _INTROSPECT = "POST /token/verify", "POST /oauth2/introspect"


class VerifyApi:
    """Tells the doors apart by the shape of the event, and answers as each one does."""

    def __init__(
        self,
        for_anyone: VerifyRequest,
        for_trusted: VerifyRequest,
        clock: Callable[[], float],
        release: Mapping[str, str] = UNBUILT,
    ) -> None:
        self._for_anyone = for_anyone
        self._for_trusted = for_trusted
        self._clock = clock
        self._release = release
        self._over_http = HttpApi(
            {_VERIFY: self._verify, _INTROSPECT: self._introspect},
            clock,
        )

    def __call__(self, event: Any, context: Any) -> JsonObject:
        """Return the answer to an HTTP request, or to whoever invokes the function directly."""
        if not isinstance(event, Mapping):
            event = {}
        if "routeKey" in event:
            return self._over_http(event, context)
        if "action" in event:
            return answer_directly(self._describe, event, context, self._clock)
        if "tokens" in event:
            return answer_each(self._verify_directly, event["tokens"], context, self._clock)
        return answer_directly(self._verify_directly, event, context, self._clock)

    def _verify(self, request: Request) -> JsonObject:
        """Answer anyone with the verdict on the token in the header or in the body."""
        parameters = request.parameters()
        token = require_one_token(request.authorization, parameters.optional("token"))
        verified = self._for_anyone(token, parameters, deadline=request.deadline)
        record_verified(_VERIFY)
        return build_verdict(verified)

    def _introspect(self, request: Request) -> JsonObject:
        """Answer a caller whom IAM let in with what RFC 7662 §2.2 says about an access token."""
        require_iam_caller(request)
        asked = request.parameters()
        every_client = {"token_use": "access_token", "client_id": list(self._for_trusted.clients)}
        try:
            verified = self._for_trusted(
                asked.required("token"), Parameters(every_client), deadline=request.deadline
            )
        except InvalidToken:
            return {"active": False}
        record_verified(_INTROSPECT)
        return build_introspection(verified)

    def _verify_directly(self, parameters: Parameters, deadline: float) -> JsonObject:
        """Answer another function with the verdict on one token."""
        token = parameters.required("token")
        verified = self._for_trusted(token, parameters, deadline=deadline)
        record_verified(DIRECT)
        return build_verdict(verified)

    def _describe(self, parameters: Parameters, _deadline: float) -> JsonObject:
        """Answer an operator with which build is live."""
        if parameters.required("action") != "release":
            raise InvalidRequest("action must be release")
        return {"release": dict(self._release)}
