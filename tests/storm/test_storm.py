"""Fifty containers present one refresh token at once: one request, fifty times its answer."""

from contextlib import closing
from pathlib import Path

from tests.dynamodb_local import DynamoDbLocal
from tests.store_proxy import StoreProxy
from tests.storm.container import Container
from tests.storm.judge import assert_alive, assert_one_answer_for_all
from tests.storm.weather import CONTAINERS, Weather, present, weather

GET_ITEMS = 10
"""How many reads are throttled, of fifty or more."""


def test_fifty_containers_get_equal_tokens_from_one_request_and_the_grant_lives_on(
    storm: Weather, fifty: list[Container]
) -> None:
    held = storm.sign_in()["refresh_token"]
    answers = present(fifty, held)
    assert storm.refreshes(held) == 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, fifty[0], answers)


def test_after_an_answer_that_was_lost_on_its_way_to_the_phone_fifty_get_it_again(
    storm: Weather, fifty: list[Container]
) -> None:
    held = storm.sign_in()["refresh_token"]
    [lost] = present(fifty[:1], held)
    answers = [lost, *present(fifty, held)]
    assert storm.refreshes(held) == 1
    assert_one_answer_for_all(answers)
    assert_alive(storm, fifty[0], answers)


def test_fifty_get_equal_tokens_through_a_store_that_loses_answers_and_throttles(
    dynamodb: DynamoDbLocal, tmp_path: Path
) -> None:
    with (
        closing(StoreProxy(dynamodb.url)) as proxy,
        weather(tmp_path, dynamodb, proxy.url) as storm,
    ):
        containers = storm.containers(CONTAINERS)
        held = storm.sign_in()["refresh_token"]
        proxy.lose_one_answer("PutItem")
        proxy.throttle("TransactWriteItems", 4)
        proxy.throttle("GetItem", GET_ITEMS)

        first = present(containers, held)
        # Who was throttled at both attempts was told to come again, and does
        told = [one for one, its in zip(containers, first, strict=True) if its.status == 503]
        assert len(told) <= GET_ITEMS / 2
        answers = [its for its in first if its.status != 503] + present(told, held)

        assert (proxy.lost_answers, proxy.throttled, proxy.stale_reads) == (1, 4 + GET_ITEMS, 0)
        assert storm.refreshes(held) == 1
        assert_one_answer_for_all(answers)
        assert_alive(storm, containers[0], answers)
