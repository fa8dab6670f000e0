"""Header members: none may bring a key, name a place, or change what is checked."""

import json
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from relying_party.errors import Reason
from relying_party.protocol import base64url
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import claims, headed, keyed, spelled
from tests.pool.keys import ATTACKER, ATTACKER_EC, EC, PUBLISHED, RSA, UNBOUND
from tests.tokens import Json, SigningKey, encode_json, key_set

STRANGER = SigningKey("RS256", "stranger", ATTACKER.private)

_DER = ATTACKER.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

_KEYS_BROUGHT_ALONG: dict[str, Json] = {
    "jwk": {"jwk": ATTACKER.jwk},
    "a private jwk": {"jwk": ATTACKER.private_jwk},
    "jku": {"jku": "https://attacker.example/jwks"},
    "jku on the issuer's own host": {"jku": "https://issuer.example/redirect?to=attacker.example"},
    "jku of this machine": {"jku": "file:///dev/stdin"},
    "x5u": {"x5u": "https://attacker.example/cert.pem"},
    "x5c": {"x5c": [base64url.encode(_DER)]},
    "x5t": {"x5t": "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "x5t#S256": "A" * 43},
    "all of them": {
        "jwk": ATTACKER.jwk,
        "jku": "https://attacker.example/jwks",
        "x5c": [base64url.encode(_DER)],
    },
}


def _keys_brought_along() -> list[Case]:
    return [
        refused(f"{key.kid} signs with its own key, named in {what}", token, reason)
        for what, header in _KEYS_BROUGHT_ALONG.items()
        for key, reason in (
            (ATTACKER, Reason.BAD_SIGNATURE),
            (STRANGER, Reason.UNKNOWN_KEY),
        )
        for token in [key.sign(claims(), **header)]
    ] + [
        accepted(
            "a good token brings a stranger's key, which nobody looks at",
            headed(jwk=ATTACKER.jwk, jku="https://attacker.example/jwks"),
        ),
        accepted("a good token brings its own key", headed(jwk=RSA.jwk)),
        refused(
            "a stranger brings an EC key of its own",
            ATTACKER_EC.sign(claims(), jwk=ATTACKER_EC.jwk),
            Reason.BAD_SIGNATURE,
            setting=Setting(algorithms=("ES256",)),
        ),
    ]


_KIDS = (
    "../../../../dev/null",
    "/dev/null",
    "file:///dev/null",
    "C:\\Windows\\win.ini",
    "rsa' OR '1'='1",
    "x' UNION SELECT 'AAAA'; --",
    "rsa; sleep 5",
    "$(id)",
    "rsa\n",
    "rsa\x00",
    " rsa",
    "RSA",
    "rs",
    "rsa*",
    "",
    "https://attacker.example/jwks#rsa",
    "k" * 4000,
    "ключ",
)


def _kids() -> list[Case]:
    return [
        refused(f"kid is {kid[:40]!r}", headed(kid=kid), Reason.UNKNOWN_KEY, by_choice=True)
        for kid in _KIDS
    ] + [
        refused(
            "an empty MAC where kid is /dev/null",
            keyed(b"", kid="/dev/null"),
            Reason.UNSUPPORTED_ALGORITHM,
        ),
        *(
            refused(f"kid is {what}", headed(kid=kid), Reason.MALFORMED)
            for what, kid in (("a number", 1), ("an array", ["rsa"]), ("an object", {"a": "rsa"}))
        ),
        refused(
            "kid is null",
            spelled(header='{"alg": "RS256", "kid": null}'),
            Reason.MALFORMED,
        ),
        accepted(
            "kid is odd, and so is the one that was published",
            SigningKey("RS256", "../ключ' OR 1=1", RSA.private).sign(claims()),
            keys=key_set(SigningKey("RS256", "../ключ' OR 1=1", RSA.private)),
        ),
        accepted("no kid, and one published key fits", headed(kid=None)),
        refused(
            "no kid, and two published keys fit",
            headed(kid=None),
            Reason.UNKNOWN_KEY,
            by_choice=True,
            keys=key_set(RSA, STRANGER),
        ),
    ]


_CRITICAL: dict[str, Json] = {
    "an unknown member": {"crit": ["policy"], "policy": "strict"},
    "a member that is not there": {"crit": ["policy"]},
    "exp": {"crit": ["exp"], "exp": 0},
    "a member of the specification itself": {"crit": ["alg"]},
    "b64, which is false": {"crit": ["b64"], "b64": False},
    "b64, which is true": {"crit": ["b64"], "b64": True},
    "nothing": {"crit": []},
    "the same member twice": {"crit": ["policy", "policy"], "policy": 1},
    "a number": {"crit": [1]},
    "a string instead of an array": {"crit": "policy", "policy": 1},
    "an object instead of an array": {"crit": {"policy": True}, "policy": 1},
    "its own name": {"crit": ["crit"]},
    "http://openbanking.org.uk/iat": {
        "crit": ["http://openbanking.org.uk/iat"],
        "http://openbanking.org.uk/iat": 0,
    },
}


def _critical() -> list[Case]:
    return [
        refused(
            f"crit names {what}",
            headed(**header),
            Reason.MALFORMED,
            by_choice=what == "b64, which is true",
        )
        for what, header in _CRITICAL.items()
    ] + [
        refused("crit is null", spelled(header=_spelled_header('"crit": null')), Reason.MALFORMED),
        refused("b64 is false without crit", headed(b64=False), Reason.MALFORMED),
        refused("the payload is not encoded at all", _unencoded_payload(), Reason.MALFORMED),
    ]


def _spelled_header(extra: str) -> str:
    return f'{{"alg": "RS256", "kid": "rsa", {extra}}}'


def _unencoded_payload() -> str:
    header = encode_json({"alg": "RS256", "kid": "rsa", "b64": False, "crit": ["b64"]})
    return RSA.sign_segments(header, json.dumps(claims()).replace(".", ""))


_TYPES: dict[Any, bool] = {
    **dict.fromkeys(("JWT", "jwt", "Jwt", "application/jwt", "application/JWT", None), True),
    **dict.fromkeys(("at+jwt", "application/at+jwt", "AT+JWT", "logout+jwt"), False),
    **dict.fromkeys(("dpop+jwt", "secevent+jwt", "client-authentication+jwt"), False),
    **dict.fromkeys(("oauth-authz-req+jwt", "token-introspection+jwt", "vc+sd-jwt"), False),
    **dict.fromkeys(("JOSE", "JOSE+JSON", "JWE", "", "JWT ", "jwt;charset=utf-8"), False),
}


def _types() -> list[Case]:
    return [
        accepted(f"typ is {typ!r}", headed(typ=typ))
        if good
        else refused(
            f"typ is {typ!r}",
            headed(typ=typ),
            Reason.WRONG_TYPE,
            by_choice="+jwt" not in typ.lower(),
        )
        for typ, good in _TYPES.items()
    ] + [
        refused(f"typ is {what}", spelled(header=_spelled_header(extra)), Reason.MALFORMED)
        for what, extra in (
            ("null", '"typ": null'),
            ("a number", '"typ": 1'),
            ("an array", '"typ": ["JWT"]'),
        )
    ]


def _rest() -> list[Case]:
    return [
        accepted("members that nobody knows", headed(foo="bar", bar={"a": [1]}, iat=1)),
        accepted("zip beside a payload that is not compressed", headed(zip="DEF")),
        accepted("cty is application/json", headed(cty="application/json")),
        accepted("claims replicated in the header", headed(iss="https://attacker.example")),
        accepted(
            "a good ES256 token beside five other keys",
            EC.sign(claims()),
            setting=Setting(algorithms=("ES256",)),
            keys=UNBOUND,
        ),
        accepted("no typ and no kid", headed(typ=None, kid=None), keys=PUBLISHED),
        refused(
            "alg named twice",
            spelled(header='{"alg": "RS256", "alg": "none", "kid": "rsa"}'),
            Reason.MALFORMED,
            by_choice=True,
        ),
        refused(
            "kid named twice",
            spelled(header='{"alg": "RS256", "kid": "stranger", "kid": "rsa"}'),
            Reason.MALFORMED,
            by_choice=True,
        ),
        refused(
            "alg named twice, once in escapes",
            spelled(header='{"alg": "RS256", "\\u0061lg": "RS256", "kid": "rsa"}'),
            Reason.MALFORMED,
            by_choice=True,
        ),
    ]


CASES = [*_keys_brought_along(), *_kids(), *_critical(), *_types(), *_rest()]
