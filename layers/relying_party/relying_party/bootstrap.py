"""The composition root: every service, built of what ``deployment`` has, once per container.

What a function does not need it does not import.
"""

import os
import random
import secrets
import time
from functools import cache, partial
from typing import TYPE_CHECKING

from relying_party import cold_start, deployment  # noqa: F401 - it has to come first
from relying_party.adapters.telemetry import observe
from relying_party.application.verify_request import VerifyRequest
from relying_party.application.verify_token import VerifyToken
from relying_party.protocol.parameters import Parameters
from relying_party.protocol.verified_token import TokenUse

if TYPE_CHECKING:
    from relying_party.application.begin_login import BeginLogin
    from relying_party.application.exchange_code import ExchangeCode
    from relying_party.application.fetch_userinfo import FetchUserinfo
    from relying_party.application.grant_flow import GrantFlow
    from relying_party.application.grants import Grants
    from relying_party.application.identities import Identities
    from relying_party.application.introspect_token import IntrospectToken
    from relying_party.application.login_sessions import LoginSessions
    from relying_party.application.refresh_keys import RefreshKeys
    from relying_party.application.refresh_tokens import RefreshTokens
    from relying_party.application.revoke_token import RevokeToken
    from relying_party.application.token_endpoint import TokenEndpoint


clock = deployment.clock
load_settings = deployment.load_settings
release = deployment.release


@cache
def verify_request() -> VerifyRequest:
    """Return the service behind ``/token/verify``, which anyone may ask."""
    load_settings().require_verification_secrets()
    return VerifyRequest(load_settings().clients, _verify_token())


@cache
def trusted_verify_request() -> VerifyRequest:
    """Return the service for callers whom IAM has let in: it also asks about opaque tokens."""
    load_settings().require_verification_secrets()
    clients = load_settings().clients
    opaque = any(client.has_opaque_tokens for client in clients.values())
    return VerifyRequest(clients, _verify_token(), _introspect_token() if opaque else None)


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

    return ExchangeCode(load_settings().clients, _grant_flow(), login_sessions())


@cache
def begin_login() -> "BeginLogin":
    """Return the service behind ``/login``."""
    from relying_party.application.begin_login import BeginLogin

    deployment.issuer_http()  # at start-up, not in the first event
    return BeginLogin(deployment.key_caches(), login_sessions(), secrets.token_bytes)


@cache
def login_sessions() -> "LoginSessions":
    """Return the service that keeps sign-ins that are under way."""
    from relying_party.application.login_sessions import LoginSessions

    store = deployment.login_store()
    return LoginSessions(store, clock, secrets.token_bytes, deployment.new_revision, observe)


@cache
def fetch_userinfo() -> "FetchUserinfo":
    """Return the service that asks what the issuer says about a user."""
    from relying_party.application.fetch_userinfo import FetchUserinfo

    get = deployment.issuer_http().get_with_token
    return FetchUserinfo(load_settings().clients, deployment.key_caches(), get, clock, observe)


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
        load_settings().clients,
        _token_endpoint(),
        _grants(),
        deployment.grant_store(),
        clock,
        observe,
    )


@cache
def identities() -> "Identities":
    """Return the service that knows who has signed in."""
    from relying_party.application.identities import Identities

    store = deployment.identity_store()
    return Identities(store, clock, partial(secrets.token_hex, 16), observe)


@cache
def _grant_flow() -> "GrantFlow":
    from relying_party.application.grant_flow import GrantFlow
    from relying_party.application.request_records import RequestRecords
    from relying_party.application.retry_safe import RetrySafe

    retry_safe = RetrySafe(
        records=RequestRecords(deployment.grant_store(), clock, observe),
        clock=clock,
        sleep=time.sleep,
        chance=random.uniform,
        new_revision=deployment.new_revision,
        entropy=secrets.token_bytes,
        observe=observe,
    )
    return GrantFlow(_token_endpoint(), retry_safe, _grants(), revoke_token())


@cache
def _grants() -> "Grants":
    from relying_party.application.grants import Grants

    return Grants(deployment.grant_store(), clock, secrets.token_bytes, observe)


@cache
def refresh_keys() -> "RefreshKeys":
    """Return the service behind the schedule that keeps the keys fresh."""
    from relying_party.application.refresh_keys import RefreshKeys

    deployment.issuer_http()  # at start-up, not in the first event
    return RefreshKeys(deployment.key_caches(), clock, observe)


@cache
def _verify_token() -> VerifyToken:
    return VerifyToken(
        deployment.key_caches(), clock, deployment.read_secret, deployment.reread_secret
    )


@cache
def _introspect_token() -> "IntrospectToken":
    from relying_party.application.client_credentials import ClientCredentials
    from relying_party.application.introspect_token import IntrospectToken

    credentials = ClientCredentials(
        deployment.read_secret, deployment.reread_secret, clock, deployment.new_revision
    )
    return IntrospectToken(deployment.key_caches(), deployment.post_form, credentials, clock)


@cache
def _token_endpoint() -> "TokenEndpoint":
    from relying_party.application.client_credentials import ClientCredentials
    from relying_party.application.token_endpoint import TokenEndpoint

    return TokenEndpoint(
        caches=deployment.key_caches(),
        post=deployment.issuer_http().post_form,
        credentials=ClientCredentials(
            read_secret=deployment.secrets_manager(),
            reread_secret=deployment.secrets_manager().reread,
            clock=clock,
            new_jti=deployment.new_revision,
        ),
        verify=_verify_token(),
        clock=clock,
    )
