"""A key store that reads by signed requests of our own, and every way in which one may fail."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from relying_party.adapters.aws_clients import build_dynamodb_client
from relying_party.adapters.dynamodb_endpoint import endpoint_of
from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.adapters.lazy_dynamodb import LazyDynamoDb
from relying_party.adapters.signed_request import SignedRequest
from relying_party.application.ports import StoreThrottled, StoreUnavailable
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.key_cache import CachedKeySet, Head
from tests.integration.adapters.faulty_dynamodb import Fault, FaultyDynamoDb
from tests.integration.adapters.misbehaving_issuer import (
    HOST,
    Answer,
    MisbehavingIssuer,
    Wire,
    nobody_there,
    reply,
    reply_json,
)
from tests.integration.adapters.test_key_store import HEAD, build_issuer, build_key_set

if TYPE_CHECKING:
    from local.dynamodb import Emulator

Stored = tuple[Issuer, CachedKeySet]


class Observed(list[dict[str, Any]]):
    """What operators were told."""

    def __call__(self, event: str, /, **facts: Any) -> None:
        self.append({"event": event, **facts})


@pytest.fixture
def env(aws: "Emulator") -> Mapping[str, str]:
    return {**aws.environment, "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_SESSION_TOKEN": "session"}


@pytest.fixture
def faulty(aws: "Emulator", monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyDynamoDb]:
    with closing(FaultyDynamoDb(aws.url)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        yield proxy


@pytest.fixture
def stored(aws: "Emulator", keys_table: str) -> Stored:
    issuer = build_issuer()
    key_set = build_key_set(issuer)
    KeyStoreDynamoDb(build_dynamodb_client(), keys_table).publish(
        issuer, HEAD, key_set, seen=Head()
    )
    return issuer, key_set


def build_store(
    env: Mapping[str, str], url: str, keys_table: str, observed: Observed | None = None
) -> KeyStoreDynamoDb:
    """Return a store that reads at *url* first, and has the SDK where the environment points."""
    endpoint = endpoint_of({**env, "AWS_ENDPOINT_URL": url})
    assert endpoint is not None
    client = LazyDynamoDb(
        SignedRequest(env, endpoint, None),
        reader=lambda: build_dynamodb_client(attempts=1),
        writer=build_dynamodb_client,
        observe=Observed() if observed is None else observed,
    )
    return KeyStoreDynamoDb(client, keys_table)


def without_sdk(env: Mapping[str, str], url: str, keys_table: str) -> KeyStoreDynamoDb:
    def load() -> Any:
        pytest.fail("the SDK was loaded")

    endpoint = endpoint_of({**env, "AWS_ENDPOINT_URL": url})
    assert endpoint is not None
    client = LazyDynamoDb(
        SignedRequest(env, endpoint, None), reader=load, writer=load, observe=Observed()
    )
    return KeyStoreDynamoDb(client, keys_table)


def test_reads_need_no_sdk_and_are_what_the_sdk_reads(
    env: Mapping[str, str], aws: "Emulator", keys_table: str, stored: Stored
) -> None:
    issuer, key_set = stored
    store = without_sdk(env, aws.url, keys_table)
    assert store.read(issuer) == (HEAD, key_set)
    assert store.read_head(issuer) == HEAD
    assert store.read(build_issuer()) == (Head(), None)
    assert store.read_head(build_issuer()) == Head()


def test_every_read_is_one_request_strongly_consistent_and_signed_as_by_the_sdk(
    env: Mapping[str, str],
    stored: Stored,
    faulty: FaultyDynamoDb,
    keys_table: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = without_sdk(env, faulty.url, keys_table)
    store.read(stored[0])
    store.read_head(stored[0])
    assert faulty.operations == ["Query", "GetItem"]
    for headers, body in faulty.received:
        assert b'"ConsistentRead": true' in body
        assert headers["authorization"] == sdk_signature(
            env, faulty.url, headers, body, monkeypatch
        )


def sdk_signature(
    env: Mapping[str, str],
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Return what the SDK would have signed that very request with."""
    sent_at = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: sent_at)
    names = ("content-type", "x-amz-target")
    request = AWSRequest("POST", url + "/", {name: headers[name] for name in names}, body)
    credentials = Credentials(
        env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"]
    )
    botocore.auth.SigV4Auth(credentials, "dynamodb", env["AWS_DEFAULT_REGION"]).add_auth(request)
    assert headers["x-amz-security-token"] == request.headers["X-Amz-Security-Token"]
    return str(request.headers["Authorization"])


