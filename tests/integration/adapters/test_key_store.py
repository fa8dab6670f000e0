"""What every key store does, held against DynamoDB and against the one in memory."""

from itertools import count

import pytest

from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.application.ports import KeyStore
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.key_cache import CachedKeySet, Head
from relying_party.protocol.provider_metadata import build_provider_metadata
from tests.fakes import METADATA, MemoryKeyStore
from tests.tokens import NOW, key_set, signing_key

_numbers = count()

HEAD = Head(
    revision="first",
    generation=3,
    epoch=1,
    lease_until=NOW + 0.125,
    forced_at=NOW - 30.5,
    signature_forced_at=NOW - 60,
    failures=2,
    backoff_until=NOW + 4,
)


@pytest.fixture(params=["memory", "DynamoDB"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    if request.param == "memory":
        return MemoryKeyStore()
    dynamodb, table = (request.getfixturevalue(name) for name in ("dynamodb", "keys_table"))
    return KeyStoreDynamoDb(dynamodb, table)


@pytest.fixture
def issuer() -> Issuer:
    return build_issuer()


def build_issuer() -> Issuer:
    return Issuer("example", f"https://issuer-{next(_numbers)}.example")


def build_key_set(issuer: Issuer, generation: int = 4, kid: str = "key-1") -> CachedKeySet:
    document = key_set(signing_key(kid=kid), signing_key("ES256", f"{kid}-ec"))
    return CachedKeySet(
        document=document.decode(),
        metadata=build_provider_metadata(issuer, METADATA),
        fetched_at=NOW + 0.25,
        soft_until=NOW + 3600.25,
        hard_until=NOW + 90000.25,
        generation=generation,
        epoch=1,
        keys=parse_key_set(document),
    )


def test_of_an_issuer_that_nobody_asked_about_nothing_is_known(
    store: KeyStore, issuer: Issuer
) -> None:
    assert store.read(issuer) == (Head(), None)
    assert store.read_head(issuer) == Head()


def test_a_head_comes_back_as_it_was_written(store: KeyStore, issuer: Issuer) -> None:
    assert store.replace_head(issuer, HEAD, seen=Head()) is None
    assert store.read_head(issuer) == HEAD
    assert store.read(issuer) == (HEAD, None)


def test_a_published_set_comes_back_with_its_head_and_its_keys(
    store: KeyStore, issuer: Issuer
) -> None:
    published = build_key_set(issuer)
    assert store.publish(issuer, HEAD, published, seen=Head()) is None
    head, found = store.read(issuer)
    assert (head, found) == (HEAD, published)
    assert found is not None
    assert [key.kid for key in found.keys.keys] == ["key-1", "key-1-ec"]


def test_of_two_that_saw_the_same_head_the_second_gets_what_the_first_wrote(
    store: KeyStore, issuer: Issuer
) -> None:
    winner, loser = HEAD._replace(revision="winner"), HEAD._replace(revision="loser")
    store.replace_head(issuer, HEAD, seen=Head())
    assert store.replace_head(issuer, winner, seen=HEAD) is None
    assert store.replace_head(issuer, loser, seen=HEAD) == winner
    assert store.read_head(issuer) == winner


def test_of_two_that_saw_no_head_the_second_gets_what_the_first_wrote(
    store: KeyStore, issuer: Issuer
) -> None:
    assert store.replace_head(issuer, HEAD, seen=Head()) is None
    assert store.replace_head(issuer, HEAD._replace(revision="late"), seen=Head()) == HEAD


def test_a_set_published_on_an_old_head_changes_nothing(store: KeyStore, issuer: Issuer) -> None:
    published = build_key_set(issuer)
    store.publish(issuer, HEAD, published, seen=Head())
    late = build_key_set(issuer, generation=9, kid="key-of-another")
    assert store.publish(issuer, HEAD._replace(revision="late"), late, seen=Head()) == HEAD
    assert store.read(issuer) == (HEAD, published)


def test_a_new_head_leaves_the_set_beside_it_alone(store: KeyStore, issuer: Issuer) -> None:
    published = build_key_set(issuer)
    store.publish(issuer, HEAD, published, seen=Head())
    second = HEAD._replace(revision="second", failures=0)
    store.replace_head(issuer, second, seen=HEAD)
    assert store.read(issuer) == (second, published)


def test_issuers_do_not_get_in_each_others_way(store: KeyStore, issuer: Issuer) -> None:
    store.publish(issuer, HEAD, build_key_set(issuer), seen=Head())
    assert store.read(build_issuer()) == (Head(), None)


def test_a_set_that_came_from_another_address_is_not_found(store: KeyStore, issuer: Issuer) -> None:
    store.publish(issuer, HEAD, build_key_set(issuer), seen=Head())
    moved = issuer._replace(endpoints={"jwks_uri": f"{issuer.issuer}/elsewhere"})
    assert store.read(moved) == (Head(), None)
