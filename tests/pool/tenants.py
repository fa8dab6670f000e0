"""An issuer that is a template: each tenant signs in its own name, and only some are let in."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import good
from tests.pool.keys import ED448, RSA
from tests.tokens import key_set

ONE = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"

TEMPLATE = "https://login.example/{tenantid}/v2.0"

ONLY_ONE = Setting(issuer=TEMPLATE, tenants=frozenset({ONE}))
ANYONE = Setting(issuer=TEMPLATE, tenants=frozenset({"*"}))
NOBODY = Setting(issuer=TEMPLATE)


def _of(tenant: str, **changes: Any) -> str:
    members = {"iss": f"https://login.example/{tenant}/v2.0", "tid": tenant, **changes}
    return good(RSA, **members)


_STRANGE: Mapping[str, str] = {
    "the template's own": "{tenantid}",
    "a pattern": ".*",
    "everything": "*",
    "in capitals": "AAAAAAAA-1111-4111-8111-111111111111",
    "a path": f"{ONE}/..",
    "followed by a line feed": f"{ONE}\n",
    "a name": "common",
    "empty": "",
}

_MISMATCHED: Mapping[str, dict[str, Any]] = {
    "iss names another tenant than tid": {"iss": f"https://login.example/{OTHER}/v2.0"},
    "iss is the template": {"iss": TEMPLATE},
    "iss is of another version": {"iss": f"https://login.example/{ONE}/v1.0"},
    "iss is of another host": {"iss": f"https://attacker.example/{ONE}/v2.0"},
    "tid names another tenant than iss": {"tid": OTHER},
    "tid is missing": {"tid": None},
    "tid is a number": {"tid": 1},
    "tid is an array": {"tid": [ONE]},
}


def _key_of(issuer: object) -> bytes:
    return key_set({**RSA.jwk, "issuer": issuer}, ED448)


def _keys() -> list[Case]:
    fitting = (TEMPLATE, f"https://login.example/{ONE}/v2.0")
    strange = (f"https://login.example/{OTHER}/v2.0", "https://login.example", 1, None)
    return [
        *(
            accepted(f"a key names {issuer}", _of(ONE), setting=ANYONE, keys=_key_of(issuer))
            for issuer in fitting
        ),
        *(
            refused(
                f"a key names {issuer}",
                _of(ONE),
                Reason.UNKNOWN_KEY,
                setting=ANYONE,
                keys=_key_of(issuer),
            )
            for issuer in strange
        ),
    ]


CASES = [
    accepted("a tenant that is let in", _of(ONE), setting=ONLY_ONE),
    accepted("any tenant, where any is let in", _of(OTHER), setting=ANYONE),
    refused("a tenant that is not let in", _of(OTHER), Reason.UNKNOWN_ISSUER, setting=ONLY_ONE),
    refused("a tenant where none is let in", _of(ONE), Reason.UNKNOWN_ISSUER, setting=NOBODY),
    *(
        refused(f"a tenant that is {what}", _of(tenant), Reason.UNKNOWN_ISSUER, setting=ANYONE)
        for what, tenant in _STRANGE.items()
    ),
    *(
        refused(what, _of(ONE, **changes), Reason.UNKNOWN_ISSUER, setting=ANYONE)
        for what, changes in _MISMATCHED.items()
    ),
    refused("iss is missing", _of(ONE, iss=None), Reason.MISSING_CLAIM, setting=ANYONE),
    *_keys(),
]
