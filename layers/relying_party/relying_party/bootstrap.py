"""The composition root: the only reader of the environment, the only builder of adapters.

Each builder runs once per container. What a function does not need it does not import: a
verification that finds its keys never loads ``requests``.
"""

import os
import random
import secrets
import time
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from relying_party import settings
from relying_party.adapters.telemetry import observe
from relying_party.application.key_cache import KeyCache, World
from relying_party.application.ports import FetchedKeys, KeyStore
from relying_party.application.verify_request import VerifyRequest
from relying_party.application.verify_token import VerifyToken
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import TokenUse
from relying_party.settings import Settings

if TYPE_CHECKING:
    from relying_party.adapters.issuer_http import IssuerHttp
    from relying_party.adapters.secrets_manager import SecretsManager
    from relying_party.application.exchange_code import ExchangeCode
    from relying_party.application.fetch_userinfo import FetchUserinfo
    from relying_party.application.grant_flow import GrantFlow
    from relying_party.application.grant_ports import GrantStore
    from relying_party.application.grants import Grants
    from relying_party.application.identities import Identities
    from relying_party.application.refresh_keys import RefreshKeys
    from relying_party.application.refresh_tokens import RefreshTokens
    from relying_party.application.revoke_token import RevokeToken
    from relying_party.application.token_endpoint import TokenEndpoint


def _new_revision() -> str:
    return secrets.token_hex(8)


def clock() -> float:
    """Return the seconds since the epoch."""
    return time.time()


@cache
def load_settings() -> Settings:
    """Return the settings; a mistake in them ends the cold start with one clear line."""
    return settings.load(os.environ)


@cache
def verify_request() -> VerifyRequest:
    """Return the service behind ``/token/verify``, which anyone may ask."""
    load_settings().require_verification_secrets()
    return VerifyRequest(load_settings().clients, _verify_token())


@cache
def trusted_verify_request() -> VerifyRequest:
    """Return the service for callers whom IAM has let in: it also asks about opaque tokens."""
    from relying_party.application.client_credentials import ClientCredentials
    from relying_party.application.introspect_token import IntrospectToken

    load_settings().require_verification_secrets()
    credentials = ClientCredentials(_read_secret, _reread_secret, clock, _new_revision)
    introspect = IntrospectToken(_key_caches(), _post_form, credentials, clock)
    return VerifyRequest(load_settings().clients, _verify_token(), introspect)


def authorizer_parameters() -> Parameters:
    """Return what the authorizer asks of every token, from the environment."""
    return Parameters(
        {
            "token_use": os.environ.get("AUTHORIZER_TOKEN_USE") or TokenUse.ACCESS_TOKEN,
            "client_id": list(load_settings().clients),
            "scope": os.environ.get("AUTHORIZER_SCOPE", ""),
        }
    )


@cache
def exchange_code() -> "ExchangeCode":
    """Return the service behind ``/token/exchange``."""
    from relying_party.application.exchange_code import ExchangeCode

    return ExchangeCode(load_settings().clients, _grant_flow())


@cache
def fetch_userinfo() -> "FetchUserinfo":
    """Return the service that asks what the issuer says about a user."""
    from relying_party.application.fetch_userinfo import FetchUserinfo

    get = _issuer_http().get_with_token
    return FetchUserinfo(load_settings().clients, _key_caches(), get, clock, observe)


@cache
def refresh_tokens() -> "RefreshTokens":
    """Return the service behind ``/token/refresh``."""
    from relying_party.application.refresh_tokens import RefreshTokens

    return RefreshTokens(load_settings().clients, _grant_flow())


@cache
def revoke_token() -> "RevokeToken":
    """Return the service behind ``/oauth2/revoke``."""
    from relying_party.application.revoke_token import RevokeToken

    return RevokeToken(
        load_settings().clients, _token_endpoint(), _grants(), _grant_store(), clock, observe
    )


