"""What a rotation and a flood cost a fleet: `python -m bench.fleet`, about a minute.

On AWS's DynamoDB Local with processes and threads for containers, which is real and slow; and
in virtual time with the latencies of the real service, which shows how busy the busiest second
of the table is when nothing else slows the containers down.
"""

import time
from contextlib import closing
from functools import partial
from pathlib import Path

from bench.report import publish
from local.template import read_stack
from relying_party.protocol.key_cache import FORCED_COOLDOWN
from tests.dynamodb_local import DynamoDbLocal
from tests.fleet.capacity import peak
from tests.fleet.container_process import Flood, Orders
from tests.fleet.processes import running
from tests.fleet.virtual_fleet import ACCEPTED, VirtualFleet, flood, token_by
from tests.integration.adapters.misbehaving_issuer import JWKS, MisbehavingIssuer, Wire, reply
from tests.tokens import SigningKey, id_token_claims, key_set, signing_key

CONTAINERS, PROCESSES = 1000, 4
FLOOD, FLOODED = 100_000, 8
FLOOD_SECONDS = 35.0
"""Longer than one cooldown, so that a second fetch has time to happen."""

OLD, NEW = signing_key(kid="old"), signing_key(kid="new", number=1)
TABLE = "KeysTable"

TARGETS: dict[str, float] = {
    "fleet_rotation_fetches": 1,
    "fleet_peak_read_units": 2000,
    "fleet_peak_write_units": 700,
    "flood_fetches_per_cooldown": 1,
    "flood_false_refusals": 0,
}


class CountingIssuer(MisbehavingIssuer):
    """Answers after as long as a real one takes, and knows when it was asked."""

    def publish(self, *keys: SigningKey) -> None:
        """Publish *keys* from now on, and begin to count anew."""
        answer = reply(200, key_set(*keys), Cache_Control="max-age=86400")
        self.asked_at: list[float] = []

        def answer_later(wire: Wire) -> None:
            self.asked_at.append(time.time())
            time.sleep(0.2)
            answer(wire)

        self.answers[JWKS] = answer_later


def main() -> None:
    """Measure, print and write down."""
    with closing(DynamoDbLocal()) as dynamodb, closing(CountingIssuer()) as issuer:
        dynamodb.wait_until_ready()
        dynamodb.create_tables(read_stack(Path("template.yaml")).tables)
        real = rotation(dynamodb.url, issuer) | flooding(dynamodb.url, issuer)
    virtual = virtual_rotation("cold") | virtual_rotation("warm") | virtual_flood()
    publish(
        real | {f"virtual_{name}": figure for name, figure in virtual.items()},
        TARGETS | {f"virtual_{name}": most for name, most in virtual_targets().items()},
    )


def orders(store: str, issuer: CountingIssuer, instances: int) -> Orders:
    """Return orders for containers whose tokens are good, whenever they are met."""
    tokens = [key.sign(id_token_claims(iat=int(time.time()) + 600)) for key in (OLD, NEW)]
    return Orders(instances, store, TABLE, issuer.url, tokens, seconds=60)


def rotation(store: str, issuer: CountingIssuer) -> dict[str, float]:
    """Let cold containers meet a rotation at once."""
    issuer.publish(OLD)
    with running(orders(store, issuer, 1), 1) as fleet:
        fleet.meet(0)
    issuer.publish(OLD, NEW)
    with running(orders(store, issuer, CONTAINERS // PROCESSES), PROCESSES) as fleet:
        fleet.meet(1)
        if fleet.said != {ACCEPTED: CONTAINERS}:
            raise SystemExit(f"not every container verified the new token: {fleet.said}")
        return {
            "fleet_containers": CONTAINERS,
            "fleet_rotation_fetches": len(issuer.asked_at),
            "fleet_peak_read_units": peak(fleet.spent, "read"),
            "fleet_peak_write_units": peak(fleet.spent, "write"),
            "fleet_slowest_seconds": round(fleet.slowest, 1),
        }


def flooding(store: str, issuer: CountingIssuer) -> dict[str, float]:
    """Present made-up keys to several containers, and good tokens among them."""
    issuer.publish(OLD)
    with running(orders(store, issuer, FLOODED // PROCESSES), PROCESSES) as fleet:
        fleet.flood(Flood(FLOOD // FLOODED, FLOOD_SECONDS))
        return {
            "flood_tokens": fleet.said_to_strangers.total(),
            "flood_fetches_per_cooldown": most_within(FORCED_COOLDOWN, issuer.asked_at),
            "flood_false_refusals": fleet.said.total() - fleet.said[ACCEPTED],
        }


def virtual_rotation(state: str) -> dict[str, float]:
    """Do the same in virtual time, with containers that are cold or warm."""
    fleet = VirtualFleet(OLD)
    fleet.warm([fleet.container()], token_by(OLD))
    containers = fleet.containers(CONTAINERS)
    if state == "warm":
        fleet.warm(containers, token_by(OLD), within=30)
    fleet.issuer.keys = (OLD, NEW)
    fleet.forget()
    fleet.present(containers, token_by(NEW, iat=fleet.time.now))
    fleet.time.run()
    return {
        f"{state}_fleet_rotation_fetches": fleet.issuer.requests,
        f"{state}_fleet_peak_read_units": peak(fleet.dynamodb.spent, "read"),
        f"{state}_fleet_peak_write_units": peak(fleet.dynamodb.spent, "write"),
        f"{state}_fleet_slowest_seconds": round(
            max(verdict.at - verdict.asked_at for verdict in fleet.verdicts), 1
        ),
    }


def virtual_flood() -> dict[str, float]:
    """Let the flood last five minutes, with containers beside it that verify good tokens."""
    fleet = VirtualFleet(OLD)
    fleet.issuer.headers = {"cache-control": "max-age=86400"}
    containers = fleet.containers(FLOODED)
    fleet.warm(containers, token_by(OLD))
    fleet.forget()
    for container in containers:
        fleet.time.start(partial(flood, fleet, container, token_by(OLD), FLOOD // FLOODED, 300))
    users = fleet.containers(20)
    for after in range(0, 300, 10):
        fleet.present(users, token_by(OLD), after=after)
    fleet.time.run()
    to_users = [one.said for one in fleet.verdicts if one.container > containers[-1].number]
    return {
        "flood_fetches_per_cooldown": most_within(FORCED_COOLDOWN, fleet.issuer.asked_at),
        "flood_false_refusals": len(to_users) - to_users.count(ACCEPTED),
    }


def virtual_targets() -> dict[str, float]:
    """Return the targets of the fleet's figures for each state of the containers."""
    states = {
        f"{state}_{name}": most for state in ("cold", "warm") for name, most in TARGETS.items()
    }
    return TARGETS | states


def most_within(seconds: float, moments: list[float]) -> int:
    """Return the most of *moments* within any *seconds*."""
    return max((sum(at <= other < at + seconds for other in moments) for at in moments), default=0)


if __name__ == "__main__":
    main()
