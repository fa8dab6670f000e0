"""Deployments while an app goes on: each is seen to take effect, and no request fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rehearsal.app import App, Tokens
from rehearsal.deployed import DeployedStack
from rehearsal.first import authorizes
from rehearsal.report import Report, require
from rehearsal.traffic import Traffic

_BEFORE, _AFTER, _SECONDS = 10, 20, 30


@contextmanager
def under_way(app: App, report: Report) -> Iterator[Traffic]:
    """An app's requests, going on meanwhile; not one of them may fail."""
    traffic = Traffic(app.stack, app.client.client_id, app.sign_in()["refresh_token"])
    try:
        yield traffic
    finally:
        traffic.stop()
    _require_none_failed(traffic)
    seen = ", ".join(f"{count} at {door}" for door, count in sorted(traffic.answers.items()))
    report.say(f"requests that went on meanwhile: {seen}; none failed")


def see_change(
    traffic: Traffic, deploy: Callable[[], None], holds: Callable[[], bool], what: str
) -> int:
    """Deploy; `holds` is false before and true afterwards. How many requests went on meanwhile."""
    require(traffic.wait_for(_BEFORE, _SECONDS), _stuck(traffic))
    require(not holds(), f"before the deployment already: {what}")
    before = traffic.count
    deploy()
    meanwhile = traffic.count - before
    require(meanwhile > 0, "no request was answered during the deployment")
    require(holds(), f"not after the deployment: {what}")
    require(traffic.wait_for(_AFTER, _SECONDS), _stuck(traffic))
    return meanwhile


def knows(app: App) -> bool:
    """Whether the stack knows the client."""
    answer = app.post("/token/refresh", refresh_token="none").json()
    return bool(answer.get("error") != "invalid_client")


def takes_id_tokens(stack: DeployedStack, tokens: Tokens) -> bool:
    """Whether the authorizer has gone over from access tokens to ID Tokens."""
    id_token, access_token = (
        authorizes(stack, tokens[kind]) for kind in ("id_token", "access_token")
    )
    return id_token and not access_token


def _require_none_failed(traffic: Traffic) -> None:
    require(not traffic.failures, f"a request failed: {traffic.failures}")


def _stuck(traffic: Traffic) -> str:
    return f"the app's requests do not go on: {traffic.failures or 'no answers'}"
