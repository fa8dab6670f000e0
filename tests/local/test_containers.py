import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from local.containers import ContainerPool, FunctionError
from local.template import Function

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"AWS_REGION": "us-east-1", "FROM_RUN": "yes"}
MakePool = Callable[..., ContainerPool]


@pytest.fixture
def make_pool(tmp_path: Path) -> Iterator[MakePool]:
    with ExitStack() as pools:

        def make(code: str, timeout: int = 5) -> ContainerPool:
            function = write_function(tmp_path, code, timeout)
            return pools.enter_context(closing(ContainerPool(function, ENVIRONMENT)))

        yield make


def write_function(folder: Path, code: str, timeout: int = 5) -> Function:
    (folder / "code").mkdir()
    (folder / "layer").mkdir()
    (folder / "layer" / "shared.py").write_text("NAME = 'from the layer'\n")
    (folder / "code" / "app.py").write_text(textwrap.dedent(code))
    return Function(
        name="Hello",
        code=folder / "code",
        layers=(folder / "layer",),
        handler="app.lambda_handler",
        timeout=timeout,
        memory=256,
        environment={"FROM_TEMPLATE": "yes"},
    )


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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
            return [NAME, importlib.util.find_spec("local") is None]
    """)
    assert pool.invoke({}) == ["from the layer", True]


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


def test_an_error_is_the_callers_to_know_and_the_container_goes_on(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os

        def lambda_handler(event, context):
            return os.getpid() if event else 1 / 0
    """)
    before = pool.invoke({"ok": 1})
    with pytest.raises(FunctionError, match="Hello raised ZeroDivisionError"):
        pool.invoke({})
    assert pool.invoke({"ok": 1}) == before


def test_an_answer_that_is_not_json_is_an_error(make_pool: MakePool) -> None:
    pool = make_pool("def lambda_handler(event, context): return {1, 2}")
    with pytest.raises(FunctionError, match="not JSON serializable"):
        pool.invoke({})


def test_a_handler_that_takes_too_long_is_killed(make_pool: MakePool) -> None:
    pool = make_pool(
        """
        import os, time

        def lambda_handler(event, context):
            if "file" in event:
                open(event["file"], "w").write(str(os.getpid()))
                time.sleep(60)
            return "quick"
        """,
        timeout=1,
    )
    file = pool._function.code / "pid"
    with pytest.raises(FunctionError, match="timed out after 1 seconds"):
        pool.invoke({"file": str(file)})
    assert not is_running(int(file.read_text()))
    assert pool.invoke({}) == "quick"


def test_a_handler_that_ends_its_process_fails_only_its_own_event(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os

        def lambda_handler(event, context):
            return os._exit(3) if event else "fine"
    """)
    assert pool.invoke({}) == "fine"
    with pytest.raises(FunctionError, match="ended without an answer"):
        pool.invoke({"end": 1})
    assert pool.invoke({}) == "fine"


def test_a_container_that_died_in_its_sleep_is_noticed(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os

        def lambda_handler(event, context):
            return os.getpid()
    """)
    pid = pool.invoke({})
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert pool.invoke({}) != pid


def test_a_function_that_does_not_load_fails(make_pool: MakePool) -> None:
    pool = make_pool("raise RuntimeError('no configuration')")
    with pytest.raises(FunctionError, match="ended without an answer"):
        pool.invoke({})


def test_closing_ends_every_container(make_pool: MakePool) -> None:
    pool = make_pool("""
        import os

        def lambda_handler(event, context):
            return os.getpid()
    """)
    pid = pool.invoke({})
    pool.close()
    assert not is_running(pid)
    with pytest.raises(FunctionError, match="being stopped"):
        pool.invoke({})


def test_no_container_outlives_whoever_started_it(tmp_path: Path) -> None:
    write_function(
        tmp_path,
        """
        import os, time

        def lambda_handler(event, context):
            if event:
                time.sleep(60)
            return os.getpid()
        """,
    )
    starter = f"""
        import os, threading, time
        from pathlib import Path
        from local.containers import ContainerPool
        from local.template import Function
        folder = Path({str(tmp_path)!r})
        function = Function(
            "Hello", folder / "code", (folder / "layer",), "app.lambda_handler", 60, 256, {{}}
        )
        pool = ContainerPool(function, {{"AWS_REGION": "us-east-1"}})
        pid = pool.invoke({{}})
        threading.Thread(target=pool.invoke, args=({{"busy": 1}},), daemon=True).start()
        time.sleep(0.3)
        print(pid, flush=True)
        os._exit(9)
    """
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", textwrap.dedent(starter)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
        timeout=30,
    )
    pid = int(ended.stdout)
    deadline = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)
