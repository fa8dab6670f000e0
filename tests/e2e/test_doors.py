"""What the HTTP doors answer without anybody's token."""

import base64
import json
import secrets
import time

import pytest

from tests.e2e.api import Api
from tests.e2e.said import Said
from tests.e2e.target import Target

ERRORS = "docs/errors.md"
DOORS = ["/token/exchange", "/token/refresh", "/token/verify", "/login", "/oauth2/token"]
DOORS += ["/oauth2/revoke"]
NOBODY = "nobody-knows-this-client"
CHALLENGE = {"www-authenticate", "x-amzn-remapped-www-authenticate"}


def made_up_token(issuer: str, client_id: str, alg: str) -> str:
    """A token with a key that nobody has: it cannot be examined before the keys are read again."""
    now = int(time.time())
    header = {"alg": alg, "typ": "JWT", "kid": secrets.token_hex(8)}
    claims = {"iss": issuer, "aud": client_id, "sub": "nobody", "iat": now, "exp": now + 300}
    parts = [json.dumps(part).encode() for part in (header, claims)] + [secrets.token_bytes(256)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_the_stack_is_complete(target: Target) -> None:
    status = target.description["StackStatus"]

    assert status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, f"{target.place} is in {status}"


@pytest.mark.parametrize("path", DOORS)
def test_a_door_answers_nobody_with_a_refusal_that_no_cache_keeps(api: Api, path: str) -> None:
    said = api.post(path, {"client_id": NOBODY})

    see = f"{ERRORS}; a 5xx is a function that does not start: its log says why"
    said.require(holds=said.status in {400, 401}, expected="400 or 401", see=see)
    no_store = said.headers.get("cache-control")
    said.require(
        holds=no_store == "no-store",
        expected=f"Cache-Control: no-store, got {no_store}",
        see="a cache or a CDN before the API that changes what we answer",
    )


def test_an_unknown_client_is_told_so(api: Api) -> None:
    said = api.post("/token/refresh", {"client_id": NOBODY, "refresh_token": "none"})

    said.must(400, {"error": "invalid_client"}, see=ERRORS)


def test_a_path_without_a_function_is_the_gateway_s_404(api: Api) -> None:
    said = api.post("/nowhere", {})

    said.must(404, {"message": "Not Found"}, see="the routes in template.yaml")


def test_a_bad_token_gets_its_challenge_in_the_body(api: Api, client_id: str) -> None:
    said = verified(api, client_id, "no.token.atall")

    said.must(401, {"error": "invalid_token", "reason": "malformed"}, see=ERRORS)
    challenge = said.members.get("www_authenticate", "")
    expected = "www_authenticate in the body"
    said.require(holds=challenge.startswith("Bearer error="), expected=expected, see=ERRORS)


@pytest.mark.aws_alone("the gateway renames WWW-Authenticate")
def test_the_gateway_carries_the_challenge_too_by_this_or_that_name(
    api: Api, client_id: str
) -> None:
    said = verified(api, client_id, "no.token.atall")

    found = {said.headers[name] for name in CHALLENGE & said.headers.keys()}
    said.require(
        holds=found == {said.members.get("www_authenticate")},
        expected=f"one of {sorted(CHALLENGE)}, as in the body; got {sorted(found)}",
        see="docs/errors.md: apps read the body, so this costs libraries alone",
    )


def test_the_metadata_sends_libraries_to_our_token_endpoint(api: Api, issuer: str) -> None:
    path = f"/clients/{api.target.client}/.well-known/openid-configuration"

    said = api.get(path)

    expected = {"issuer": issuer, "code_challenge_methods_supported": ["S256"]}
    said.must(200, expected, see="docs/login.md")
    ours = str(said.members["token_endpoint"]).endswith("/oauth2/token")
    said.require(holds=ours, expected="our token_endpoint", see="docs/login.md")


def test_a_token_that_cannot_be_examined_is_a_problem_and_no_error(
    api: Api, client_id: str, issuer: str, alg: str
) -> None:
    """The first unknown key makes the fleet ask the issuer; the second comes too soon after."""
    said = [verified(api, client_id, made_up_token(issuer, client_id, alg)) for _ in range(2)][-1]

    see = f"{ERRORS}: an `error` here would make OAuth libraries sign users out"
    expected = {"error": None, "status": 503, "reason": "temporarily_unavailable"}
    said.must(503, expected, see=see)
    kind = said.headers.get("content-type", "")
    said.require(holds=kind == "application/problem+json", expected="problem+json", see=see)
    wait = said.headers.get("retry-after", "")
    said.require(holds=wait.isdecimal(), expected="Retry-After in seconds", see=see)


def verified(api: Api, client_id: str, token: str) -> Said:
    return api.post("/token/verify", {"client_id": client_id, "token": token})
