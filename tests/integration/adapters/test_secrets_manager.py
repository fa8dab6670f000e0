"""Client secrets: read once in five minutes, and never forgotten over an outage."""

import time
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from relying_party.adapters.aws_clients import build_secrets_manager_client
from relying_party.adapters.secrets_manager import KEPT_FOR, SecretsManager
from relying_party.application.ports import SecretUnavailable
from tests.integration.adapters.misbehaving_issuer import HOST, nobody_there

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from local.dynamodb import Emulator

PREFIX = "latchkey/"
SECRET = "s3cret/+%: with what form-encoding changes"


@pytest.fixture
def client(aws: "Emulator") -> "SecretsManagerClient":
    return boto3.client("secretsmanager")


@pytest.fixture
def name(client: "SecretsManagerClient") -> str:
    """A secret that is there, by the name that the clients file would give it."""
    name = f"app-{uuid4().hex}"
    client.create_secret(Name=PREFIX + name, SecretString=SECRET)
    return name


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the clock that never goes back."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def later(seconds: float) -> None:
        now[0] += seconds

    return later


@pytest.fixture
def read(aws: "Emulator") -> SecretsManager:
    return SecretsManager(build_secrets_manager_client(), PREFIX)


def test_a_secret_is_read_by_its_name_under_the_prefix(read: SecretsManager, name: str) -> None:
    assert read(name) == SECRET


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_end_that_an_editor_added_is_no_part_of_a_secret(
    read: SecretsManager, client: "SecretsManagerClient", name: str, end: str
) -> None:
    client.put_secret_value(SecretId=PREFIX + name, SecretString=SECRET + end)
    assert read(name) == SECRET


def test_a_secret_is_asked_for_once_in_five_minutes(
    read: SecretsManager, client: "SecretsManagerClient", name: str, later: Any
) -> None:
    read(name)
    client.put_secret_value(SecretId=PREFIX + name, SecretString="rotated")
    later(KEPT_FOR - 1)
    assert read(name) == SECRET
    later(1)
    assert read(name) == "rotated"


def test_secrets_are_kept_apart(
    read: SecretsManager, client: "SecretsManagerClient", name: str
) -> None:
    client.create_secret(Name=f"{PREFIX}{name}-of-another", SecretString="another")
    assert (read(name), read(f"{name}-of-another"), read(name)) == (SECRET, "another", SECRET)


def test_a_secret_that_cannot_be_read_again_goes_on_and_is_tried_again_later(
    read: SecretsManager, client: "SecretsManagerClient", name: str, later: Any
) -> None:
    read(name)
    client.delete_secret(SecretId=PREFIX + name, ForceDeleteWithoutRecovery=True)
    later(KEPT_FOR)
    assert read(name) == SECRET
    client.create_secret(Name=PREFIX + name, SecretString="back")
    later(KEPT_FOR)
    assert read(name) == "back"


def test_a_secret_that_is_not_there_is_unavailable_and_named(read: SecretsManager) -> None:
    with pytest.raises(SecretUnavailable, match=r"no-such-secret: .*ResourceNotFound"):
        read("no-such-secret")


def test_a_secret_that_is_no_text_is_unavailable(
    read: SecretsManager, client: "SecretsManagerClient"
) -> None:
    name = f"binary-{uuid4().hex}"
    client.create_secret(Name=PREFIX + name, SecretBinary=b"\x00\xff")
    with pytest.raises(SecretUnavailable):
        read(name)


def test_without_secrets_manager_a_secret_never_read_is_unavailable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nobody_there() as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{HOST}:{port}")
        with pytest.raises(SecretUnavailable):
            SecretsManager(build_secrets_manager_client(), PREFIX)(name)


class Stages:
    """Answers with the name of the version asked for, unless that one cannot be read."""

    def __init__(self) -> None:
        self.broken = ""

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        stage = asked["VersionStage"]
        if stage == self.broken:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": stage}


def test_the_previous_secret_is_never_kept_as_the_current_one() -> None:
    stages = Stages()
    read = SecretsManager(cast("Any", stages), PREFIX)
    assert read("app") == "AWSCURRENT"
    stages.broken = "AWSCURRENT"
    assert read.reread("app") == ["AWSPREVIOUS"]
    assert read("app") == "AWSCURRENT"
    stages.broken = ""
    assert read.reread("app") == ["AWSCURRENT", "AWSPREVIOUS"]
