"""Containers whose function raises, hangs or ends; and their own end."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from local.containers import FunctionError
from tests.local.small_function import MakePool, write_function

ROOT = Path(__file__).parents[2]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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
