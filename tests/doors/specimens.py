"""One token of each kind and one for each reason, with what has to be asked about it."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relying_party.application.ports import FetchFailed, StoreUnavailable
from relying_party.errors import NoAnswer, Reason
from relying_party.protocol import base64url
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.pkce import PkceMode
from tests.doors.offline import OfflineStand
from tests.fakes import EXAMPLE, METADATA, FakeSecrets, Fleet
from tests.tokens import (
    CLIENT_ID,
    ISSUER,
    NONCE,
    NOW,
    SUBJECT,
    encode_json,
    id_token_claims,
    signing_key,
    tampered,
)

API = "https://api.example"
SECRET = "a-secret-of-at-least-thirty-two-octets"
KEY = signing_key()

READABLE = Client(
    name="app",
    issuer=EXAMPLE,
    client_id=CLIENT_ID,
    access_token_audiences=frozenset({API}),
    pkce=PkceMode.ENFORCE_INSTEAD,
)
OPAQUE = Client(
    name="opaque",
    issuer=EXAMPLE,
    client_id="opaque-app",
    access_token_profile=AccessTokenProfile.OPAQUE,
    authentication=AuthenticationMethod.CLIENT_SECRET_BASIC,
    secret_name="shared",
)
PINNED = Client(
    name="pinned",
    issuer=EXAMPLE,
    client_id="pinned-app",
    id_token_algorithms=frozenset({"HS256"}),
    authentication=AuthenticationMethod.CLIENT_SECRET_BASIC,
    secret_name="shared",
)

ID_TOKEN = {"token_use": "id_token"}
ACCESS_TOKEN = {"token_use": "access_token"}

ACTIVE = {"active": True, "client_id": OPAQUE.client_id, "sub": SUBJECT, "scope": "read"}
"""What the issuer says of a good opaque token."""


@dataclass(frozen=True)
class Specimen:
    """A token, what is asked about it, and what the issuer would say."""

    token: str
    asked: Mapping[str, Any]
    client: Client = READABLE
    introspected: Mapping[str, Any] = field(default_factory=lambda: {"active": False})

    def stand(self) -> OfflineStand:
        """Return doors that know this client alone, in a container that has just started."""
        return stand_of(fleet(), self.client, introspected=self.introspected, asked=self.asked)


def fleet() -> Fleet:
    """Return a fleet whose issuer publishes KEY, and tells about opaque tokens."""
    fleet = Fleet(KEY)
    fleet.issuer.metadata = {**METADATA, "introspection_endpoint": f"{ISSUER}/introspect"}
    return fleet


def stand_of(
    fleet: Fleet,
    *clients: Client,
    introspected: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> OfflineStand:
    """Return doors that know *clients*, in a container of *fleet* that has just started."""
    stand = OfflineStand(
        clients,
        {EXAMPLE.name: fleet.container()},
        fleet.clock,
        FakeSecrets(shared=SECRET),
        authorizer_asks=asked or {},
    )
    stand.issuer.reply = HttpReply(200, {}, json.dumps(introspected or {"active": False}).encode())
    return stand


def id_token(**changes: Any) -> str:
    """Return a good ID Token with *changes* to its claims."""
    return KEY.sign(id_token_claims(**changes))


def access_claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a good access token (RFC 9068 §2.2)."""
    return id_token_claims(
        **{"aud": API, "client_id": CLIENT_ID, "scope": "read write", "nonce": None, **changes}
    )


def access_token(**changes: Any) -> str:
    """Return a good access token with *changes* to its claims."""
    return KEY.sign(access_claims(**changes), typ="at+jwt")


def token_by_secret(**changes: Any) -> str:
    """Return an ID Token signed with the client's secret, as LINE's web login has it."""
    claims = id_token_claims(**{"aud": PINNED.client_id, **changes})
    head = f"{encode_json({'alg': 'HS256', 'typ': 'JWT'})}.{encode_json(claims)}"
    return f"{head}.{base64url.encode(hmac.digest(SECRET.encode(), head.encode(), 'sha256'))}"


GOOD: Mapping[str, Specimen] = {
    "ID Token": Specimen(id_token(), {**ID_TOKEN, "nonce": NONCE}),
    "access token": Specimen(access_token(), ACCESS_TOKEN),
    "access token with enough scope": Specimen(access_token(), {**ACCESS_TOKEN, "scope": "read"}),
    "opaque access token": Specimen("opaque-token", ACCESS_TOKEN, OPAQUE, ACTIVE),
    "ID Token signed with the client's secret": Specimen(token_by_secret(), ID_TOKEN, PINNED),
}

_LATE = {"exp": NOW - 61, "iat": NOW - 600}

