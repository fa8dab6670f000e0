"""Who issued a token, and to whom: ``iss``, ``aud``, ``azp``."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import good, with_null
from tests.tokens import CLIENT_ID, ISSUER

_OTHER_ISSUERS = {
    "another's": "https://attacker.example",
    "with a slash behind it": f"{ISSUER}/",
    "with a path behind it": f"{ISSUER}/tenant",
    "with a query behind it": f"{ISSUER}?",
    "with a fragment behind it": f"{ISSUER}#",
    "with a port": f"{ISSUER}:443",
    "with another port": f"{ISSUER}:8443",
    "with another host behind it": f"{ISSUER}.attacker.example",
    "the end of another host": "https://attacker-issuer.example",
    "part of it": ISSUER[:-1],
    "without its scheme": ISSUER.removeprefix("https://"),
    "http": ISSUER.replace("https", "http"),
    "in capitals": ISSUER.upper(),
    "its host in capitals": "https://Issuer.Example",
    "with credentials": ISSUER.replace("//", "//user@"),
    "with a blank behind it": f"{ISSUER} ",
    "with NUL behind it": f"{ISSUER}\0",
    "in percent-encoding": ISSUER.replace("e", "%65"),
    "with a letter that only looks right": ISSUER.replace("i", "\u0456"),
    "its metadata": f"{ISSUER}/.well-known/openid-configuration",
    "everything": "*",
}


def _issuers() -> list[Case]:
    named = {"an array": [ISSUER], "an object": {ISSUER: 1}, "a number": 1, "true": True, "": ""}
    alias = Setting(aliases=frozenset({"issuer.example"}))
    return (
        [
            refused(f"iss is {what}", good(iss=value), Reason.UNKNOWN_ISSUER)
            for what, value in _OTHER_ISSUERS.items()
        ]
        + [
            refused(
                f"iss is {what or 'empty'}",
                good(iss=value),
                Reason.INVALID_CLAIM,
                Reason.UNKNOWN_ISSUER,
            )
            for what, value in named.items()
        ]
        + [
            refused("iss is missing", good(iss=None), Reason.MISSING_CLAIM),
            refused("iss is null", with_null("iss"), Reason.MISSING_CLAIM),
            accepted("iss is a configured alias", good(iss="issuer.example"), setting=alias),
            accepted("iss is the issuer, beside an alias", good(), setting=alias),
            refused(
                "iss is part of an alias", good(iss="issuer"), Reason.UNKNOWN_ISSUER, setting=alias
            ),
            accepted(
                "the issuer has a slash behind it, as it is configured",
                good(iss=f"{ISSUER}/"),
                setting=Setting(issuer=f"{ISSUER}/"),
            ),
            refused(
                "the issuer is configured with a slash behind it, and has none",
                good(),
                Reason.UNKNOWN_ISSUER,
                setting=Setting(issuer=f"{ISSUER}/"),
            ),
        ]
    )


API = Setting(audiences=frozenset({"api"}))
PARTNER = Setting(audiences=frozenset({"api"}), authorized_parties=frozenset({"partner"}))

_OTHER_AUDIENCES: Mapping[str, Any] = {
    "another client": "another",
    "another client, in an array": ["another"],
    "the client and a stranger": [CLIENT_ID, "stranger"],
    "a stranger and the client": ["stranger", CLIENT_ID],
    "the client in capitals": CLIENT_ID.upper(),
    "part of the client": CLIENT_ID[:-1],
    "the client and more": f"{CLIENT_ID}-2",
    "the client with a blank before it": f" {CLIENT_ID}",
    "the client among others in one string": f"another {CLIENT_ID}",
    "the client among others, with commas": f"{CLIENT_ID},another",
    "the issuer": ISSUER,
    "everything": "*",
}

_NO_AUDIENCES: Mapping[str, Any] = {
    "an empty string": "",
    "an empty array": [],
    "an array with an empty string": [""],
    "a number": 1,
    "true": True,
    "an object": {CLIENT_ID: True},
    "an array in an array": [[CLIENT_ID]],
    "the client and a number": [CLIENT_ID, 1],
    "the client and null": [CLIENT_ID, None],
    "the client and an empty string": [CLIENT_ID, ""],
    "an array of letters with a number": [*CLIENT_ID, 1],
}


def _audiences() -> list[Case]:
    return (
        [
            refused(f"aud is {what}", good(aud=value, azp=CLIENT_ID), Reason.WRONG_AUDIENCE)
            for what, value in _OTHER_AUDIENCES.items()
        ]
        + [
            refused(f"aud is {what}", good(aud=value, azp=CLIENT_ID), Reason.INVALID_CLAIM)
            for what, value in _NO_AUDIENCES.items()
        ]
        + [
            refused("aud is missing", good(aud=None), Reason.MISSING_CLAIM),
            refused("aud is null", with_null("aud"), Reason.MISSING_CLAIM),
            accepted("aud is an array of the client alone", good(aud=[CLIENT_ID])),
            accepted("aud is another that is configured", good(aud="api"), setting=API),
            accepted(
                "aud is two that are configured, and azp names the client",
                good(aud=[CLIENT_ID, "api"], azp=CLIENT_ID),
                setting=API,
            ),
            accepted(
                "aud is the client twice, and azp names it",
                good(aud=[CLIENT_ID, CLIENT_ID], azp=CLIENT_ID),
            ),
            refused(
                "aud is two that are configured, and azp is missing",
                good(aud=[CLIENT_ID, "api"]),
                Reason.MISSING_CLAIM,
                setting=API,
            ),
            refused(
                "aud is two that are configured and a stranger",
                good(aud=[CLIENT_ID, "api", "stranger"], azp=CLIENT_ID),
                Reason.WRONG_AUDIENCE,
                setting=API,
            ),
        ]
    )


def _authorized_parties() -> list[Case]:
    wrong = {
        "a stranger": "stranger",
        "the client in capitals": CLIENT_ID.upper(),
        "part of the client": CLIENT_ID[:-1],
        "an accepted audience that is no party": "api",
        "the client with a blank behind it": f"{CLIENT_ID} ",
    }
    invalid: Mapping[str, Any] = {"an array": [CLIENT_ID], "a number": 1, "empty": "", "true": True}
    return (
        [
            refused(f"azp is {what}", good(azp=value), Reason.WRONG_AUTHORIZED_PARTY, setting=API)
            for what, value in wrong.items()
        ]
        + [
            refused(f"azp is {what}", good(azp=value), Reason.INVALID_CLAIM)
            for what, value in invalid.items()
        ]
        + [
            refused(
                "azp is null",
                with_null("azp"),
                *(Reason.MISSING_CLAIM, Reason.INVALID_CLAIM, Reason.WRONG_AUTHORIZED_PARTY),
            ),
            accepted("azp is the client", good(azp=CLIENT_ID)),
            accepted(
                "azp is another party that is configured", good(azp="partner"), setting=PARTNER
            ),
            refused(
                "azp is a stranger beside two good audiences",
                good(aud=[CLIENT_ID, "api"], azp="stranger"),
                Reason.WRONG_AUTHORIZED_PARTY,
                setting=PARTNER,
            ),
        ]
    )


CASES: dict[str, list[Case]] = {
    "issuer": _issuers(),
    "audience": _audiences(),
    "authorized party": _authorized_parties(),
}
