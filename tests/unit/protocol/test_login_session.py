"""The rules of a sign-in under way, one by one, and in whatever order they are met."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidGrant, InvalidRequest, OAuthError
from relying_party.protocol.login_session import (
    LIFETIME,
    LoginSecrets,
    LoginSession,
    begun,
    dump_secrets,
    ended,
    parse_secrets,
    parse_user,
    require_live,
    require_own_code,
    require_own_nonce,
    require_own_redirect_uri,
    require_own_verifier,
    require_repeatable,
    require_unserved,
    secrets_record,
    served,
    session_name,
    user_record,
)
from relying_party.protocol.pkce import build_code_challenge

VERIFIER = "v" * 43
OURS = LoginSecrets("nonce", VERIFIER)
THEIRS = LoginSecrets("nonce")
BEGUN = begun(LoginSession("app", "app.example:/cb", "https://us/cb"), b"sealed", 1000, "1")
SERVED = served(BEGUN, "code", b"", "2")
FAILED = served(BEGUN, None, b"", "2")
ENDED = ended(SERVED, "code", 1100, "3")
DIRECT = replace(BEGUN, callback="")
CHALLENGED = replace(BEGUN, code_challenge=build_code_challenge(VERIFIER))


def test_a_sign_in_has_ten_minutes() -> None:
    assert begun(DIRECT, b"sealed", 1000, "1").expires_at == 1000 + 600


@pytest.mark.parametrize("now", [1000, 1000 + LIFETIME - 1])
def test_a_session_of_the_client_is_live_for_its_time(now: float) -> None:
    assert require_live(BEGUN, "app", now) is BEGUN


@pytest.mark.parametrize(
    ("session", "client", "now"),
    [(None, "app", 1000), (BEGUN, "other", 1000), (BEGUN, "app", 1000 + LIFETIME)],
    ids=["none", "another client's", "too old"],
)
def test_what_is_not_live_is_all_the_same_to_the_caller(
    session: LoginSession | None, client: str, now: float
) -> None:
    with pytest.raises(InvalidGrant):
        require_live(session, client, now)


@pytest.mark.parametrize("session", [SERVED, FAILED, ENDED, DIRECT, ended(DIRECT, "c", 1, "2")])
def test_the_callback_takes_one_answer_and_only_where_one_is_due(session: LoginSession) -> None:
    with pytest.raises(InvalidGrant):
        require_unserved(session)


@pytest.mark.parametrize(
    ("session", "code", "fine"),
    [
        (SERVED, "code", True),
        (SERVED, "other", False),
        (BEGUN, "code", False),
        (FAILED, "code", False),
        (ENDED, "code", True),
        (ENDED, "other", False),
        (DIRECT, "code", True),
        (ended(DIRECT, "code", 1, "2"), "other", False),
    ],
)
def test_the_code_is_the_one_that_came(session: LoginSession, code: str, *, fine: bool) -> None:
    allowed(lambda: require_own_code(session, code), None if fine else InvalidGrant)


@pytest.mark.parametrize(
    ("session", "now", "fine"), [(SERVED, 9999, True), (ENDED, 1159, True), (ENDED, 1160, False)]
)
def test_an_exchanged_sign_in_is_repeated_within_the_window(
    session: LoginSession, now: float, *, fine: bool
) -> None:
    allowed(lambda: require_repeatable(session, 60, now), None if fine else InvalidGrant)


@pytest.mark.parametrize(
    ("session", "secrets", "verifier", "refusal"),
    [
        pytest.param(BEGUN, OURS, None, None, id="ours"),
        pytest.param(BEGUN, OURS, VERIFIER, InvalidRequest, id="a verifier, no challenge"),
        pytest.param(CHALLENGED, THEIRS, VERIFIER, None, id="theirs"),
        pytest.param(CHALLENGED, THEIRS, None, InvalidRequest, id="a challenge, no verifier"),
        pytest.param(CHALLENGED, THEIRS, "short", InvalidRequest, id="malformed"),
        pytest.param(CHALLENGED, THEIRS, "w" * 43, InvalidGrant, id="another's"),
    ],
)
def test_the_verifier_is_judged_here(
    session: LoginSession,
    secrets: LoginSecrets,
    verifier: str | None,
    refusal: type[OAuthError] | None,
) -> None:
    allowed(lambda: require_own_verifier(session, secrets, verifier), refusal)


@given(st.text(), st.text())
def test_no_other_verifier_fits_a_challenge(verifier: str, other: str) -> None:
    session = replace(BEGUN, code_challenge=build_code_challenge(VERIFIER))
    for presented in (verifier, other):
        if presented != VERIFIER:
            with pytest.raises(OAuthError):
                require_own_verifier(session, THEIRS, presented)


def test_the_verifier_that_goes_to_the_provider_is_the_challenge_s() -> None:
    assert require_own_verifier(BEGUN, OURS, None) == VERIFIER
    assert require_own_verifier(CHALLENGED, THEIRS, VERIFIER) == VERIFIER


def test_a_step_changes_what_it_says_and_nothing_else() -> None:
    assert replace(BEGUN, served=True, user=b"u", revision="2") == served(BEGUN, None, b"u", "2")
    assert replace(SERVED, ended_at=1, revision="3") == ended(SERVED, "code", 1, "3")


def test_each_state_has_a_name_of_its_own_that_does_not_tell_it() -> None:
    names = {session_name(state) for state in ("a", "b", "")}
    assert len(names) == 3
    assert all(len(name) == 64 for name in names)


def test_nonce_and_redirect_uri_may_be_left_out_and_not_differ() -> None:
    assert require_own_nonce(OURS, None) == require_own_nonce(OURS, "nonce") == "nonce"
    assert require_own_redirect_uri(BEGUN, None) == "https://us/cb"
    assert require_own_redirect_uri(DIRECT, "app.example:/cb") == "app.example:/cb"
    allowed(lambda: require_own_nonce(OURS, "ünlike"), InvalidGrant)
    allowed(lambda: require_own_redirect_uri(BEGUN, "https://us/cb"), InvalidGrant)


@given(st.text(), st.text(), st.text())
def test_names_and_keys_are_of_both_secrets(state: str, secret: str, other: str) -> None:
    key = secrets_record(state, secret).key
    assert (key == secrets_record(state, other).key) is (secret == other)
    assert key != user_record(state, secret).key


def test_the_secrets_survive_their_sealing_and_show_nothing() -> None:
    assert parse_secrets(dump_secrets(OURS)) == OURS
    assert VERIFIER not in repr(OURS)
    assert b"sealed" not in repr(BEGUN).encode()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a":1,"a":2}'])
def test_a_user_that_is_no_json_object_is_none(text: str) -> None:
    assert parse_user(text) is None


def allowed(call: Callable[[], object], refusal: type[OAuthError] | None) -> None:
    if refusal is None:
        call()
        return
    with pytest.raises(refusal):
        call()
