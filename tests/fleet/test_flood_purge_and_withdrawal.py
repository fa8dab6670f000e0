"""Strangers' keys, purged keys and withdrawn keys, in virtual time and for the whole fleet."""

from functools import partial

import pytest

from relying_party.protocol.key_cache import COMPARE_EVERY, FORCED_COOLDOWN, SETTLED_AFTER
from tests.fleet.virtual_dynamodb import Fault
from tests.fleet.virtual_fleet import (
    ACCEPTED,
    SCHEDULE,
    Container,
    VirtualFleet,
    flood,
    token_by,
)
from tests.tokens import signing_key

OLD, NEW = signing_key(kid="old"), signing_key(kid="new", number=1)
FOREVER = {"cache-control": "max-age=86400"}
"""Nothing but what a test does makes the fleet fetch."""

FLOOD, FLOODED, FLOOD_SECONDS = 100_000, 5, 300


def fleet_of(count: int) -> tuple[VirtualFleet, list[Container]]:
    fleet = VirtualFleet(OLD)
    fleet.issuer.headers = FOREVER
    containers = fleet.containers(count)
    fleet.warm(containers, token_by(OLD))
    fleet.forget()
    return fleet, containers


def most_in_any(seconds: float, moments: list[float]) -> int:
    return max(sum(at <= other < at + seconds for other in moments) for at in moments)


def test_a_flood_of_made_up_keys_costs_one_fetch_per_cooldown_and_refuses_nobody() -> None:
    fleet, containers = fleet_of(FLOODED)
    for container in containers:
        share = FLOOD // FLOODED
        fleet.time.start(partial(flood, fleet, container, token_by(OLD), share, FLOOD_SECONDS))
    users = fleet.containers(20)
    for number in range(10):
        fleet.present(users, token_by(OLD), after=number * FLOOD_SECONDS / 10)
    fleet.time.run()

    strangers = [one.said for one in fleet.verdicts if one.container <= FLOODED]
    assert len(strangers) == FLOOD // FLOODED * FLOODED
    assert set(strangers) <= {"503", "unknown_key"}
    assert [one.said for one in fleet.verdicts if one.container > FLOODED] == [ACCEPTED] * 200
    assert most_in_any(FORCED_COOLDOWN, fleet.issuer.asked_at) == 1
    assert fleet.issuer.requests >= FLOOD_SECONDS / FORCED_COOLDOWN / 2


def test_a_rotation_during_a_flood_is_met_within_one_cooldown() -> None:
    fleet, containers = fleet_of(FLOODED)
    for container in containers:
        fleet.time.start(partial(flood, fleet, container, token_by(OLD), 2000, 120))
    fleet.time.start(lambda: setattr(fleet.issuer, "keys", (NEW, OLD)), after=50)
    users = fleet.containers(20)
    rotated_at = fleet.time.now + 50
    fleet.present(users, token_by(NEW, iat=rotated_at), after=50.1, ask=fleet.ask_until_decided)
    fleet.time.run()

    answers = [one for one in fleet.verdicts if one.container > FLOODED]
    assert {one.said for one in answers} <= {ACCEPTED, "503"}
    accepted = [one.at for one in answers if one.said == ACCEPTED]
    assert len(accepted) == len(users)
    assert max(accepted) < rotated_at + FORCED_COOLDOWN + 5


def test_a_name_that_nobody_publishes_is_refused_once_its_key_would_have_been_published() -> None:
    fleet, [container, *_] = fleet_of(1)
    unknown = token_by(NEW, iat=fleet.time.now)
    fleet.time.start(partial(fleet.ask_until_decided, container, unknown))
    issued_at = fleet.time.now
    fleet.time.run()

    assert [one.said for one in fleet.verdicts[:-1]] == ["503"] * (len(fleet.verdicts) - 1)
    assert fleet.verdicts[-1].said == "unknown_key"
    assert issued_at + SETTLED_AFTER <= fleet.verdicts[-1].at
    assert fleet.verdicts[-1].at <= issued_at + SETTLED_AFTER + FORCED_COOLDOWN + 5


def keep_asking(fleet: VirtualFleet, container: Container, seconds: float) -> None:
    """Present a token by the old key about every two seconds."""
    until = fleet.time.now + seconds
    while fleet.time.now < until:
        fleet.ask(container, token_by(OLD))
        fleet.time.sleep(fleet.time.random.uniform(0.5, 3.5))


@pytest.mark.parametrize("issuer", ["answers", "fails"])
def test_a_purge_reaches_every_container_within_a_minute(issuer: str) -> None:
    fleet, containers = fleet_of(100)
    fleet.issuer.keys = (NEW,)
    fleet.issuer.hangs = issuer == "fails"
    purged_at = fleet.time.now + 90
    fleet.purge(fleet.container(), after=90)
    for container in containers:
        fleet.time.start(partial(keep_asking, fleet, container, 240))
    fleet.time.run()

    accepted = [one.at for one in fleet.verdicts if one.said == ACCEPTED]
    assert purged_at < max(accepted) <= purged_at + COMPARE_EVERY + 1
    afterwards = {one.said for one in fleet.verdicts if one.asked_at > purged_at + 65}
    assert afterwards <= ({"503"} if fleet.issuer.hangs else {"503", "unknown_key"})


@pytest.mark.parametrize("skew", [0, 2])
def test_a_withdrawn_key_is_refused_everywhere_within_the_interval_and_a_minute(
    skew: float,
) -> None:
    fleet, _ = fleet_of(1)
    containers = [fleet.container(fleet.time.random.uniform(-skew, skew)) for _ in range(100)]
    end = fleet.time.now + 900
    fleet.schedule(fleet.container(), first=10, while_=lambda: fleet.time.now < end)
    withdrawn_at = fleet.time.now + 200
    fleet.time.start(lambda: setattr(fleet.issuer, "keys", (NEW,)), after=200)
    for container in containers:
        fleet.time.start(partial(keep_asking, fleet, container, 900))
    fleet.time.run()

    accepted = [one.at for one in fleet.verdicts if one.said == ACCEPTED]
    assert withdrawn_at < max(accepted) <= withdrawn_at + SCHEDULE + COMPARE_EVERY + 1
    assert "bad_signature" not in fleet.said()


def test_while_the_store_is_gone_a_purge_is_refused_and_told_to_the_operator() -> None:
    fleet, containers = fleet_of(3)
    fleet.dynamodb.fault = lambda *_: Fault.DOWN
    refused: list[str] = []

    def purge() -> None:
        try:
            containers[0].keys.purge()
        except Exception as error:  # noqa: BLE001 - its name is what is asked for
            refused.append(type(error).__name__)

    fleet.time.start(purge)
    fleet.present(containers, token_by(OLD), after=90)
    fleet.time.run()

    assert refused == ["StoreUnavailable"]
    assert fleet.said() == {ACCEPTED: 3}
    assert fleet.events["store_unavailable"] == 3
