"""A thousand containers and one issuer, in virtual time: what no rotation may cost."""

import pytest

from relying_party.protocol.key_cache import FORCED_COOLDOWN
from tests.fleet.capacity import peak
from tests.fleet.virtual_dynamodb import Fault
from tests.fleet.virtual_fleet import ACCEPTED, Container, VirtualFleet, token_by
from tests.fleet.virtual_issuer import LATENCY
from tests.tokens import signing_key
from tests.virtual_time import Actor

CONTAINERS = 1000
MOST_READ_UNITS, MOST_WRITE_UNITS = 2000, 700
LONGEST_WAIT = 5.0
"""Seconds until a token signed by a new key is verified, in the slowest of all containers."""

OLD, NEW = signing_key(kid="old"), signing_key(kid="new", number=1)


def fleet_before_rotation(seed: int = 0) -> VirtualFleet:
    """Return a fleet whose store has the keys of an ordinary fetch."""
    fleet = VirtualFleet(OLD, seed=seed)
    fleet.warm([fleet.container()], token_by(OLD))
    return fleet


def rotate(fleet: VirtualFleet) -> None:
    fleet.issuer.keys = (NEW, OLD)
    fleet.forget()


def containers_of(fleet: VirtualFleet, state: str) -> list[Container]:
    containers = fleet.containers(CONTAINERS)
    if state == "warm":
        fleet.warm(containers, token_by(OLD), within=30)
    return containers


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("state", ["cold", "warm"])
def test_a_thousand_containers_meet_a_rotation_and_one_of_them_asks_the_issuer(
    state: str, seed: int
) -> None:
    fleet = fleet_before_rotation(seed)
    containers = containers_of(fleet, state)
    rotate(fleet)

    fleet.present(containers, token_by(NEW, iat=fleet.time.now))
    fleet.time.run()

    assert fleet.issuer.requests == 1
    assert fleet.said() == {ACCEPTED: CONTAINERS}
    assert max(verdict.at - verdict.asked_at for verdict in fleet.verdicts) < LONGEST_WAIT
    assert peak(fleet.dynamodb.spent, "read") <= MOST_READ_UNITS
    assert peak(fleet.dynamodb.spent, "write") <= MOST_WRITE_UNITS


def test_a_thousand_containers_of_a_new_deployment_fetch_once() -> None:
    fleet = VirtualFleet(OLD)

    fleet.present(fleet.containers(CONTAINERS), token_by(OLD))
    fleet.time.run()

    assert fleet.issuer.requests == 1
    assert fleet.said() == {ACCEPTED: CONTAINERS}
    assert peak(fleet.dynamodb.spent, "read") <= MOST_READ_UNITS
    assert peak(fleet.dynamodb.spent, "write") <= MOST_WRITE_UNITS


def test_certificates_beside_the_keys_cost_no_reads() -> None:
    """Six keys with their chains are 20 KB, as one large provider publishes them."""
    published = [{**NEW.jwk, "kid": f"{i}", "x5c": ["MIID" * 800]} for i in range(5)]
    fleet = VirtualFleet({**OLD.jwk, "x5c": ["MIID" * 800]}, *published)
    fleet.warm([fleet.container()], token_by(OLD))
    fleet.forget()

    fleet.present(fleet.containers(CONTAINERS), token_by(OLD))
    fleet.time.run()

    assert fleet.said() == {ACCEPTED: CONTAINERS}
    assert peak(fleet.dynamodb.spent, "read") <= MOST_READ_UNITS


def test_clocks_that_are_two_seconds_off_change_nothing() -> None:
    fleet = fleet_before_rotation()
    rotate(fleet)
    skewed = [fleet.container(skew=fleet.time.random.uniform(-2, 2)) for _ in range(200)]

    fleet.present(skewed, token_by(NEW, iat=fleet.time.now))
    fleet.time.run()

    assert fleet.issuer.requests == 1
    assert fleet.said() == {ACCEPTED: len(skewed)}


def test_a_set_fetched_by_a_clock_that_is_ahead_is_used_by_one_that_is_behind() -> None:
    fleet = VirtualFleet(OLD)
    fleet.warm([fleet.container(skew=2)], token_by(OLD))
    fleet.forget()

    fleet.warm([fleet.container(skew=-2)], token_by(OLD), within=0)

    assert (fleet.issuer.requests, fleet.said()) == (0, {ACCEPTED: 1})


