"""Several containers in a process of their own, driven through its standard streams.

In comes one line of JSON (``Orders``), then a line for each thing to do: the number of the
token that all containers meet at once, or a ``Flood`` in JSON. Out go "ready", "fetching"
whenever one asks the issuer, and one line of JSON (``Report``) for each thing done. The
process ends when its input does.
"""

import json
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from relying_party.adapters.issuer_http import IssuerHttp
from relying_party.adapters.key_store_dynamodb import KeyStoreDynamoDb
from relying_party.application.key_cache import KeyCache, World
from relying_party.application.ports import FetchedKeys
from relying_party.application.verify_signature import verify_signature
from relying_party.errors import InvalidToken, KeysUnavailable
from relying_party.protocol import key_cache
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.jws import UnverifiedJws, parse_unverified
from tests.dynamodb_local import patient_client
from tests.fleet.metered_client import MeteredClient

_STRANGERS_PER_GOOD = 100


@dataclass
class Orders:
    """What the containers are."""

    instances: int
    store_url: str
    table: str
    issuer_url: str
    tokens: list[str]
    seconds: float
    """What each has for a token: more than a function's 7.5 where the machine is small."""
    lease: float = key_cache.LEASE


@dataclass
class Flood:
    """Tokens under made-up names, and a good one after every hundred of them."""

    strangers: int
    """For each container."""
    seconds: float


@dataclass
class Report:
    """What came of it."""

    said: dict[str, int] = field(default_factory=dict)
    said_to_strangers: dict[str, int] = field(default_factory=dict)
    slowest: float = 0
    spent: list[tuple[float, str, int, int]] = field(default_factory=list)


@dataclass
class Heard:
    """What one container said."""

    said: Counter[str] = field(default_factory=Counter)
    said_to_strangers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0


class Containers:
    """The containers of this process, which share a connection pool and nothing else."""

    def __init__(self, orders: Orders) -> None:
        endpoints = {"jwks_uri": f"{orders.issuer_url}/jwks", "token_endpoint": orders.issuer_url}
        issuer = Issuer("example", orders.issuer_url, endpoints=endpoints, allow_loopback_http=True)
        self._client = MeteredClient(patient_client(orders.store_url, orders.instances))
        self._http = IssuerHttp()
        self._seconds = orders.seconds
        self._caches = [KeyCache(issuer, self._world(orders)) for _ in range(orders.instances)]

    def meet(self, token: UnverifiedJws) -> Report:
        """Let all of them verify *token* at once."""
        return self._at_once(lambda cache: self._verify(cache, token, Heard()))

    def flood(self, flood: Flood, good: UnverifiedJws) -> Report:
        """Let all of them be flooded at once, and verify *good* meanwhile."""
        return self._at_once(lambda cache: self._be_flooded(cache, flood, good))

    def _at_once(self, do: Callable[[KeyCache], Heard]) -> Report:
        self._client.spent.clear()
        with ThreadPoolExecutor(len(self._caches)) as pool:
            heard = list(pool.map(do, self._caches))
        return Report(
            said=dict(sum((one.said for one in heard), Counter())),
            said_to_strangers=dict(sum((one.said_to_strangers for one in heard), Counter())),
            slowest=max(one.slowest for one in heard),
            spent=[(one.at, one.key, one.read, one.write) for one in self._client.spent],
        )

    def _be_flooded(self, cache: KeyCache, flood: Flood, good: UnverifiedJws) -> Heard:
        heard, started = Heard(), time.time()
        for number in range(flood.strangers):
            claims = {"iat": time.time()}
            stranger = replace(good, kid=secrets.token_hex(8), unverified_claims=claims)
            heard.said_to_strangers[self._judge(cache, stranger)] += 1
            if number % _STRANGERS_PER_GOOD == 0:
                self._verify(cache, good, heard)
                due = started + flood.seconds * number / flood.strangers
                time.sleep(max(0, due - time.time()))
        return heard

    def _verify(self, cache: KeyCache, token: UnverifiedJws, heard: Heard) -> Heard:
        started = time.time()
        heard.said[self._judge(cache, token)] += 1
        heard.slowest = max(heard.slowest, time.time() - started)
        return heard

    def _judge(self, cache: KeyCache, token: UnverifiedJws) -> str:
        now = time.time()
        try:
            verify_signature(token, cache, now=now, deadline=now + self._seconds)
        except InvalidToken as refusal:
            return refusal.reason.value
        except KeysUnavailable:
            return "503"
        return "200"

    def _world(self, orders: Orders) -> World:
        return World(
            store=KeyStoreDynamoDb(self._client, orders.table),  # type: ignore[arg-type]
            fetch=self._fetch,
            clock=time.time,
            sleep=time.sleep,
            chance=random.uniform,
            new_revision=lambda: secrets.token_hex(8),
            observe=lambda event, /, **facts: None,
        )

    def _fetch(self, issuer: Issuer, *, timeout: float) -> FetchedKeys:
        say("fetching")
        return self._http.fetch_keys(issuer, timeout=timeout)


def say(line: Any) -> None:
    """Tell the parent process."""
    sys.stdout.write((line if isinstance(line, str) else json.dumps(asdict(line))) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what standard input says."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    key_cache.LEASE = orders.lease  # type: ignore[assignment]
    containers = Containers(orders)
    tokens = [parse_unverified(token) for token in orders.tokens]
    say("ready")
    for line in sys.stdin:
        told = json.loads(line)
        if isinstance(told, int):
            say(containers.meet(tokens[told]))
        else:
            say(containers.flood(Flood(**told), tokens[0]))


if __name__ == "__main__":
    main()
