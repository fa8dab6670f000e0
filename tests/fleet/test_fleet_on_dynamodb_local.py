"""Real processes, real clocks, AWS's own DynamoDB: containers that meet a rotation at once."""

import os
import time
from collections.abc import Iterator
from math import ceil

import pytest

from tests.dynamodb_local import DynamoDbLocal, patient_client
from tests.fleet.capacity import peak
from tests.fleet.conftest import KEYS_TABLE
from tests.fleet.container_process import Orders
from tests.fleet.processes import running
from tests.integration.adapters.misbehaving_issuer import (
    JWKS,
    Answer,
    MisbehavingIssuer,
    Wire,
    reply,
)
from tests.store_proxy import StoreProxy
from tests.tokens import id_token_claims, key_set, signing_key

CONTAINERS = int(os.environ.get("FLEET_SIZE", "50"))
"""Up to 1,000: `FLEET_SIZE=1000 make test ARGS="-k dynamodb_local"`."""

PROCESSES = 4
SECONDS = LEASE = 60.0
"""Not those of a function: a thousand containers and their store share two processors here."""

OLD, NEW = signing_key(kid="old"), signing_key(kid="new", number=1)


def slowly(answer: Answer, seconds: float = 0.2) -> Answer:
    def answer_later(wire: Wire) -> None:
        time.sleep(seconds)
        answer(wire)

    return answer_later


def publish(issuer: MisbehavingIssuer, *keys: object, seconds: float = 0.2) -> None:
    issuer.answers[JWKS] = slowly(reply(200, key_set(*keys)), seconds)  # type: ignore[arg-type]
    issuer.received.clear()


def orders(store_url: str, issuer: MisbehavingIssuer) -> Orders:
    now = int(time.time())
    tokens = [key.sign(id_token_claims(iat=now + 60)) for key in (OLD, NEW)]
    instances = ceil(CONTAINERS / PROCESSES)
    return Orders(instances, store_url, KEYS_TABLE, issuer.url, tokens, SECONDS, LEASE)


@pytest.fixture
def proxy(dynamodb_local: DynamoDbLocal) -> Iterator[StoreProxy]:
    proxy = StoreProxy(dynamodb_local.url)
    yield proxy
    proxy.close()


def test_containers_that_start_and_meet_a_rotation_make_one_request_each_time(
    dynamodb_local: DynamoDbLocal, issuer_server: MisbehavingIssuer
) -> None:
    publish(issuer_server, OLD)
    with running(orders(dynamodb_local.url, issuer_server), PROCESSES) as fleet:
        everyone = {"200": PROCESSES * fleet.processes[0].orders.instances}
        fleet.meet(0)
        assert (fleet.said, len(issuer_server.received)) == (everyone, 1)

        publish(issuer_server, OLD, NEW)
        fleet.meet(1)
        assert (fleet.said, len(issuer_server.received)) == (everyone, 1)
        assert peak(fleet.spent, "read") <= 2000
        assert peak(fleet.spent, "write") <= 700


@pytest.mark.parametrize("operation", ["PutItem", "TransactWriteItems"])
def test_an_answer_of_the_store_that_is_lost_costs_no_second_request(
    proxy: StoreProxy, issuer_server: MisbehavingIssuer, operation: str
) -> None:
    publish(issuer_server, OLD)
    proxy.lose_one_answer(operation)
    with running(orders(proxy.url, issuer_server), PROCESSES) as fleet:
        fleet.meet(0)
        assert set(fleet.said) == {"200"}
    assert proxy.lost_answers == 1
    assert len(issuer_server.received) == 1


def test_a_store_that_throttles_slows_the_fleet_down_and_sends_nobody_to_the_issuer(
    proxy: StoreProxy, issuer_server: MisbehavingIssuer
) -> None:
    publish(issuer_server, OLD)
    proxy.throttle("PutItem", 7)
    proxy.throttle("TransactWriteItems", 3)
    proxy.throttle("Query", 30)
    with running(orders(proxy.url, issuer_server), PROCESSES) as fleet:
        fleet.meet(0)
        assert set(fleet.said) == {"200"}
    assert proxy.throttled == 40
    assert len(issuer_server.received) == 1


def test_nobody_is_shown_a_stale_table(proxy: StoreProxy, issuer_server: MisbehavingIssuer) -> None:
    publish(issuer_server, OLD)
    with running(orders(proxy.url, issuer_server), PROCESSES) as fleet:
        fleet.meet(0)
        publish(issuer_server, OLD, NEW)
        fleet.meet(1)
        assert set(fleet.said) == {"200"}
    assert proxy.stale_reads == 0
    assert len(issuer_server.received) == 1


def test_the_proxy_does_show_a_stale_table_to_whoever_forgets_to_ask_for_more(
    dynamodb_local: DynamoDbLocal, proxy: StoreProxy
) -> None:
    item = {"issuer": {"S": "somebody"}, "item": {"S": "head"}}
    client = patient_client(proxy.url)
    client.put_item(TableName=KEYS_TABLE, Item=item)
    assert "Item" not in client.get_item(TableName=KEYS_TABLE, Key=item)
    assert client.get_item(TableName=KEYS_TABLE, Key=item, ConsistentRead=True)["Item"] == item
    assert proxy.stale_reads == 1


def test_where_the_leading_process_is_killed_another_takes_over(
    dynamodb_local: DynamoDbLocal, issuer_server: MisbehavingIssuer
) -> None:
    publish(issuer_server, OLD, seconds=1.5)
    followed = orders(dynamodb_local.url, issuer_server)
    followed.lease = 4
    with running(followed, PROCESSES) as fleet:
        for process in fleet.processes:
            process.meet(0)
        leader = fleet.first_to_fetch()
        while not issuer_server.received:
            time.sleep(0.01)
        leader.kill()
        survivors = [one for one in fleet.processes if one is not leader]
        for process in survivors:
            fleet.gather(process)
        assert fleet.said == {"200": len(survivors) * followed.instances}
    assert len(issuer_server.received) == 2