@cache
def identities() -> "Identities":
    """Return the service that knows who has signed in."""
    from relying_party.adapters.aws_clients import build_dynamodb_client
    from relying_party.adapters.identity_store_dynamodb import IdentityStoreDynamoDb
    from relying_party.application.identities import Identities

    store = IdentityStoreDynamoDb(build_dynamodb_client(), load_settings().identities_table)
    return Identities(store, clock, partial(secrets.token_hex, 16), observe)


@cache
def _grant_flow() -> "GrantFlow":
    from relying_party.application.grant_flow import GrantFlow
    from relying_party.application.request_records import RequestRecords
    from relying_party.application.retry_safe import RetrySafe

    retry_safe = RetrySafe(
        records=RequestRecords(_grant_store(), clock, observe),
        clock=clock,
        sleep=time.sleep,
        chance=random.uniform,
        new_revision=_new_revision,
        entropy=secrets.token_bytes,
        observe=observe,
    )
    return GrantFlow(_token_endpoint(), retry_safe, _grants(), revoke_token())


@cache
def _grants() -> "Grants":
    from relying_party.application.grants import Grants

    return Grants(_grant_store(), clock, secrets.token_bytes, observe)


@cache
def _grant_store() -> "GrantStore":
    from relying_party.adapters.aws_clients import build_dynamodb_client
    from relying_party.adapters.grant_store_dynamodb import GrantStoreDynamoDb

    return GrantStoreDynamoDb(build_dynamodb_client(), load_settings().grants_table)


@cache
def refresh_keys() -> "RefreshKeys":
    """Return the service behind the schedule that keeps the keys fresh."""
    from relying_party.application.refresh_keys import RefreshKeys

    return RefreshKeys(_key_caches(), clock, observe)


@cache
def _verify_token() -> VerifyToken:
    return VerifyToken(_key_caches(), clock, _read_secret)


@cache
def _token_endpoint() -> "TokenEndpoint":
    from relying_party.application.client_credentials import ClientCredentials
    from relying_party.application.token_endpoint import TokenEndpoint

    return TokenEndpoint(
        caches=_key_caches(),
        post=_issuer_http().post_form,
        credentials=ClientCredentials(
            read_secret=_secrets_manager(),
            reread_secret=_secrets_manager().reread,
            clock=clock,
            new_jti=_new_revision,
        ),
        verify=_verify_token(),
        clock=clock,
    )


@cache
def _key_caches() -> dict[str, KeyCache]:
    world = World(
        store=_key_store(),
        fetch=_fetch_keys,
        clock=clock,
        sleep=time.sleep,
        chance=random.uniform,
        new_revision=_new_revision,
        observe=observe,
    )
    return {issuer.name: KeyCache(issuer, world) for issuer in load_settings().issuers}


@cache
def _key_store() -> KeyStore:
    from relying_party.adapters.aws_clients import build_dynamodb_client
    from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb

    return KeyStoreDynamoDb(build_dynamodb_client(), load_settings().keys_table)


def _read_secret(name: str) -> str:
    return _secrets_manager()(name)


def _reread_secret(name: str) -> Sequence[str]:
    return _secrets_manager().reread(name)


@cache
def _secrets_manager() -> "SecretsManager":
    from relying_party.adapters.aws_clients import build_secrets_manager_client
    from relying_party.adapters.secrets_manager import SecretsManager

    return SecretsManager(build_secrets_manager_client(), load_settings().secret_prefix)


def _post_form(request: FormRequest, *, timeout: float) -> HttpReply:
    return _issuer_http().post_form(request, timeout=timeout)


def _fetch_keys(issuer: Issuer, *, timeout: float) -> FetchedKeys:
    return _issuer_http().fetch_keys(issuer, timeout=timeout)


@cache
def _issuer_http() -> "IssuerHttp":
    from relying_party.adapters.issuer_http import IssuerHttp

    return IssuerHttp()
