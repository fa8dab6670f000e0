"""Opaque tokens: the issuer is asked, as seldom as is safe, and believed as far as it goes."""

import json
from typing import Any

import pytest

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.introspect_token import (
    MAX_REMEMBERED,
    REMEMBERED_FOR,
    IntrospectToken,
)
from relying_party.errors import (
    InsufficientScope,
    InvalidToken,
    NoAnswer,
    Reason,
    TemporarilyUnavailable,
)
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import AuthenticationMethod
from relying_party.protocol.http_message import FormRequest, HttpReply
from tests.fakes import EXAMPLE, METADATA, Clock, FakeSecrets, FakeTokenEndpoint, Fleet
from tests.tokens import CLIENT_ID, ISSUER, NOW, SUBJECT, signing_key

ENDPOINT = f"{ISSUER}/introspect"
CLIENT = Client(
    name="app",
    issuer=EXAMPLE,
    client_id=CLIENT_ID,
    access_token_profile=AccessTokenProfile.OPAQUE,
    authentication=AuthenticationMethod.CLIENT_SECRET_POST,
    secret_name="app",
)


class World:
    """One container, an issuer that answers as it is told to, and a clock."""

    def __init__(self, issuer: FakeTokenEndpoint | None = None) -> None:
        fleet = Fleet(signing_key())
        fleet.issuer.metadata = {**METADATA, "introspection_endpoint": ENDPOINT}
        self.fleet = fleet
        self.clock: Clock = fleet.clock
        self.issuer = issuer or FakeTokenEndpoint()
        self.secrets = FakeSecrets(app="s3cret")
        credentials = ClientCredentials(
            self.secrets, self.secrets.reread, self.clock, lambda: "jti-1"
        )
        self._introspect = IntrospectToken(
            {EXAMPLE.name: fleet.container()}, self.issuer, credentials, self.clock
        )
        self.says(active=True, client_id=CLIENT_ID, sub=SUBJECT, scope="read write")

    def says(self, **members: Any) -> None:
        self.issuer.reply = HttpReply(200, {}, json.dumps(members).encode())

    def ask(self, token: str = "opaque", scope: str = "", client: Client = CLIENT) -> Any:
        wanted = frozenset(scope.split())
        return self._introspect(token, client, wanted, deadline=self.clock() + 5)


@pytest.fixture
def world() -> World:
    return World()


def refusal(world: World, **asked: Any) -> Reason:
    with pytest.raises(InvalidToken) as raised:
        world.ask(**asked)
    return raised.value.reason


def test_the_issuer_is_asked_as_rfc_7662_has_it(world: World) -> None:
    assert world.ask() == {"client_id": CLIENT_ID, "sub": SUBJECT, "scope": "read write"}
    (request,) = world.issuer.requests
    assert request.url == ENDPOINT
    assert request.fields == {
        "token": "opaque",
        "token_type_hint": "access_token",
        "client_id": CLIENT_ID,
        "client_secret": "s3cret",
    }


def test_an_active_token_is_believed_for_a_short_while(world: World) -> None:
    world.ask()
    world.clock.advance(REMEMBERED_FOR - 1)
    world.says(active=False)
    assert world.ask()["sub"] == SUBJECT
    world.clock.advance(1)
    assert refusal(world) is Reason.INACTIVE
    assert len(world.issuer.requests) == 2


def test_what_is_not_active_is_asked_again(world: World) -> None:
    world.says(active=False)
    assert refusal(world) is Reason.INACTIVE
    world.says(active=True, aud=CLIENT_ID)
    assert world.ask() == {"aud": CLIENT_ID}


def test_a_remembered_token_still_expires(world: World) -> None:
    world.says(active=True, client_id=CLIENT_ID, exp=NOW + 10)
    world.ask()
    world.clock.now = NOW + 10 + CLIENT.clock_skew
    assert refusal(world) is Reason.EXPIRED


def test_the_scope_of_a_remembered_token_is_compared_each_time(world: World) -> None:
    world.ask(scope="read")
    with pytest.raises(InsufficientScope):
        world.ask(scope="read delete")
    assert len(world.issuer.requests) == 1


