"""Token kinds: none is ever taken for another (RFC 8725 §3.11, §3.12; RFC 9068 §4)."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from tests.pool.case import Asked, Case, Setting, accepted, refused
from tests.pool.forge import claims, good, keyed
from tests.pool.keys import RSA
from tests.tokens import CLIENT_ID, NOW, Json

API = "https://api.example"

ACCESS = Asked(token_use="access_token", nonce=None)
ID = Asked(nonce=None)

ONE_API = Setting(access_token_audiences=frozenset({API}))
SELF = Setting(access_token_audiences=frozenset({CLIENT_ID}))
"""A client whose ID Tokens and access tokens share an audience: only ``typ`` tells them apart."""


def access_claims(**changes: Any) -> Json:
    """Return the claims of a good RFC 9068 access token; None takes a claim away."""
    members = claims(
        **{"nonce": None, "aud": API, "client_id": CLIENT_ID, "jti": "1", "scope": "a b", **changes}
    )
    return {name: value for name, value in members.items() if value is not None}


def access(typ: str | None = "at+jwt", **changes: Any) -> str:
    """Return the issuer's access token with *changes* to its claims."""
    return RSA.sign(access_claims(**changes), typ=typ)


def _access_tokens() -> list[Case]:
    right: Mapping[str, str] = {
        "as RFC 9068 has it": access(),
        "with a media type in capitals": access(typ="application/AT+JWT"),
        "for several APIs, one of them ours": access(aud=["https://other.example", API]),
        "with a nonce that nobody compares": access(nonce="x"),
        "with azp, which means nothing here": access(azp="another"),
    }
    wrong: Mapping[str, tuple[str, Reason]] = {
        "without typ": (access(typ=None), Reason.WRONG_TYPE),
        "with typ JWT": (access(typ="JWT"), Reason.WRONG_TYPE),
        "with typ logout+jwt": (access(typ="logout+jwt"), Reason.WRONG_TYPE),
        "for another API": (access(aud="https://other.example"), Reason.WRONG_AUDIENCE),
        "for part of our API": (access(aud=API[:-1]), Reason.WRONG_AUDIENCE),
        "for the client": (access(aud=CLIENT_ID), Reason.WRONG_AUDIENCE),
        "for nobody": (access(aud=None), Reason.MISSING_CLAIM),
        "for an empty array": (access(aud=[]), Reason.INVALID_CLAIM),
        "of another client": (access(client_id="another"), Reason.WRONG_AUTHORIZED_PARTY),
        "of no client": (access(client_id=None), Reason.MISSING_CLAIM),
        "of a client that is a number": (access(client_id=1), Reason.INVALID_CLAIM),
        "of another issuer": (access(iss="https://attacker.example"), Reason.UNKNOWN_ISSUER),
        "that has expired": (access(exp=NOW - 60), Reason.EXPIRED),
        "that never expires": (access(exp=None), Reason.MISSING_CLAIM),
        "that is not valid yet": (access(nbf=NOW + 61), Reason.NOT_YET_VALID),
        "from the future": (access(iat=NOW + 61), Reason.ISSUED_IN_FUTURE),
        "about nobody": (access(sub=None), Reason.MISSING_CLAIM),
        "about a subject of 256 characters": (access(sub="a" * 256), Reason.INVALID_CLAIM),
    }
    return (
        [
            accepted(f"an access token {what}", token, setting=ONE_API, asked=ACCESS)
            for what, token in right.items()
        ]
        + [
            refused(f"an access token {what}", token, reason, setting=ONE_API, asked=ACCESS)
            for what, (token, reason) in wrong.items()
        ]
        + [
            refused(
                "an access token where the client takes none",
                access(),
                Reason.WRONG_AUDIENCE,
                asked=ACCESS,
            )
        ]
    )


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
    "access tokens": [*_access_tokens(), *_one_for_the_other()],
    "other tokens": _others_as_id_tokens(),
    "client secrets": _by_secret(),
}