BAD: Mapping[Reason, Specimen] = {
    Reason.MALFORMED: Specimen("not.a.jwt", ACCESS_TOKEN),
    Reason.TOO_LARGE: Specimen("a" * 17 * 1024, ACCESS_TOKEN),
    Reason.ENCRYPTED: Specimen("a.b.c.d.e", ACCESS_TOKEN),
    Reason.UNSUPPORTED_ALGORITHM: Specimen(
        signing_key("ES256").sign(access_claims(), typ="at+jwt"), ACCESS_TOKEN
    ),
    Reason.WRONG_TYPE: Specimen(KEY.sign(access_claims(), typ="logout+jwt"), ACCESS_TOKEN),
    Reason.UNKNOWN_ISSUER: Specimen(access_token(iss="https://another.example"), ACCESS_TOKEN),
    Reason.UNKNOWN_KEY: Specimen(
        signing_key(kid="unheard-of").sign(access_claims(iat=NOW - 61), typ="at+jwt"), ACCESS_TOKEN
    ),
    Reason.BAD_SIGNATURE: Specimen(tampered(access_token()), ACCESS_TOKEN),
    Reason.EXPIRED: Specimen(access_token(**_LATE), ACCESS_TOKEN),
    Reason.NOT_YET_VALID: Specimen(access_token(nbf=NOW + 61), ACCESS_TOKEN),
    Reason.ISSUED_IN_FUTURE: Specimen(access_token(iat=NOW + 61), ACCESS_TOKEN),
    Reason.TOO_OLD: Specimen(id_token(auth_time=NOW - 400), {**ID_TOKEN, "max_age": 300}),
    Reason.WRONG_AUDIENCE: Specimen(access_token(aud="https://another.example"), ACCESS_TOKEN),
    Reason.WRONG_AUTHORIZED_PARTY: Specimen(access_token(client_id="another"), ACCESS_TOKEN),
    Reason.WRONG_NONCE: Specimen(id_token(nonce="another"), {**ID_TOKEN, "nonce": NONCE}),
    Reason.WRONG_TOKEN_HASH: Specimen(
        id_token(at_hash="another"), {**ID_TOKEN, "access_token": "an-access-token"}
    ),
    Reason.MISSING_CLAIM: Specimen(access_token(sub=None), ACCESS_TOKEN),
    Reason.INVALID_CLAIM: Specimen(access_token(sub=1), ACCESS_TOKEN),
    Reason.INACTIVE: Specimen("opaque-token", ACCESS_TOKEN, OPAQUE),
}

NARROW = Specimen(access_token(), {**ACCESS_TOKEN, "scope": "read delete"})
"""Good, but for the scope."""

NARROW_OPAQUE = Specimen("opaque-token", {**ACCESS_TOKEN, "scope": "delete"}, OPAQUE, ACTIVE)


def out_of_reach() -> Mapping[str, tuple[Specimen, OfflineStand]]:
    """Return tokens that cannot be examined, each with doors that stand in the middle of it."""
    issuer_down = fleet()
    issuer_down.issuer.failure = FetchFailed("connection refused")
    all_down = fleet()
    all_down.issuer.failure = FetchFailed("connection refused")
    all_down.store.fail(StoreUnavailable("connection refused"))
    new_key = Specimen(signing_key(kid="new").sign(access_claims(), typ="at+jwt"), ACCESS_TOKEN)
    opaque, by_secret = (
        GOOD["opaque access token"],
        GOOD["ID Token signed with the client's secret"],
    )
    silent, broken, refusing = (opaque.stand() for _ in range(3))
    silent.issuer.reply = NoAnswer("ReadTimeout")
    broken.issuer.reply = HttpReply(500, {}, b"<html>")
    refusing.issuer.reply = HttpReply(401, {}, b'{"error": "invalid_client"}')
    without_secret = by_secret.stand()
    without_secret.secrets.secrets = {}
    access, identity = GOOD["access token"], GOOD["ID Token"]
    return {
        "the issuer is out of reach": (
            access,
            stand_of(issuer_down, READABLE, asked=access.asked),
        ),
        "the issuer is out of reach, for an ID Token": (
            identity,
            stand_of(issuer_down, READABLE, asked=identity.asked),
        ),
        "the issuer and the store are out of reach": (
            access,
            stand_of(all_down, READABLE, asked=access.asked),
        ),
        "a new key cannot be fetched so soon again": (new_key, _cooling_down(new_key)),
        "the issuer does not say whether it is active": (opaque, silent),
        "the issuer fails to say whether it is active": (opaque, broken),
        "the issuer does not let us ask": (opaque, refusing),
        "the secret is out of reach": (by_secret, without_secret),
    }


def _cooling_down(specimen: Specimen) -> OfflineStand:
    """Return doors that have just asked the issuer for a key in vain."""
    stand = specimen.stand()
    stand.verify({"token": specimen.token, **specimen.asked})
    return stand
