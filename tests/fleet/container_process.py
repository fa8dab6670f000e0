"""Several containers in a process of their own, driven through its standard streams.

In comes one line of JSON (``Orders``), then an empty line for each token to meet: all
containers meet it at once. Out go "ready", "fetching" whenever one asks the issuer, and one
line of JSON (``Report``) for each token. The process ends when its input does.
"""

import json
import random
import secrets
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
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
class Report:
    """What came of one token."""

    said: list[str] = field(default_factory=list)
    slowest: float = 0
    spent: list[tuple[float, str, int, int]] = field(default_factory=list)


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
        report = Report()
        self._client.spent.clear()
        threads = [
            threading.Thread(target=self._verify, args=(cache, token, report))
            for cache in self._caches
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        report.spent = [(one.at, one.key, one.read, one.write) for one in self._client.spent]
        return report

    def _verify(self, cache: KeyCache, token: UnverifiedJws, report: Report) -> None:
        now = time.time()
        try:
            verify_signature(token, cache, now=now, deadline=now + self._seconds)
        except InvalidToken as refusal:
            report.said.append(refusal.reason.value)
        except KeysUnavailable:
            report.said.append("503")
        else:
            report.said.append("200")
        report.slowest = max(report.slowest, time.time() - now)

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
    for token in tokens:
        if not sys.stdin.readline():
            return
        say(containers.meet(token))


if __name__ == "__main__":
    main()
