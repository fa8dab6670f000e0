"""Whatever a request asks is judged each time, however well the token is known."""

from typing import Any

import jwt
import pytest

from relying_party.application import repeat_cache
from relying_party.errors import InsufficientScope, Reason
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import build_token_hash
from relying_party.protocol.verified_token import TokenUse
from tests.fakes import EXAMPLE
from tests.tokens import CLIENT_ID, NONCE, NOW, encode_json, id_token_claims, tampered
from tests.unit.application.warm_container import APP, Container, access_token, id_token


@pytest.fixture
def container() -> Container:
    return Container()


@pytest.mark.parametrize(
    ("known", "asked", "expected"),
    [
        ({"nonce": NONCE}, {"nonce": "another"}, Reason.WRONG_NONCE),
        ({}, {"nonce": "another"}, Reason.WRONG_NONCE),
        ({"max_age": 100}, {"max_age": 10}, Reason.TOO_OLD),
        ({"acr_values": frozenset({"mfa"})}, {"acr_values": frozenset({"phr"})}, None),
        ({"access_token": "at"}, {"access_token": "other"}, Reason.WRONG_TOKEN_HASH),
        ({"code": "code"}, {"code": "other"}, Reason.WRONG_TOKEN_HASH),
    ],
)
def test_what_the_request_knows_is_compared_each_time(
    container: Container, known: Any, asked: Any, expected: Reason | None
) -> None:
    token = id_token(
        auth_time=NOW - 90,
        acr="mfa",
        at_hash=build_token_hash("at", "RS256"),
        c_hash=build_token_hash("code", "RS256"),
    )
    container.learn(token, **known)

    assert container.reason(token, **asked) is (expected or Reason.INVALID_CLAIM)
    assert container.reason(token, **known) is None


def test_max_age_runs_out_while_the_token_is_remembered(container: Container) -> None:
    token = id_token(auth_time=NOW)
    container.learn(token, max_age=40)

    container.fleet.clock.advance(100)
    assert container.reason(token, max_age=40) is None
    container.fleet.clock.advance(1)
    assert container.reason(token, max_age=40) is Reason.TOO_OLD


def test_a_scope_that_is_too_narrow_is_too_narrow_for_a_known_token(container: Container) -> None:
    container.learn(access_token(), token_use=TokenUse.ACCESS_TOKEN, scope=frozenset({"read"}))

    with pytest.raises(InsufficientScope):
        container.ask(
            access_token(), token_use=TokenUse.ACCESS_TOKEN, scope=frozenset({"read", "write"})
        )


def test_a_token_known_for_one_use_is_not_known_for_another(container: Container) -> None:
    container.learn(access_token(), token_use=TokenUse.ACCESS_TOKEN)
    container.learn(id_token())

    assert container.reason(access_token()) is Reason.WRONG_TYPE
    assert container.reason(id_token(), token_use=TokenUse.ACCESS_TOKEN) is Reason.WRONG_TYPE


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Client("app", EXAMPLE, "other"), Reason.WRONG_AUDIENCE),
        (
            Client("app", EXAMPLE, "other", audiences=frozenset({CLIENT_ID})),
            Reason.WRONG_AUTHORIZED_PARTY,
        ),
        (Client("app", EXAMPLE, CLIENT_ID, required_claims={"hd": ("a",)}), Reason.MISSING_CLAIM),
        (
            Client("app", EXAMPLE, CLIENT_ID, id_token_algorithms=frozenset({"ES256"})),
            Reason.UNSUPPORTED_ALGORITHM,
        ),
    ],
)
def test_a_token_known_for_one_client_is_not_known_for_another(
    container: Container, other: Client, expected: Reason
) -> None:
    token = id_token(azp=CLIENT_ID)
    container.learn(token)

    assert container.reason(token, other) is expected


def test_the_first_client_that_fits_is_named_whichever_was_asked_about_before(
    container: Container,
) -> None:
    strict = Client("strict", EXAMPLE, CLIENT_ID, nonce_may_be_hashed=True)
    container.learn(id_token(), APP)

    assert [container.ask(id_token(), strict, APP).client for _ in range(4)] == ["strict"] * 4
    assert container.ask(id_token(), APP, strict).client == "app"


def test_where_one_client_does_not_fit_a_request_another_may(container: Container) -> None:
    lax = Client("lax", EXAMPLE, CLIENT_ID, clock_skew=300)
    token = id_token(auth_time=NOW - 200)
    container.learn(token, APP, lax)

    assert container.ask(token, APP, lax, max_age=0).client == "lax"
    assert container.ask(token, APP, lax).client == "app"


def test_a_client_that_fits_one_request_only_is_not_remembered_for_the_next(
    container: Container,
) -> None:
    lax = Client("lax", EXAMPLE, CLIENT_ID, clock_skew=300)
    token = id_token(auth_time=NOW - 200)

    assert [container.ask(token, APP, lax, max_age=0).client for _ in range(4)] == ["lax"] * 4
    assert container.ask(token, APP, lax).client == "app"


def test_a_token_is_remembered_for_the_client_whose_it_is_among_all(container: Container) -> None:
    container.learn(id_token(), Client("other", EXAMPLE, "other-app"), APP)


def test_the_signature_of_a_known_token_makes_nothing_else_known(container: Container) -> None:
    container.learn(id_token())
    head, _, signature = id_token().split(".")
    forged = f"{head}.{encode_json(id_token_claims(sub='someone else'))}.{signature}"

    assert container.reason(forged) is Reason.BAD_SIGNATURE
    assert container.reason(tampered(id_token())) is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("odd", ["\udc80", "é", "." * 3, "x" * 16384])
def test_an_odd_token_that_ends_as_a_known_one_is_refused_as_ever(
    container: Container, odd: str
) -> None:
    container.learn(id_token())

    refusal = container.reason(odd + id_token())
    assert refusal is not None
    assert refusal is Container().reason(odd + id_token())


def test_what_is_too_long_is_not_hashed_to_tell_whether_it_is_known(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    container.learn(id_token())
    monkeypatch.setattr(repeat_cache, "sha256", None)

    assert container.reason("x" * 16384 + id_token()) is Reason.TOO_LARGE
    with pytest.raises(TypeError):
        container.ask(id_token())


def test_who_asks_about_a_token_in_two_ways_in_turn_has_it_verified_each_time(
    container: Container,
) -> None:
    other = Client("other", EXAMPLE, "other")
    for count in range(2, 12, 2):
        container.ask(id_token(), APP)
        container.ask(id_token(), other, APP)
        assert container.repeats.checked == count

    assert len(container.repeats.findings) == 1


def test_a_token_under_a_secret_is_never_remembered(container: Container) -> None:
    pinned = Client(
        "app", EXAMPLE, CLIENT_ID, id_token_algorithms=frozenset({"HS256"}), secret_name="app"
    )
    token = jwt.encode(id_token_claims(), "s" * 32, "HS256")
    for _ in range(5):
        assert container.reason(token, pinned) is None
    secrets: Any = container.verify.read_secret
    secrets.secrets["app"] = "t" * 32

    assert container.reason(token, pinned) is Reason.BAD_SIGNATURE