def test_what_one_client_was_told_is_not_told_to_another(world: World) -> None:
    world.ask()
    other = Client(
        name="other",
        issuer=EXAMPLE,
        client_id="other-app",
        authentication=AuthenticationMethod.CLIENT_SECRET_POST,
        secret_name="app",
    )
    world.says(active=False)
    assert refusal(world, client=other) is Reason.INACTIVE


def test_the_memory_is_bounded_and_forgets_the_oldest(world: World) -> None:
    for number in range(MAX_REMEMBERED + 1):
        world.ask(f"token-{number}")
    asked = len(world.issuer.requests)
    world.ask(f"token-{MAX_REMEMBERED}")
    assert len(world.issuer.requests) == asked
    world.ask("token-0")
    assert len(world.issuer.requests) == asked + 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (HttpReply(500, {}, b"<html>"), "an error page"),
        (HttpReply(200, {}, b"<html>"), "a page that says 200"),
        (HttpReply(200, {}, b'{"sub": "user-1"}'), "no active"),
        (HttpReply(200, {}, b'{"active": "true"}'), "active as a string"),
        (HttpReply(200, {}, b'{"active": 1}'), "active as a number"),
        (HttpReply(401, {}, b'{"active": true}'), "our credentials are refused"),
        (HttpReply(401, {}, b'{"active": false}'), "our credentials are refused, politely"),
        (NoAnswer("ReadTimeout"), "no answer"),
        (TemporarilyUnavailable("ConnectionError"), "not reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_says_nothing_is_not_taken_for_inactive(
    world: World, reply: HttpReply | Exception, why: str
) -> None:
    world.issuer.reply = reply
    with pytest.raises(TemporarilyUnavailable):
        world.ask()


def test_without_an_endpoint_a_secret_or_time_nothing_is_asked_and_nothing_said() -> None:
    without_endpoint = World()
    del without_endpoint.fleet.issuer.metadata["introspection_endpoint"]
    without_secret = World()
    without_secret.secrets.secrets = {}
    for world in (without_endpoint, without_secret):
        with pytest.raises(TemporarilyUnavailable):
            world.ask()
        assert not world.issuer.requests


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("a" * (16 * 1024 + 1), Reason.TOO_LARGE),
        ("", Reason.MALFORMED),
        ("line\nfeed", Reason.MALFORMED),
        ("\u00e9", Reason.MALFORMED),
        ("\ud800", Reason.MALFORMED),
    ],
    ids=["too large", "empty", "control", "beyond ASCII", "half a surrogate pair"],
)
def test_what_no_access_token_can_be_is_not_sent_to_the_issuer(
    world: World, token: str, reason: Reason
) -> None:
    assert refusal(world, token=token) is reason
    assert not world.issuer.requests


class Rotating(FakeTokenEndpoint):
    """Knows one secret and no other."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def __call__(self, request: FormRequest, *, timeout: float) -> HttpReply:
        self.requests.append(request)
        known = request.fields["client_secret"] == self._secret
        said = json.dumps({"active": True, "client_id": CLIENT_ID}).encode()
        return HttpReply(200, {}, said) if known else HttpReply(401, {}, b"{}")


@pytest.mark.parametrize(
    ("known", "asked_with"),
    [
        ("s3cret", ["s3cret"]),
        ("next", ["s3cret", "next"]),
        ("previous", ["s3cret", "next", "previous"]),
    ],
)
def test_a_secret_that_is_being_rotated_makes_no_token_unexaminable(
    known: str, asked_with: list[str]
) -> None:
    rotating = Rotating(known)
    world = World(rotating)
    world.secrets.versions = {"app": ["next", "previous"]}
    assert world.ask() == {"client_id": CLIENT_ID}
    assert [request.fields["client_secret"] for request in rotating.requests] == asked_with


def test_a_secret_that_nobody_knows_says_nothing_about_the_token() -> None:
    with pytest.raises(TemporarilyUnavailable):
        World(Rotating("another")).ask()


def test_the_longest_token_is_asked_about(world: World) -> None:
    assert world.ask("a" * 16 * 1024)["sub"] == SUBJECT
