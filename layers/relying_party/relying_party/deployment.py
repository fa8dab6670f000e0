"""What every service of a deployment lives on: its settings, its adapters, its issuers' keys.

The only reader of the environment and the only builder of adapters. Each builder runs once per
container. What a function does not need it does not import: a verification that finds its keys
never loads ``requests``.
"""

import os
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from relying_party import settings
from relying_party.adapters.telemetry import announce, observe
from relying_party.application.key_cache import KeyCache, World
from relying_party.application.ports import FetchedKeys, KeyStore
from relying_party.protocol.issuer import Issuer
from relying_party.release import read_release
from relying_party.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from relying_party.adapters.issuer_http import IssuerHttp
    from relying_party.adapters.lazy_dynamodb import LazyDynamoDb
    from relying_party.adapters.secrets_manager import SecretsManager
    from relying_party.application.grant_ports import GrantStore
    from relying_party.application.identities import IdentityStore
    from relying_party.application.login_sessions import LoginStore
    from relying_party.protocol.http_message import FormRequest, HttpReply


clock = time.time
"""Returns the seconds since the epoch."""


def new_revision() -> str:
    """Return what no two writes share."""
    return secrets.token_hex(8)


@cache
def release() -> Mapping[str, str]:
    """Return which build this is."""
    return read_release(os.environ.get("CLIENTS_FILE") or "default")


@cache
def load_settings() -> Settings:
    """Return the settings; a mistake in them ends the cold start with one clear line.

    Every function begins here, so here the log is told which build it comes from.
    """
    announce(release())
    return settings.load(os.environ)


@cache
def key_caches() -> dict[str, KeyCache]:
    """Return the keys of every issuer, by its configured name."""
    world = World(
        store=_key_store(),
        fetch=_fetch_keys,
        clock=clock,
        sleep=time.sleep,
        chance=random.uniform,
        new_revision=new_revision,
        observe=observe,
    )
    return {issuer.name: KeyCache(issuer, world) for issuer in load_settings().issuers}


@cache
def grant_store() -> "GrantStore":
    """Return what the fleet remembers of grants."""
    from relying_party.adapters.grant_store_dynamodb import GrantStoreDynamoDb

    return GrantStoreDynamoDb(_dynamodb(), load_settings().grants_table)


@cache
def identity_store() -> "IdentityStore":
    """Return who has signed in."""
    from relying_party.adapters.identity_store_dynamodb import IdentityStoreDynamoDb

    return IdentityStoreDynamoDb(_dynamodb(), load_settings().identities_table)


@cache
def login_store() -> "LoginStore":
    """Return the sign-ins that are under way."""
    from relying_party.adapters.login_store_dynamodb import LoginStoreDynamoDb

    return LoginStoreDynamoDb(_dynamodb(), load_settings().logins_table)


@cache
def _key_store() -> KeyStore:
    from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb

    return KeyStoreDynamoDb(_lazy_dynamodb() or _dynamodb(), load_settings().keys_table)


def _lazy_dynamodb() -> "LazyDynamoDb | None":
    """Return what saves a first verdict the SDK; None where that has to be loaded anyway."""
    if not load_settings().signed_key_reads:
        return None
    from relying_party.adapters.dynamodb_endpoint import authorities, endpoint_of
    from relying_party.adapters.lazy_dynamodb import LazyDynamoDb
    from relying_party.adapters.signed_request import SignedRequest

    endpoint = endpoint_of(os.environ)
    if endpoint is None:
        return None
    send = SignedRequest(os.environ, endpoint, authorities())
    return LazyDynamoDb(send, reader=_dynamodb_once, writer=_dynamodb, observe=observe)


@cache
def _dynamodb_once() -> "DynamoDBClient":
    from relying_party.adapters.aws_clients import build_dynamodb_client

    return build_dynamodb_client(attempts=1)


@cache
def _dynamodb() -> "DynamoDBClient":
    from relying_party.adapters.aws_clients import build_dynamodb_client

    return build_dynamodb_client()


def read_secret(name: str) -> str:
    """Return a client's secret."""
    return secrets_manager()(name)


def reread_secret(name: str) -> Sequence[str]:
    """Return it anew, and the one before it."""
    return secrets_manager().reread(name)


@cache
def secrets_manager() -> "SecretsManager":
    """Return the way to all client secrets."""
    from relying_party.adapters.aws_clients import build_secrets_manager_client
    from relying_party.adapters.secrets_manager import SecretsManager

    return SecretsManager(build_secrets_manager_client(), load_settings().secret_prefix)


def post_form(request: "FormRequest", *, timeout: float) -> "HttpReply":
    """Return an issuer's reply, with ``requests`` loaded only now."""
    return issuer_http().post_form(request, timeout=timeout)


def _fetch_keys(issuer: Issuer, *, timeout: float) -> FetchedKeys:
    return issuer_http().fetch_keys(issuer, timeout=timeout)


@cache
def issuer_http() -> "IssuerHttp":
    """Return the way to all issuers."""
    from relying_party.adapters.issuer_http import IssuerHttp

    return IssuerHttp()
