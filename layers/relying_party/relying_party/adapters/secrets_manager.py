"""Client secrets from AWS Secrets Manager, kept for five minutes."""

import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from relying_party.application.ports import SecretUnavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_FOR = 300
"""Seconds: how long a rotation may take to be noticed."""


class SecretsManager:
    """Reads secrets by name under one prefix."""

    def __init__(self, client: "SecretsManagerClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._kept: dict[str, tuple[str, float]] = {}

    def __call__(self, name: str) -> str:
        """Return the secret *name*. Where it cannot be read again, the old one goes on.

        Raises:
            SecretUnavailable: it was never read, and cannot be now.
        """
        secret, read_at = self._kept.get(name, ("", float("-inf")))
        if time.monotonic() - read_at < KEPT_FOR:
            return secret
        try:
            secret = self._client.get_secret_value(SecretId=self._prefix + name)["SecretString"]
        except (BotoCoreError, ClientError, KeyError) as error:
            if not secret:
                raise SecretUnavailable(f"{name}: {type(error).__name__}") from None
        self._kept[name] = (secret, time.monotonic())
        return secret
