"""`make run` and `make demo` as a terminal sees them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'relying_party'}"}
DEMO = (ROOT / "local" / "clients.toml").read_text()
ELSEWHERE = """
[issuers.acme]
issuer = "${ACME_ISSUER}"
[clients.app]
issuer = "acme"
client_id = "acme-app"
redirect_uris = ["com.example.acme:/callback"]
client_secret = "acme/app"
"""


def command(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]


def fail(*arguments: object) -> str:
    """What it says on stderr when it does not even start."""
    ended = subprocess.run(  # noqa: S603 - our own module
        command(*map(str, arguments)),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2, ended.stderr
    return ended.stderr


class Run:
    """`make run` in a terminal of its own."""

    def __init__(self, *arguments: object, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            command("local.run", *arguments),
            cwd=ROOT,
            env=ENVIRONMENT | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError(self.output)

    def paste(self) -> list[Any]:
        """The answers to the printed commands, pasted into a shell one after the other."""
        commands = re.findall(r"^curl (?:.*\\\n)*.*$", self.output, re.MULTILINE)
        return [json.loads(subprocess.check_output(["/bin/sh", "-c", c])) for c in commands]  # noqa: S603

    def processes(self) -> list[int]:
        """Everything that it has started and that still runs."""
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and f"\nPPid:\t{self.process.pid}\n" in status(entry)
        ]


def status(entry: Path) -> str:
    try:
        return (entry / "status").read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    return "\nState:\tZ" not in (text := status(Path("/proc") / str(pid))) and bool(text)


@pytest.fixture
def run(free_port: int, tmp_path: Path) -> Iterator[Callable[..., Run]]:
    with ExitStack() as runs:

        def start(*arguments: object, **environment: str) -> Run:
            here = {"TMPDIR": str(tmp_path)}  # where a killed run leaves its folder
            started = Run("--port", free_port, *arguments, environment=environment | here)
            runs.callback(started.process.wait)
            runs.callback(started.process.terminate)
            return started

        yield start


def test_a_port_in_use_is_one_line(taken_port: int) -> None:
    expected = f"latchkey: port {taken_port} of 127.0.0.1 cannot be used: Address already in use\n"
    assert fail("local.run", "--port", taken_port) == expected


def test_a_missing_clients_file_is_one_line(tmp_path: Path, free_port: int) -> None:
    path = tmp_path / "nowhere.toml"
    expected = f"latchkey: {path}: No such file or directory\n"
    assert fail("local.run", "--port", free_port, "--clients", path) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (DEMO.replace("pkce =", "pcke =", 1), r"clients\.demo\.pcke: .*did you mean pkce\?"),
        (DEMO.replace("allow_loopback_http = true", ""), r"issuers\.local\.issuer: "),
        (DEMO + "\n[", r"is not TOML"),
        (ELSEWHERE, r"issuers\.acme\.issuer: set ACME_ISSUER"),
        ("", r"configure at least one"),
        ("\udcff", r"is not UTF-8"),
    ],
)
def test_a_mistake_in_the_clients_file_is_one_line_with_its_place(
    tmp_path: Path, free_port: int, content: str, expected: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, errors="surrogateescape")
    said = fail("local.run", "--port", free_port, "--clients", path)
    assert said.startswith("latchkey: ")
    assert said.count("\n") == 1
    assert "mine.toml" in said
    assert re.search(expected, said)


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_printed_commands_work_as_pasted(run: Callable[..., Run], free_port: int) -> None:
    running = run()
    lines = running.output.splitlines()
    assert f"Latchkey is ready on http://127.0.0.1:{free_port}" in lines
    exchanged, verified, refreshed = running.paste()
    assert exchanged["token_type"] == refreshed["token_type"] == "Bearer"
    assert verified["active"] is True
    assert verified["claims"]["preferred_username"] == "alice"
    assert exchanged["refresh_token"] != refreshed["refresh_token"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGKILL,
        pytest.param(
            signal.SIGHUP,
            marks=pytest.mark.skipif(
                signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="under nohup"
            ),
        ),
    ],
)
def test_however_it_ends_nothing_is_left_running(
    run: Callable[..., Run], number: signal.Signals
) -> None:
    running = run()
    running.paste()
    started = running.processes()
    assert len(started) == 4  # a container for each of three functions, and ministack
    running.process.send_signal(number)
    assert running.process.wait(10) == (-number if number == signal.SIGKILL else 0)
    deadline = time.monotonic() + 5
    while any(map(is_running, started)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, started))


def test_ctrl_c_reaches_the_run_alone(run: Callable[..., Run]) -> None:
    running = run()
    running.paste()
    os.killpg(running.process.pid, signal.SIGINT)  # as a terminal does
    assert running.process.wait(10) == 0
    assert running.process.stdout
    said = running.process.stdout.read()
    assert "Stopping ..." in said
    assert "Traceback" not in said


def test_clients_of_another_provider_need_no_embedded_one(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ELSEWHERE)
    output = run("--clients", path, ACME_ISSUER="https://login.acme.example").output
    assert "Provider" not in output
    assert "set CLIENT_SECRET_ACME_APP to exchange and refresh" in output
    assert "-d client_id=acme-app" in output
    assert "-d code=CODE" in output


def test_a_client_secret_may_come_from_the_shell(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ELSEWHERE)
    shell = {"ACME_ISSUER": "https://login.acme.example", "CLIENT_SECRET_ACME_APP": "hush"}
    output = run("--clients", path, **shell).output
    assert "No client secret" not in output
    assert "hush" not in output


def test_the_demo_goes_as_it_must_with_a_stack_of_its_own(free_port: int) -> None:
    ended = subprocess.run(  # noqa: S603 - our own module
        command("local.demo", "--port", free_port),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All 9 steps went as they must." in ended.stdout
    assert "wonderland" not in ended.stdout
    assert not re.search(r"eyJ[\w-]{10}", ended.stdout)


def test_the_demo_does_not_touch_what_is_not_ours(taken_port: int) -> None:
    assert f"port {taken_port} of 127.0.0.1" in fail("local.demo", "--port", taken_port)
