"""What the first deployment must be able to do, seen from outside."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from rehearsal.app import ALICE, App, Tokens
from rehearsal.clients import CLIENTS_FILE, ISSUER
from rehearsal.deployed import DeployedStack
from rehearsal.report import Report, require
from tools.release import releases


def see_sign_in(app: App, report: Report) -> Tokens:
    """Sign-in, refresh and verification over HTTP."""
    tokens = app.sign_in()
    require(tokens["identity"]["created"], "alice is not new to the identities table")
    report.say("a sign-in with PKCE: its code became tokens, and alice an identity")
    refreshed = app.refresh(tokens)
    require(refreshed["refresh_token"] != tokens["refresh_token"], "the refresh token is the same")
    report.say("a refresh, with rotation")
    answer = app.post("/token/verify", token=refreshed["id_token"])
    _require_alice(answer.json(), "POST /token/verify")
    tampered = app.post("/token/verify", token=refreshed["id_token"][:-8] + "AAAAAAAA")
    require(
        tampered.status_code == HTTPStatus.UNAUTHORIZED, f"a forged token: {tampered.status_code}"
    )
    report.say("the new ID Token is good, and with another signature it is not")
    app.sign_in_by_login()
    report.say("a sign-in that POST /login began")
    return refreshed


def see_functions(stack: DeployedStack, tokens: Tokens, report: Report) -> None:
    """The functions as other functions, API Gateway and the schedule invoke them."""
    verdict = stack.invoke("TokenVerifyFunction", {"token": tokens["id_token"]}).payload
    _require_alice(verdict, "direct invocation")
    report.say("direct invocation of verify: the same verdict")
    require(authorizes(stack, tokens["access_token"]), "the authorizer refuses the access token")
    require(not authorizes(stack, tokens["id_token"]), "the authorizer takes an ID Token")
    report.say("the authorizer takes the access token, and no ID Token")
    refreshed = stack.invoke("JwksRefreshFunction", {"action": "refresh"}).payload
    outcome = refreshed.get("issuers", {}).get(ISSUER, {}).get("outcome")
    require(outcome == "fetched", f"jwks_refresh: {refreshed}")
    report.say("jwks_refresh has fetched the issuer's keys")


def see_release(stack: DeployedStack, tree: Path, report: Report) -> str:
    """What is live says which sources it was built from; their fingerprint."""
    live = stack.invoke("TokenVerifyFunction", {"action": "release"}).payload.get("release")
    built = releases(tree)[CLIENTS_FILE]
    require(live == built, f"live is {live}, and was built from {built}")
    report.say(f"release {built['id']} is live, the fingerprint of what was built")
    return built["id"]


def see_that_roles_count(app: App, report: Report) -> None:
    """Without one of its policies a function is refused, so the others are not for show."""
    iam, resources = app.stack.client("iam"), app.stack.resources
    grant = {"RoleName": resources["LoginRole"], "PolicyArn": resources["UseLoginsTable"]}

    iam.detach_role_policy(**grant)
    without = _begin_login(app)
    iam.attach_role_policy(**grant)

    require(without == HTTPStatus.SERVICE_UNAVAILABLE, f"/login without its grant: {without}")
    again = _begin_login(app)
    require(again == HTTPStatus.OK, f"/login with its grant back: {again}")
    report.say("each function has its own role's rights alone: /login without its table is 503")


def authorizes(stack: DeployedStack, token: str) -> bool:
    """Whether the authorizer lets a request with this token through to an HTTP API."""
    event = {"version": "2.0", "headers": {"authorization": f"Bearer {token}"}}
    answer = stack.invoke("AuthorizerFunction", event)
    require(answer.raised is None, f"the authorizer raised {answer.payload}")
    return bool(answer.payload["isAuthorized"])


def _begin_login(app: App) -> int:
    return app.post("/login", redirect_uri=app.client.redirect_uri).status_code


def _require_alice(verdict: Mapping[str, Any], door: str) -> None:
    good = verdict.get("active") and verdict["claims"]["sub"] == ALICE.sub
    require(good, f"{door}: {sorted(verdict)} {verdict.get('reason', '')}")
