"""What the environment says, read once at cold start and checked. The only list of its names."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from relying_party.clients_file import parse_clients_file
from relying_party.errors import ConfigurationError
from relying_party.protocol.client import Client
from relying_party.protocol.issuer import Issuer

CLIENTS_FOLDER = Path(__file__).parent.parent / "clients"
"""Beside the package: in the source tree as in the layer."""


class Settings(NamedTuple):
    """The configuration of one deployment."""

    clients: Mapping[str, Client]
    """By ``client_id``."""
    keys_table: str
    grants_table: str
    identities_table: str
    secret_prefix: str
    logins_table: str = ""
    public_url: str = ""
    """What apps and providers call this API by; empty for API Gateway's own name of it."""
    signed_key_reads: bool = False
    """Whether keys are read by a request of our own, so that boto3 is loaded only to write."""
    verification_secret_arns: tuple[str, ...] = ()
    """The only secrets that a function which verifies tokens may read."""

    @property
    def issuers(self) -> list[Issuer]:
        """Every issuer that a client uses, once."""
        by_name = {client.issuer.name: client.issuer for client in self.clients.values()}
        return list(by_name.values())

    def require_verification_secrets(self) -> None:
        """Refuse to verify for clients whose tokens take a secret that may not be read.

        Raises:
            ConfigurationError: one line with the client and the mend.
        """
        for client in self.clients.values():
            secret = f"{self.secret_prefix}{client.secret_name}"
            if client.verifies_with_secret and not self._may_read(secret):
                raise ConfigurationError(
                    f"VERIFICATION_SECRET_ARNS: clients.{client.name} accepts HS256 or opaque "
                    f"tokens; add the ARN of {secret}"
                )

    def _may_read(self, secret: str) -> bool:
        # Secrets Manager adds a hyphen and six characters to a secret's name in its ARN; IAM
        # takes question marks for them, and grants nothing where they are left out
        named = re.compile(
            rf"arn:[^:]+:secretsmanager:.*:secret:{re.escape(secret)}-[A-Za-z0-9?]{{6}}"
        )
        return any(named.fullmatch(arn) for arn in self.verification_secret_arns)


def load(env: Mapping[str, str]) -> Settings:
    """Return the settings in *env* and in the clients file that it names.

    Args:
        env: ``CLIENTS_FILE`` (a name in the clients folder, or a path), ``KEYS_TABLE``,
            ``SECRET_PREFIX``, and whatever the file's placeholders name.

    Raises:
        ConfigurationError: one line with the place and the mend.
    """
    path = _clients_path(env.get("CLIENTS_FILE") or "default")
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"CLIENTS_FILE: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"CLIENTS_FILE: {path}: is not UTF-8; save it as such") from None
    arns = env.get("VERIFICATION_SECRET_ARNS", "")
    if not env.get("KEYS_TABLE"):
        raise ConfigurationError("KEYS_TABLE: is not set")
    return Settings(
        clients=parse_clients_file(text, env, name=path.name),
        keys_table=env["KEYS_TABLE"],
        grants_table=env.get("GRANTS_TABLE", ""),
        identities_table=env.get("IDENTITIES_TABLE", ""),
        secret_prefix=env.get("SECRET_PREFIX", ""),
        logins_table=env.get("LOGINS_TABLE", ""),
        public_url=env.get("PUBLIC_URL", ""),
        signed_key_reads=env.get("SIGNED_KEY_READS") == "true",
        verification_secret_arns=tuple(filter(None, arns.split(","))),
    )


def _clients_path(name: str) -> Path:
    if "/" in name or name.endswith(".toml"):
        return Path(name)
    return CLIENTS_FOLDER / f"{name}.toml"
