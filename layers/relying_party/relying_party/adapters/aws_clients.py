"""The AWS clients, with time-outs that fit an invocation."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


def build_dynamodb_client(attempts: int = 2) -> "DynamoDBClient":
    """Return a client that gives up early: memory and the issuer are the other ways on."""
    return boto3.client("dynamodb", config=_config(connect=0.5, read=1, attempts=attempts))


def build_secrets_manager_client() -> "SecretsManagerClient":
    """Return a client that is asked once in five minutes, and has more time."""
    return boto3.client("secretsmanager", config=_config(connect=1, read=2))


def _config(*, connect: float, read: float, attempts: int = 2) -> Config:
    return Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
