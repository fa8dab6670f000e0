"""The one place that knows how a case is put to the package."""

from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import FetchedKeys, FetchFailed
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InsufficientScope, InvalidToken, TemporarilyUnavailable
from relying_party.protocol.access_token_profile import AccessTokenProfile
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.profile import Profile
from relying_party.protocol.provider_metadata import build_provider_metadata
from relying_party.protocol.verified_token import TokenUse
from tests.fakes import METADATA, Clock, FakeSecrets, Fleet
from tests.pool.case import ACCEPTED, INSUFFICIENT_SCOPE, UNEXAMINABLE, Asked, Case, Setting


def judge(case: Case) -> str:
    """Return the verdict: ``accepted``, a reason, or ``unexaminable``."""
    client = build_client(case.setting)
    cache, clock = build_cache(client.issuer, case.keys, case.now)
    secrets = FakeSecrets(app=case.setting.secret) if case.setting.secret else FakeSecrets()
    verify = VerifyToken({client.issuer.name: cache}, clock, secrets, secrets.reread)
    try:
        verify.judge(
            case.token,
            (client,),
            TokenUse(case.asked.token_use),
            build_expectations(case.asked),
            deadline=case.now + 5,
        )
    except InvalidToken as refusal:
        return refusal.reason.value
    except InsufficientScope:
        return INSUFFICIENT_SCOPE
    except TemporarilyUnavailable:
        return UNEXAMINABLE
    return ACCEPTED


def build_client(setting: Setting) -> Client:
    """Return the client that *setting* describes."""
    return Client(
        name="app",
        issuer=_build_issuer(setting),
        client_id=setting.client_id,
        audiences=setting.audiences,
        authorized_parties=setting.authorized_parties,
        access_token_audiences=setting.access_token_audiences,
        access_token_profile=AccessTokenProfile(setting.access_token_profile),
        required_claims=setting.required_claims,
        id_token_algorithms=frozenset(setting.algorithms),
        access_token_algorithms=frozenset(setting.algorithms),
        clock_skew=setting.clock_skew,
        nonce_may_be_hashed=setting.nonce_may_be_hashed,
        secret_name="app",
    )


def _build_issuer(setting: Setting) -> Issuer:
    return Issuer(
        "example",
        setting.issuer,
        profile=Profile("generic", required_claims=setting.tenant_claims),
        aliases=setting.aliases,
        tenants=setting.tenants,
    )


def build_expectations(asked: Asked) -> Expectations:
    """Return what the request knows about the token."""
    return Expectations(
        nonce=asked.nonce,
        access_token=asked.access_token,
        code=asked.code,
        max_age=asked.max_age,
        acr_values=asked.acr_values,
        scope=asked.scope,
    )


def build_cache(issuer: Issuer, document: bytes, now: float) -> tuple[KeyCache, Clock]:
    """Return a cold key cache of an issuer that publishes *document*, and its clock."""
    fleet = Fleet()
    fleet.clock.now = now

    def fetch(issuer: Issuer, *, timeout: float) -> FetchedKeys:
        try:
            keys = parse_key_set(document)
        except ValueError as error:
            raise FetchFailed(str(error)) from None
        return FetchedKeys(document.decode(), keys, build_provider_metadata(issuer, METADATA))

    return KeyCache(issuer, fleet.world._replace(fetch=fetch)), fleet.clock
