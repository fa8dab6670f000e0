"""``exp``, ``nbf``, ``iat`` and ``auth_time``: at every boundary, of every type (RFC 7519 §2)."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from relying_party.protocol.claims import MAX_DATE
from tests.pool.case import Asked, Case, Setting, accepted, refused
from tests.pool.forge import ISSUED_AT, good, with_null
from tests.pool.keys import RSA
from tests.tokens import NONCE, NOW

SKEW = 60
STRICT = Setting(clock_skew=0)

Verdict = Reason | None
"""Why it is refused; None where it is not."""


def _case(name: str, token: str, verdict: Verdict, **more: Any) -> Case:
    if verdict is None:
        return accepted(name, token, **more)
    # RFC 7519 §4.1.6 and OIDC Core §3.1.3.7 point 10 leave it to us what iat is good for
    return refused(name, token, verdict, by_choice=verdict is Reason.ISSUED_IN_FUTURE, **more)


def _told(offset: float) -> str:
    if offset == 0:
        return "now"
    return f"{abs(offset)} s {'from now' if offset > 0 else 'ago'}"


_EXPIRED, _EARLY, _FUTURE = Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.ISSUED_IN_FUTURE

_AT_THE_SKEW: Mapping[str, Mapping[float, Verdict]] = {
    "exp": {
        -3600: _EXPIRED,
        -SKEW - 1: _EXPIRED,
        -SKEW - 0.5: _EXPIRED,
        -SKEW: _EXPIRED,
        -SKEW + 0.5: None,
        -SKEW + 1: None,
        -1: None,
        0: None,
        1: None,
        0.25: None,
        10 * 365 * 86400: None,
    },
    "nbf": {
        -3600: None,
        -0.5: None,
        0: None,
        1: None,
        SKEW - 1: None,
        SKEW: None,
        SKEW + 0.5: _EARLY,
        SKEW + 1: _EARLY,
        3600: _EARLY,
    },
    "iat": {
        -10 * 365 * 86400: None,
        -0.5: None,
        0: None,
        1: None,
        SKEW: None,
        SKEW + 0.5: _FUTURE,
        SKEW + 1: _FUTURE,
        3600: _FUTURE,
    },
}

_WITHOUT_SKEW: Mapping[str, Mapping[float, Verdict]] = {
    "exp": {-1: _EXPIRED, 0: _EXPIRED, 0.5: None, 1: None},
    "nbf": {0: None, 0.5: _EARLY, 1: _EARLY},
    "iat": {0: None, 0.5: _FUTURE, 1: _FUTURE},
}


def _boundaries() -> list[Case]:
    return [
        _case(
            f"{name} is {_told(offset)}, and the clocks differ by {setting.clock_skew} s at most",
            good(RSA, **{name: NOW + offset}),
            verdict,
            setting=setting,
        )
        for table, setting in ((_AT_THE_SKEW, Setting()), (_WITHOUT_SKEW, STRICT))
        for name, verdicts in table.items()
        for offset, verdict in verdicts.items()
    ] + [
        _case(
            f"exp was {ago} s before a clock that stands between two seconds",
            good(exp=NOW - ago),
            verdict,
            now=NOW + 0.5,
        )
        for ago, verdict in ((59, None), (60, _EXPIRED))
    ]


_NO_DATES: Mapping[str, Any] = {
    "a number in a string": str(NOW + 300),
    "an empty string": "",
    "a word": "never",
    "a date in words": "2035-01-01T00:00:00Z",
    "true": True,
    "false": False,
    "an array": [NOW + 300],
    "an object": {"exp": NOW + 300},
    "a second too far off for a float": MAX_DATE + 1,
    "a number of three hundred digits": 10**300,
    "1e300": 1e300,
    "the most negative date and a second": -MAX_DATE - 1,
}


def _types() -> list[Case]:
    return [
        refused(
            f"{name} is {what}",
            good(RSA, **{name: value}),
            Reason.INVALID_CLAIM,
            by_choice=isinstance(value, int | float) and not isinstance(value, bool),
        )
        for name in ("exp", "nbf", "iat")
        for what, value in _NO_DATES.items()
    ] + [
        refused(f"{name} is null", with_null(name), Reason.MISSING_CLAIM, Reason.INVALID_CLAIM)
        for name in ("exp", "nbf", "iat")
    ]


def _odd_dates() -> list[Case]:
    return [
        refused("exp is missing", good(exp=None), Reason.MISSING_CLAIM),
        refused("iat is missing", good(iat=None), Reason.MISSING_CLAIM),
        refused("exp is 0", good(exp=0), _EXPIRED),
        refused("exp is negative", good(exp=-1), _EXPIRED),
        refused("exp is negative zero", good(exp=-0.0), _EXPIRED),
        _case("iat is in milliseconds", good(iat=ISSUED_AT * 1000), _FUTURE),
        refused("nbf is in milliseconds", good(nbf=ISSUED_AT * 1000), _EARLY),
        refused("all of it was long ago", good(exp=3, nbf=2, iat=1), _EXPIRED),
        refused("exp passed, and nbf has not come", good(exp=1, nbf=NOW + 900), _EXPIRED, _EARLY),
        accepted("nbf is missing", good(nbf=None)),
        accepted("nbf is 0", good(nbf=0)),
        accepted("iat is 0", good(iat=0)),
        accepted("exp is the last second that a float can tell", good(exp=MAX_DATE)),
        accepted("exp is in milliseconds, which only makes it late", good(exp=NOW * 1000)),
        accepted("every date is a float", good(exp=NOW + 0.5, iat=NOW - 99.5, nbf=NOW - 99.5)),
        accepted("exp lies before iat, both within the skew", good(exp=NOW - 5, iat=NOW + 5)),
        accepted("nbf lies behind exp, both within the skew", good(exp=NOW - 5, nbf=NOW + 5)),
    ]


_SIGNED_IN: Mapping[str, tuple[Any, Verdict]] = {
    "now": (NOW, None),
    "as long ago as allowed": (NOW - 600, None),
    "as long ago as allowed and the skew": (NOW - 660, None),
    "half a second longer ago than that": (NOW - 660.5, Reason.TOO_OLD),
    "a second longer ago than that": (NOW - 661, Reason.TOO_OLD),
    "years ago": (1, Reason.TOO_OLD),
    "never told": (None, Reason.MISSING_CLAIM),
    "told as a string": (str(NOW), Reason.INVALID_CLAIM),
    "told as true": (True, Reason.INVALID_CLAIM),
    "told as an array": ([NOW], Reason.INVALID_CLAIM),
}


def _sign_ins() -> list[Case]:
    recent = Asked(nonce=NONCE, max_age=600)
    return [
        _case(
            f"the user's sign-in was {what}, of 600 s", good(auth_time=value), verdict, asked=recent
        )
        for what, (value, verdict) in _SIGNED_IN.items()
    ] + [
        accepted("the user's sign-in was long ago, and nobody asked", good(auth_time=1)),
        refused(
            "the user's sign-in was a second and the skew ago, and none may be older than now",
            good(auth_time=NOW - 61),
            Reason.TOO_OLD,
            asked=Asked(nonce=NONCE, max_age=0),
        ),
        accepted(
            "the user signs in at this moment, and no sign-in may be older",
            good(auth_time=NOW),
            asked=Asked(nonce=NONCE, max_age=0),
        ),
    ]


CASES = [*_boundaries(), *_types(), *_odd_dates(), *_sign_ins()]
