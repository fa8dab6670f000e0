"""The key set that every contender of `bench.cold` reads, in DynamoDB as ministack has it."""

import time
from pathlib import Path

from local.dynamodb import Emulator
from local.template import read_stack
from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import CachedKeySet, Head
from relying_party.protocol.provider_metadata import build_provider_metadata
from tests.dynamodb_local import patient_client
from tests.tokens import key_set, signing_key

ISSUER, CLIENT_ID = "https://op.example", "app"
PARAMETERS = {
    "Issuer": ISSUER,
    "ClientId": CLIENT_ID,
    "RedirectUris": "com.example.app:/callback",
    "PkceMode": "enforce_instead_of_client_credentials",
}
DAY = 86400
METADATA = {"token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/jwks"}


class Store:
    """A running DynamoDB with the keys of one issuer, and a token of one of them."""

    def __init__(self, folder: Path) -> None:
        stack = read_stack(Path("template.yaml"), PARAMETERS)
        function = stack.functions["TokenVerifyFunction"].environment
        issuer = Issuer("issuer", ISSUER)
        self._emulator = Emulator(folder)
        self._emulator.wait_until_ready()
        self._emulator.create_tables(stack.tables)
        publish_keys(self._emulator.url, function["KEYS_TABLE"], issuer)
        self.environment = {
            **self._emulator.environment,
            "AWS_LAMBDA_FUNCTION_NAME": "token_verify",
            **function,
            "KEYS_OF": issuer.cache_key,
            "TOKEN": signing_key(kid="rsa").sign(claims()),
        }

    @property
    def url(self) -> str:
        """Where DynamoDB is."""
        return self._emulator.url

    def close(self) -> None:
        """End it."""
        self._emulator.close()


def publish_keys(url: str, table: str, issuer: Issuer) -> None:
    """Do what the schedule does: store the set, with a key of each kind that is in use."""
    now = time.time()
    keys = signing_key(kid="rsa"), signing_key(kid="next", number=1), signing_key("ES256", "ec")
    document = key_set(*keys)
    found = CachedKeySet(
        document=document.decode(),
        metadata=build_provider_metadata(issuer, METADATA),
        keys=parse_key_set(document),
        generation=1,
        epoch=0,
        fetched_at=now,
        soft_until=now + DAY,
        hard_until=now + 2 * DAY,
    )
    head = Head(revision="first", generation=1)
    KeyStoreDynamoDb(patient_client(url), table).publish(issuer, head, found, seen=Head())


def claims() -> dict[str, object]:
    """Return the twelve claims of an ID Token that is good for as long as this takes."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "sub": "248289761001",
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 3600,
        "auth_time": now,
        "nonce": "n-0S6_WzA2Mj",
        "azp": CLIENT_ID,
        "acr": "urn:example:silver",
        "name": "Jane Doe",
        "email": "jane@example.com",
        "email_verified": True,
    }
