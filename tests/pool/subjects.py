"""About whom a token is, and what else this client has it say: ``sub`` and required claims."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import good, with_null


def _subjects() -> list[Case]:
    right = {
        "one character": "a",
        "255 characters": "a" * 255,
        "digits": "0",
        "beyond ASCII": "zoë",
        "a URL": "https://issuer.example/users/1",
        "a blank": " ",
        "an e-mail address with a plus": "a+b@example.com",
    }
    wrong: Mapping[str, Any] = {
        "empty": "",
        "256 characters": "a" * 256,
        "10,000 characters": "a" * 10_000,
        "a number": 12345,
        "a float": 1.5,
        "true": True,
        "an array": ["user-1"],
        "an object": {"id": "user-1"},
    }
    return (
        [accepted(f"sub is {what}", good(sub=value)) for what, value in right.items()]
        + [
            refused(f"sub is {what}", good(sub=value), Reason.INVALID_CLAIM, by_choice=value == "")
            for what, value in wrong.items()
        ]
        + [
            refused("sub is missing", good(sub=None), Reason.MISSING_CLAIM),
            refused("sub is null", with_null("sub"), Reason.MISSING_CLAIM),
        ]
    )


_TENANT = Setting(required_claims={"tid": ("tenant-1", "tenant-2")})
_VERIFIED = Setting(required_claims={"email_verified": (True,), "level": (1,)})


def _required() -> list[Case]:
    wrong: Mapping[str, Any] = {
        "another's": "tenant-3",
        "in capitals": "TENANT-1",
        "part of it": "tenant",
        "an array": ["tenant-1"],
        "a number": 1,
        "empty": "",
    }
    mixed: Mapping[str, dict[str, Any]] = {
        "true in a string": {"email_verified": "true", "level": 1},
        "1 instead of true": {"email_verified": 1, "level": 1},
        "true instead of 1": {"email_verified": True, "level": True},
        "false": {"email_verified": False, "level": 1},
    }
    return (
        [
            refused(f"a tenant is {what}", good(tid=value), Reason.INVALID_CLAIM, setting=_TENANT)
            for what, value in wrong.items()
        ]
        + [
            refused(
                f"a claim that must be right is {what}",
                good(**more),
                Reason.INVALID_CLAIM,
                setting=_VERIFIED,
            )
            for what, more in mixed.items()
        ]
        + [
            refused("a tenant is missing", good(), Reason.MISSING_CLAIM, setting=_TENANT),
            refused(
                "a tenant is null",
                with_null("tid"),
                Reason.MISSING_CLAIM,
                setting=_TENANT,
            ),
            accepted("a tenant is the first that may be", good(tid="tenant-1"), setting=_TENANT),
            accepted("a tenant is the second that may be", good(tid="tenant-2"), setting=_TENANT),
            accepted(
                "claims that must be true and 1 are",
                good(email_verified=True, level=1),
                setting=_VERIFIED,
            ),
        ]
    )


CASES: dict[str, list[Case]] = {"subject": _subjects(), "required claims": _required()}
