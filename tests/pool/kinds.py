"""Token kinds: none is ever taken for another (RFC 8725 §3.11, §3.12; RFC 9068 §4)."""

from collections.abc import Mapping

from relying_party.errors import Reason
from tests.pool.access_tokens import ACCESS, API, ID, ONE_API, access
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import claims, good, keyed
from tests.pool.keys import RSA
from tests.tokens import CLIENT_ID, Json

SELF = Setting(access_token_audiences=frozenset({CLIENT_ID}))
"""A client whose ID Tokens and access tokens share an audience: only ``typ`` tells them apart."""


def _one_for_the_other() -> list[Case]:
    id_token_for_the_api = good(aud=API, client_id=CLIENT_ID)
    for_the_client = {"aud": CLIENT_ID, "client_id": CLIENT_ID}
    return [
        refused(
            "an ID Token as an access token",
            good(),
            Reason.WRONG_TYPE,
            setting=ONE_API,
            asked=ACCESS,
        ),
        refused(
            "an ID Token as an access token, where both have one audience",
            RSA.sign(claims(**for_the_client)),
            Reason.WRONG_TYPE,
            setting=SELF,
            asked=ACCESS,
        ),
        refused(
            "an ID Token for the API as an access token",
            id_token_for_the_api,
            Reason.WRONG_TYPE,
            setting=ONE_API,
            asked=ACCESS,
        ),
        refused(
            "an access token as an ID Token", access(), Reason.WRONG_TYPE, setting=ONE_API, asked=ID
        ),
        refused(
            "an access token as an ID Token, where both have one audience",
            access(**for_the_client),
            Reason.WRONG_TYPE,
            setting=SELF,
            asked=ID,
        ),
        refused(
            "an access token without typ as an ID Token",
            access(typ=None),
            Reason.WRONG_AUDIENCE,
            setting=ONE_API,
            asked=ID,
        ),
        accepted(
            "an access token where one is due, though audiences are shared",
            access(**for_the_client),
            setting=SELF,
            asked=ACCESS,
        ),
    ]


_LOGOUT: Json = {"http://schemas.openid.net/event/backchannel-logout": {}}


def _others_as_id_tokens() -> list[Case]:
    others: Mapping[str, str] = {
        "a Logout Token with its typ": RSA.sign(claims(events=_LOGOUT), typ="logout+jwt"),
        "a Logout Token without one": RSA.sign(claims(events=_LOGOUT, nonce=None), typ=None),
        "a security event": RSA.sign(claims(events={"urn:x": {}}), typ="secevent+jwt"),
        "a Cognito access token": RSA.sign(claims(token_use="access")),
        "a Keycloak access token": RSA.sign(claims(typ="Bearer")),
        "a Keycloak refresh token": RSA.sign(claims(typ="Refresh")),
        "a Keycloak offline token": RSA.sign(claims(typ="Offline")),
        "a Keycloak logout token": RSA.sign(claims(typ="Logout")),
        "a DPoP proof": RSA.sign(claims(htm="GET", htu=API), typ="dpop+jwt"),
        "an introspection response": RSA.sign(claims(), typ="token-introspection+jwt"),
        "an authorization request": RSA.sign(claims(), typ="oauth-authz-req+jwt"),
        "an entity statement": RSA.sign(claims(), typ="entity-statement+jwt"),
    }
    return [
        refused(
            f"{what} as an ID Token",
            token,
            Reason.WRONG_TYPE,
            asked=ID,
            by_choice="Cognito" in what or "Keycloak" in what,
        )
        for what, token in others.items()
    ] + [
        accepted("a Cognito ID Token", RSA.sign(claims(token_use="id"))),
        accepted("a Keycloak ID Token", RSA.sign(claims(typ="ID"))),
        accepted(
            "an ID Token with sid, acr and amr",
            good(sid="1", acr="urn:mace:incommon:iap:silver", amr=["pwd", "otp"], jti="1"),
        ),
    ]


SECRET = "a client secret of more than 32 octets"
PINNED = Setting(algorithms=("HS256",), secret=SECRET)


def _by_secret() -> list[Case]:
    short = "s" * 31
    return [
        accepted(
            "HS256 by the secret of a client that is pinned to it",
            keyed(SECRET.encode()),
            setting=PINNED,
        ),
        refused(
            "HS256 by another secret",
            keyed(b"another secret of 32 octets long"),
            Reason.BAD_SIGNATURE,
            setting=PINNED,
        ),
        refused("HS256 by nothing", keyed(b""), Reason.BAD_SIGNATURE, setting=PINNED),
        refused(
            "HS256 by the secret, for a client that is not pinned to it",
            keyed(SECRET.encode()),
            Reason.UNSUPPORTED_ALGORITHM,
            setting=Setting(secret=SECRET),
        ),
        refused(
            "RS256 by the issuer, for a client that is pinned to HS256",
            good(),
            Reason.UNSUPPORTED_ALGORITHM,
            setting=PINNED,
        ),
        refused(
            "HS512 by the secret of a client that is pinned to HS256",
            keyed(SECRET.encode(), "HS512"),
            Reason.UNSUPPORTED_ALGORITHM,
            setting=PINNED,
        ),
        accepted(
            "HS256 by a secret that is just long enough",
            keyed(b"s" * 32),
            setting=Setting(algorithms=("HS256",), secret="s" * 32),
        ),
        refused(
            "HS256 by a secret that is too short",
            keyed(short.encode()),
            Reason.BAD_SIGNATURE,
            setting=Setting(algorithms=("HS256",), secret=short),
        ),
        refused(
            "HS256 by the secret as an access token",
            keyed(SECRET.encode(), typ="JWT"),
            *(Reason.WRONG_TYPE, Reason.UNSUPPORTED_ALGORITHM),
            setting=PINNED,
            asked=ACCESS,
        ),
    ]


CASES: dict[str, list[Case]] = {
    "other tokens": [*_one_for_the_other(), *_others_as_id_tokens()],
    "client secrets": _by_secret(),
}