def test_writes_are_the_sdk_s(
    env: Mapping[str, str], faulty: FaultyDynamoDb, keys_table: str
) -> None:
    issuer = build_issuer()
    key_set = build_key_set(issuer)
    store = build_store(env, faulty.url, keys_table)
    assert store.replace_head(issuer, HEAD, seen=Head()) is None
    assert store.replace_head(issuer, HEAD, seen=Head()) is None, "not told from a lost answer"
    faulty.faults = [Fault.LOSE_ANSWER]
    assert store.publish(issuer, HEAD, key_set, seen=HEAD) is None
    assert faulty.operations[-2:] == ["TransactWriteItems"] * 2, "the SDK did not send it again"
    assert store.read(issuer) == (HEAD, key_set)


def drop(wire: Wire) -> None:
    wire.drop()


SURPRISES: Mapping[str, Answer] = {
    "nothing but silence": lambda wire: wire.stay_silent(),
    "a connection that ends": drop,
    "a connection that is reset": lambda wire: wire.reset(),
    "too much of an answer": lambda wire: wire.send(
        b'HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n{"Items": []' + b" " * 2_999_987 + b"}"
    ),
    "half an answer": lambda wire: wire.send(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"It'),
    "less than was promised": lambda wire: wire.send(
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Items": []}'[:-1]
    ),
    "more than was promised": lambda wire: wire.send(
        b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"Items": []}'
    ),
    "an answer of unknown length": lambda wire: wire.send(b'HTTP/1.1 200 OK\r\n\r\n{"Items": []}'),
    "an answer in chunks": lambda wire: wire.send(
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{"Items": []}\r\n0\r\n\r\n'
    ),
    "a head without end": lambda wire: wire.send(
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100 + b'Content-Length: 13\r\n\r\n{"Items": []}'
    ),
    "a line without end": lambda wire: wire.send(
        b"HTTP/1.1 200 OK\r\na:" + b"b" * 5_000_000 + b'\r\nContent-Length: 13\r\n\r\n{"Items": []}'
    ),
    "what is no HTTP": lambda wire: wire.send(b"220 mail.example ESMTP\r\n"),
    "what is no JSON": reply(200, b"<html>"),
    "JSON that is no object": reply_json([{"Items": []}]),
    "an object of something else": reply_json({"Items": "none", "Item": "none"}),
    "null": reply_json(None),
    "a redirect": reply(301, b"", Location="http://127.0.0.1:1/"),
    "throttling": reply_json({"__type": "x#ThrottlingException"}, 400),
    "a refused signature": reply_json({"__type": "x#InvalidSignatureException"}, 400),
    "a failing service": reply_json({"__type": "x#InternalServerError"}, 500),
}


@pytest.mark.parametrize("answer", SURPRISES.values(), ids=SURPRISES)
def test_what_is_no_proper_answer_is_the_sdk_s_to_ask_for_again_and_operators_are_told(
    env: Mapping[str, str],
    server: MisbehavingIssuer,
    keys_table: str,
    stored: Stored,
    answer: Answer,
) -> None:
    observed = Observed()
    server.answers["/"] = answer
    store = build_store(env, server.url, keys_table, observed)
    assert store.read(stored[0]) == (HEAD, stored[1])
    assert store.read_head(stored[0]) == HEAD
    assert len(server.received) == 2
    assert [told["operation"] for told in observed] == ["Query", "GetItem"]


def test_where_nobody_listens_operators_are_told_why(
    env: Mapping[str, str], keys_table: str, stored: Stored
) -> None:
    observed = Observed()
    with nobody_there() as port:
        store = build_store(env, f"http://{HOST}:{port}", keys_table, observed)
        assert store.read_head(stored[0]) == HEAD
    (told,) = observed
    assert told == {
        "event": "signed_read_failed",
        "operation": "GetItem",
        "cause": "ConnectionRefusedError",
    }


@pytest.mark.parametrize("read", [KeyStoreDynamoDb.read, KeyStoreDynamoDb.read_head])
@pytest.mark.parametrize("fault", [Fault.THROTTLE, Fault.INTERNAL])
def test_a_store_that_fails_is_asked_twice_in_all(
    env: Mapping[str, str],
    faulty: FaultyDynamoDb,
    keys_table: str,
    read: Callable[[KeyStoreDynamoDb, Issuer], object],
    fault: Fault,
) -> None:
    faulty.faults = [fault] * 3
    with pytest.raises(StoreThrottled if fault is Fault.THROTTLE else StoreUnavailable):
        read(build_store(env, faulty.url, keys_table), build_issuer())
    assert len(faulty.operations) == 2