def test_where_the_holder_of_the_lease_is_killed_another_takes_over() -> None:
    fleet = fleet_before_rotation()
    containers = fleet.containers(200)
    rotate(fleet)
    killed: list[Actor | None] = []

    def kill_the_first() -> None:
        if not killed and fleet.time.running:
            killed.append(fleet.time.running)
            fleet.time.running.kill()

    fleet.issuer.during = kill_the_first
    token = token_by(NEW, iat=fleet.time.now)
    fleet.present(containers, token, ask=fleet.ask_until_decided)
    fleet.time.run()

    assert fleet.issuer.requests == 2
    assert max(fleet.issuer.asked_at) < min(fleet.issuer.asked_at) + FORCED_COOLDOWN + LONGEST_WAIT
    assert fleet.said()[ACCEPTED] == len(containers) - 1
    assert fleet.said().keys() <= {ACCEPTED, "503"}


def test_while_the_issuer_hangs_good_tokens_are_verified_and_new_ones_wait() -> None:
    fleet = fleet_before_rotation()
    containers = fleet.containers(200)
    rotate(fleet)
    fleet.issuer.hangs = True
    started = fleet.time.now
    token = token_by(NEW, iat=started)
    fleet.time.start(lambda: setattr(fleet.issuer, "hangs", False), after=20)
    fleet.present(containers, token, ask=fleet.ask_until_decided)
    fleet.present(containers, token_by(OLD), after=60)
    fleet.time.run()

    assert fleet.said().keys() == {ACCEPTED, "503"}
    assert fleet.said()[ACCEPTED] == 2 * len(containers)
    assert len([at for at in fleet.issuer.asked_at if at < started + 29]) == 1
    assert fleet.issuer.requests == 2


@pytest.mark.parametrize("operations", [("PutItem", "TransactWriteItems"), ("GetItem", "Query")])
def test_throttling_slows_the_fleet_down_and_sends_nobody_to_the_issuer(
    operations: tuple[str, ...],
) -> None:
    fleet = fleet_before_rotation()
    containers = fleet.containers(200)
    rotate(fleet)
    until = fleet.time.now + 3

    def throttle(operation: str, attempt: int) -> Fault:
        busy = operation in operations and fleet.time.now < until
        return Fault.THROTTLED if busy and fleet.time.random.random() < 0.9 else Fault.NONE

    fleet.dynamodb.fault = throttle
    token = token_by(NEW, iat=fleet.time.now)
    fleet.present(containers, token, ask=fleet.ask_until_decided)
    fleet.time.run()

    assert fleet.issuer.requests == 1
    assert fleet.said()[ACCEPTED] == len(containers)
    assert fleet.said().keys() <= {ACCEPTED, "503"}
    assert fleet.events["store_unavailable"] > 0


@pytest.mark.parametrize("write", [1, 2])
def test_a_write_whose_answer_is_lost_costs_no_second_request(write: int) -> None:
    """The first write takes the lease, the second one publishes the set."""
    fleet = fleet_before_rotation()
    containers = fleet.containers(200)
    rotate(fleet)
    writes: list[str] = []

    def lose_one(operation: str, attempt: int) -> Fault:
        if operation not in ("PutItem", "TransactWriteItems"):
            return Fault.NONE
        writes.append(operation)
        expected = "PutItem" if write == 1 else "TransactWriteItems"
        lost = operation == expected and writes.count(expected) == 1
        return Fault.LOST_ANSWER if lost else Fault.NONE

    fleet.dynamodb.fault = lose_one
    fleet.present(containers, token_by(NEW, iat=fleet.time.now))
    fleet.time.run()

    assert fleet.issuer.requests == 1
    assert fleet.said() == {ACCEPTED: len(containers)}


def test_a_rotation_one_second_after_an_ordinary_fetch_is_met_by_the_first_token() -> None:
    fleet = fleet_before_rotation()
    [container] = fleet.containers(1)
    fleet.present([container], token_by(OLD))
    fleet.time.run()
    rotate(fleet)

    fleet.present([container], token_by(NEW, iat=fleet.time.now), after=1)
    fleet.time.run()

    [verdict] = fleet.verdicts
    assert verdict.said == ACCEPTED
    assert verdict.at - verdict.asked_at < 2 + LATENCY
