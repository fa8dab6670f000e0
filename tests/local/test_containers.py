"""Containers that work as they should."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.small_function import MakePool


def test_a_handler_gets_the_event_and_the_context(make_pool: MakePool) -> None:
    pool = make_pool("""
        def lambda_handler(event, context):
            return {
                "event": event,
                "function": context.function_name,
                "memory": context.memory_limit_in_mb,
                "arn": context.invoked_function_arn,
                "remaining": context.get_remaining_time_in_millis(),
                "request_id": context.aws_request_id,
            }
    """)
    answer = pool.invoke({"a": ["ü", None]})
    assert answer["event"] == {"a": ["ü", None]}
    assert (answer["function"], answer["memory"]) == ("Hello", "256")
    assert answer["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:Hello"
    assert 4000 < answer["remaining"] <= 5000
    assert answer["request_id"] != pool.invoke({})["request_id"]


def test_a_container_keeps_warm_for_the_next_event(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os
        count = 0

        def lambda_handler(event, context):
            global count
            count += 1
            return [os.getpid(), count]
    """)
    first, second = pool.invoke({}), pool.invoke({})
    assert first[0] == second[0] != os.getpid()
    assert (first[1], second[1]) == (1, 2)


def test_events_at_the_same_time_have_containers_of_their_own(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os, time

        def lambda_handler(event, context):
            time.sleep(0.3)
            return os.getpid()
    """)
    with ThreadPoolExecutor() as threads:
        pids = list(threads.map(pool.invoke, [{}, {}, {}]))
    assert len(set(pids)) == 3


def test_more_events_than_containers_wait_their_turn(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os, time

        def lambda_handler(event, context):
            time.sleep(0.05)
            return os.getpid()
    """)
    with ThreadPoolExecutor() as threads:
        pids = list(threads.map(pool.invoke, [{}] * 12))
    assert len(pids) == 12
    assert len(set(pids)) <= 5


def test_a_function_sees_its_layers_and_nothing_of_the_local_run(make_pool: MakePool) -> None:
    pool = make_pool("""
        import importlib.util
        from shared import NAME

        def lambda_handler(event, context):
            seen = [name for name in event if importlib.util.find_spec(name)]
            return [NAME, seen]
    """)
    assert pool.invoke(["json", "local", "containers"]) == ["from the layer", ["json"]]


def test_the_environment_is_the_templates_and_not_this_shells(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("FROM_SHELL", "yes")
    pool = make_pool("""
        import os

        def lambda_handler(event, context):
            return dict(os.environ)
    """)
    environment = pool.invoke({})
    assert environment["FROM_TEMPLATE"] == environment["FROM_RUN"] == "yes"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "Hello"
    assert not {"AWS_PROFILE", "FROM_SHELL"} & environment.keys()
