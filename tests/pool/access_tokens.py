"""Access tokens: whose resources they are for, who may use them, and for what (RFC 9068 §4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from relying_party.errors import Reason
from tests.pool.case import Asked, Case, Setting, accepted, refused, too_narrow
from tests.pool.forge import claims
from tests.pool.keys import ATTACKER, RSA
from tests.tokens import CLIENT_ID, NOW, Json

API = "https://api.example"

ACCESS = Asked(token_use="access_token", nonce=None)
ID = Asked(nonce=None)

ONE_API = Setting(access_token_audiences=frozenset({API}))


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


def _scopes() -> list[Case]:
    def asking(*values: str) -> dict[str, Any]:
        asked = replace(ACCESS, scope=frozenset(values))
        return {"setting": ONE_API, "asked": asked}

    invalid: Mapping[str, Any] = {"a number": 1, "an object": {"a": 1}, "an array of numbers": [1]}
    return [
        accepted("a scope that covers the request", access(), **asking("a")),
        accepted("a scope that is the request", access(), **asking("b", "a")),
        too_narrow("a scope that lacks one value", access(), **asking("a", "c")),
        too_narrow("a scope in which a value is only part of another", access(), **asking("ab")),
        too_narrow("a scope in capitals", access(scope="A B"), **asking("a")),
        too_narrow("no scope at all", access(scope=None), **asking("a")),
        too_narrow("an empty scope", access(scope=""), **asking("a")),
        *(
            refused(
                f"a scope that is {what}", access(scope=value), Reason.INVALID_CLAIM, **asking("a")
            )
            for what, value in invalid.items()
        ),
        refused(
            "a scope that does not cover the request, in a token that has expired",
            access(scope="", exp=NOW - 60),
            Reason.EXPIRED,
            **asking("a"),
        ),
        refused(
            "a scope that does not cover the request, in a token of a stranger",
            ATTACKER.sign(access_claims(scope=""), typ="at+jwt"),
            Reason.BAD_SIGNATURE,
            **asking("a"),
        ),
    ]


def _tenants() -> list[Case]:
    tenants: dict[str, tuple[object, ...]] = {"tid": ("tenant-1",)}
    setting = replace(ONE_API, required_claims=tenants, tenant_claims=frozenset(tenants))
    free = replace(ONE_API, required_claims=tenants)
    wrong = {
        "another tenant": (access(tid="tenant-2"), Reason.INVALID_CLAIM),
        "no tenant": (access(), Reason.MISSING_CLAIM),
    }
    return [
        accepted(
            "an access token of our tenant", access(tid="tenant-1"), setting=setting, asked=ACCESS
        ),
        accepted(
            "an access token without a claim that ID Tokens alone need",
            access(),
            setting=free,
            asked=ACCESS,
        ),
        *(
            refused(f"an access token of {what}", token, reason, setting=setting, asked=ACCESS)
            for what, (token, reason) in wrong.items()
        ),
    ]


CASES = [*_access_tokens(), *_scopes(), *_tenants()]
