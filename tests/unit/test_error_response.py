"""How each failure looks on the wire; nothing that is undecided has an ``error``."""

import json
from collections.abc import Iterator

import pytest

from relying_party import errors
from relying_party.error_response import build_error
from relying_party.errors import (
    IdTokenRefused,
    InvalidGrant,
    InvalidRequest,
    InvalidToken,
    IssuerRefusedUs,
    MissingToken,
    OAuthError,
    Problem,
    Reason,
    RelyingPartyError,
    TemporarilyUnavailable,
    UnwantedCredentials,
)

DETAIL = "detail for the log"


def kinds(family: type[RelyingPartyError]) -> Iterator[type[RelyingPartyError]]:
    """Yield every failure of *family* that something raises."""
    for kind in family.__subclasses__():
        if "status" in vars(kind) or "error" in vars(kind):
            yield kind
        yield from kinds(kind)


PROBLEMS = sorted(set(kinds(Problem)), key=lambda kind: kind.__name__)
OAUTH_ERRORS = sorted(set(kinds(OAuthError)), key=lambda kind: kind.__name__)


def test_the_families_have_been_found() -> None:
    assert {TemporarilyUnavailable, IdTokenRefused, IssuerRefusedUs} <= set(PROBLEMS)
    assert {InvalidGrant, InvalidRequest} <= set(OAUTH_ERRORS)


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
def test_no_problem_has_an_error_member_which_would_sign_the_user_out(kind: type[Problem]) -> None:
    status, headers, body = build_error(kind(DETAIL, retry_after=17))

    assert "error" not in json.dumps(sorted(body))
    assert headers == {"Content-Type": "application/problem+json", "Retry-After": "17"}
    assert status == body["status"]
    assert status >= 500 or status == 409
    assert set(body) == {"type", "title", "status", "detail", "reason"}
    assert DETAIL not in json.dumps(body)


@pytest.mark.parametrize("kind", OAUTH_ERRORS, ids=lambda kind: kind.__name__)
def test_an_oauth_error_has_a_code_and_a_fixed_text(kind: type[OAuthError]) -> None:
    status, headers, body = build_error(kind(""))

    assert status == (401 if kind is UnwantedCredentials else 400)
    assert headers["Content-Type"] == "application/json"
    assert body == {"error": kind.error, "error_description": kind.description}
    assert kind.error.replace("_", "").isalpha()


def test_only_an_invalid_request_says_which_parameter_it_is() -> None:
    assert build_error(InvalidRequest("code is missing"))[2]["error_description"] == (
        "code is missing"
    )
    for kind in set(OAUTH_ERRORS) - {InvalidRequest}:
        assert DETAIL not in json.dumps(build_error(kind(DETAIL))[2])


def test_only_invalid_grant_is_called_so() -> None:
    assert [kind for kind in OAUTH_ERRORS if kind.error == "invalid_grant"] == [InvalidGrant]  # type: ignore[attr-defined]


@pytest.mark.parametrize("reason", list(Reason))
def test_a_bad_token_is_401_with_its_reason_in_header_and_body(reason: Reason) -> None:
    status, headers, body = build_error(InvalidToken(reason, DETAIL))

    assert status == 401
    assert (body["error"], body["reason"]) == ("invalid_token", reason.value)
    assert body["error_description"] == reason.description
    assert body["www_authenticate"] == headers["WWW-Authenticate"]
    assert headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    assert DETAIL not in json.dumps([headers, body])


def test_the_reasons_are_the_closed_list() -> None:
    assert {reason.value for reason in Reason} == {
        "malformed",
        "too_large",
        "encrypted",
        "unsupported_algorithm",
        "wrong_type",
        "unknown_issuer",
        "unknown_key",
        "bad_signature",
        "expired",
        "not_yet_valid",
        "issued_in_future",
        "too_old",
        "wrong_audience",
        "wrong_authorized_party",
        "wrong_nonce",
        "wrong_token_hash",
        "missing_claim",
        "invalid_claim",
        "inactive",
    }


def test_no_token_is_401_with_a_bare_challenge_and_no_error() -> None:
    status, headers, body = build_error(MissingToken())

    assert status == 401
    assert headers["WWW-Authenticate"] == "Bearer"
    assert "error" not in body
    assert "reason" not in body


def test_every_failure_has_a_face() -> None:
    for name in vars(errors):
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, OAuthError | Problem):
            has_face = hasattr(kind, "description")
            assert has_face or kind in (OAuthError, Problem)
