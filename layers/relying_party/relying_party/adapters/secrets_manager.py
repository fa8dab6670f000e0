"""Client secrets from AWS Secrets Manager, kept for five minutes."""

import contextlib
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
            secret = self._read(name, "AWSCURRENT")
        except SecretUnavailable:
            if not secret:
                raise
        self._kept[name] = (secret, time.monotonic())
        return secret

    def reread(self, name: str) -> list[str]:
        """Return what the secret *name* is now and what it was before it was rotated.

        Versions that cannot be read are left out.
        """
        versions = []
        for stage in ("AWSCURRENT", "AWSPREVIOUS"):
            with contextlib.suppress(SecretUnavailable):
                versions.append(self._read(name, stage))
                if stage == "AWSCURRENT":
                    self._kept[name] = (versions[0], time.monotonic())
        return versions

    def _read(self, name: str, stage: str) -> str:
        try:
            reply = self._client.get_secret_value(SecretId=self._prefix + name, VersionStage=stage)
            # An editor's or a shell's line end: no secret has one (RFC 6749 appendix A.2)
            return reply["SecretString"].removesuffix("\n").removesuffix("\r")
        except (BotoCoreError, ClientError, KeyError) as error:
            raise SecretUnavailable(f"{name}: {type(error).__name__}") from None
