"""What is timed: tokens as providers write them, and a relying party that knows their keys."""

import secrets
import time

from relying_party.application.key_cache import KeyCache
from relying_party.application.verify_token import VerifyToken
from relying_party.deployment import clock
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.issuer import Issuer
from tests.fakes import FakeIssuer, FakeSecrets, Fleet
from tests.tokens import Json, SigningKey, key_set, signing_key

ISSUER = "https://accounts.issuer.example/oidc"
CLIENT_ID = "406c1d2b-7f1e-4c3a-9b57-app.issuer.example"
API = "https://api.mail.example"
NONCE = secrets.token_urlsafe(32)
BEGAN = int(time.time())

KEYS = {
    "rs256": signing_key("RS256", "2026-a"),
    "es256": signing_key("ES256", "2026-b"),
    "eddsa": signing_key("EdDSA", "2026-c"),
}
DOCUMENT = key_set(*KEYS.values())

EXPECTED = Expectations(nonce=NONCE)
CLIENT = Client(
    "app",
    Issuer("example", ISSUER),
    CLIENT_ID,
    id_token_algorithms=frozenset(key.alg for key in KEYS.values()),
    access_token_audiences=frozenset({API}),
)


def claims(number: int) -> Json:
    """Return the twelve claims of user *number*."""
    return {
        "iss": ISSUER,
        "sub": f"1077{number:017}",
        "aud": CLIENT_ID,
        "azp": CLIENT_ID,
        "iat": BEGAN,
        "exp": BEGAN + 3600,
        "auth_time": BEGAN - 20,
        "nonce": NONCE,
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "email": f"user-{number:05}@mail.example",
        "email_verified": True,
        "name": "Erika Mustermann",
    }


def tokens(key: SigningKey, count: int) -> list[str]:
    """Return the ID Tokens of so many users."""
    return [key.sign(claims(number)) for number in range(count)]


def access_tokens(key: SigningKey, count: int) -> list[str]:
    """Return the access tokens of so many users (RFC 9068)."""
    return [key.sign(_access_claims(number), typ="at+jwt") for number in range(count)]


def _access_claims(number: int) -> Json:
    common = {name: claims(number)[name] for name in ("iss", "sub", "iat", "exp")}
    scope = "openid orders:read orders:write"
    return {**common, "aud": API, "client_id": CLIENT_ID, "jti": f"{number:032}", "scope": scope}


def warm_keys(*keys: SigningKey | Json) -> KeyCache:
    """Return a key cache that holds *keys*, or one of each kind, for the next hour."""
    fleet = Fleet()
    fleet.clock.now = BEGAN
    issuer = FakeIssuer(*(keys or KEYS.values()))
    world = fleet.world._replace(clock=clock, fetch=issuer)
    cache = KeyCache(CLIENT.issuer, world)
    cache.current(clock() + 10)
    return cache


def verifier(cache: KeyCache) -> VerifyToken:
    """Return a verification that has *cache* in memory, and has seen no token yet."""
    none = FakeSecrets()
    return VerifyToken({CLIENT.issuer.name: cache}, clock, none, none.reread)
