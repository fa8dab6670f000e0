"""The embedded DynamoDB and Secrets Manager: ministack, in memory and on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import boto3

from local.intrinsics import REGION
from local.server import HOST
from local.template import Table

_TETHER = Path(__file__).with_name("tether.py")
_START_SECONDS = 30
_STOP_SECONDS = 5


class EmulatorError(Exception):
    """ministack did not start."""


class Emulator:
    """One ministack process; `folder` is where it may write, `options` are its own variables.

    `program` is a file that runs ministack with changes, where that is needed.
    """

    def __init__(
        self,
        folder: Path,
        python: str = sys.executable,
        options: Mapping[str, str] = MappingProxyType({}),
        program: str = "ministack",
    ) -> None:
        self._session = boto3.Session("local", "local", region_name=REGION)
        self._log = folder / "ministack.log"
        self._port = _free_port()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [python, "-P", str(_TETHER), program],
                env={**self._process_environment(folder), **options},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the local run, not for us
            )

    @property
    def url(self) -> str:
        """Where the AWS SDK finds it."""
        return f"http://{HOST}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes the AWS SDK of a function use it, and nothing of this machine."""
        return {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def wait_until_ready(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self._port)) == 0:
                    return
            time.sleep(0.02)
        raise EmulatorError(f"ministack did not start:\n{self._log.read_text()}")

    def create_tables(self, tables: Iterable[Table]) -> None:
        """Create the template's tables."""
        dynamodb = self._session.client("dynamodb", endpoint_url=self.url)
        for table in tables:
            dynamodb.create_table(**table.request)
            if table.ttl_attribute:
                dynamodb.update_time_to_live(
                    TableName=table.name,
                    TimeToLiveSpecification={
                        "AttributeName": table.ttl_attribute,
                        "Enabled": True,
                    },
                )

    def put_secret(self, name: str, value: str) -> None:
        """Put a secret into Secrets Manager."""
        secrets_manager = self._session.client("secretsmanager", endpoint_url=self.url)
        secrets_manager.create_secret(Name=name, SecretString=value)

    def close(self) -> None:
        """End it: its standard input closes, as it would if we had died."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _process_environment(self, folder: Path) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "TMPDIR": str(folder),
            "STATE_DIR": str(folder),
            "S3_DATA_DIR": str(folder),
            "GATEWAY_PORT": str(self._port),
            "BIND_HOST": HOST,
            "IOT_MTLS_ENABLED": "0",
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
