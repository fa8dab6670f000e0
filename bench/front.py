"""What the local run carries: `python -m bench.front`, half a minute.

Requests to POST /token/verify over 1 to 64 kept connections, from a process of its own, to the
front with its five containers a function. It says how far a laptop's `make run` goes; on AWS each
container has a processor of its own, and API Gateway does what the front does here.
"""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

import requests

from bench.report import publish
from local.phone import Phone
from local.provider.accounts import USERS
from local.stack import DEMO_CLIENTS, start_stack

CONNECTIONS = (1, 2, 4, 8, 16, 32, 64)
SECONDS = 3.0
LOG = Path("build/bench-front.log")
CLIENT_ID, REDIRECT_URI = "demo-app", "com.example.demo:/callback"


def main() -> None:
    """Measure, print and write down."""
    LOG.parent.mkdir(exist_ok=True)
    with (
        LOG.open("w", encoding="utf-8") as logs,
        start_stack(0, DEMO_CLIENTS, lambda line: print(line, file=logs), logs) as stack,
    ):
        token = id_token(stack.url, str(stack.configuration.provider))
        with multiprocessing.get_context("spawn").Pool(1) as phones:
            load(stack.url, token, max(CONNECTIONS), 1.0)  # every container has started
            figures = [
                phones.apply(load, (stack.url, token, connections, SECONDS))
                for connections in CONNECTIONS
            ]
    publish(
        {
            f"front_{connections}_connections_{name}": figure
            for connections, taken in zip(CONNECTIONS, figures, strict=True)
            for name, figure in summary(taken).items()
        },
        {},
    )


def id_token(url: str, provider: str) -> str:
    """Return the ID Token of a sign-in."""
    phone = Phone(provider, CLIENT_ID, REDIRECT_URI)
    form = phone.sign_in(USERS[0].username, USERS[0].password).form
    answer = requests.post(f"{url}/token/exchange", form, timeout=35)
    return str(answer.json()["id_token"])


def load(url: str, token: str, connections: int, seconds: float) -> list[float]:
    """Return how long each request took that *connections* sent one after another, in seconds."""
    taken: list[float] = []
    body = urlencode({"client_id": CLIENT_ID, "token": token})
    until = time.monotonic() + seconds
    clients = [
        threading.Thread(target=_ask, args=(url, body, until, taken)) for _ in range(connections)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return taken


def _ask(url: str, body: str, until: float, taken: list[float]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=35)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request("POST", "/token/verify", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"the front answered {answer.status}")
        taken.append(time.perf_counter() - began)
    connection.close()


def summary(taken: Sequence[float]) -> dict[str, float]:
    """Return requests a second, and the times that half and all but one in a hundred stay under."""
    hundredths = quantiles(taken, n=100)
    return {
        "rps": round(len(taken) / SECONDS),
        "p50_ms": round(hundredths[49] * 1000, 2),
        "p99_ms": round(hundredths[98] * 1000, 2),
    }


if __name__ == "__main__":
    main()
