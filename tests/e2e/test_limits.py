"""How large a request may be, and how many."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.api import Api

DOORS = "docs/doors.md: tokens over 8 KiB go in the body"
KIB = 1024
MOST_REQUESTS = 1_000


def test_a_token_over_8_kib_gets_through_in_the_body(api: Api, client_id: str) -> None:
    said = api.post("/token/verify", {"client_id": client_id, "token": "a" * 12 * KIB})

    said.must(401, {"reason": "malformed"}, see=DOORS)


def test_a_token_over_16_kib_is_refused_unread(api: Api, client_id: str) -> None:
    said = api.post("/token/verify", {"client_id": client_id, "token": "a" * 17 * KIB})

    said.must(401, {"reason": "too_large"}, see=DOORS)


def test_a_body_over_64_kib_is_refused_unread(api: Api, client_id: str) -> None:
    said = api.post("/token/verify", {"client_id": client_id, "token": "a" * 65 * KIB})

    said.must(400, {"error": "invalid_request"}, see="docs/errors.md")


def test_a_header_of_8_kib_gets_through(api: Api, client_id: str) -> None:
    header = {"Authorization": f"Bearer {'a' * 8 * KIB}"}

    said = api.post("/token/verify", {"client_id": client_id}, header)

    said.must(401, {"reason": "malformed"}, see=DOORS)


@pytest.mark.aws_alone("the gateway's own limit of 10,240 bytes of headers")
def test_headers_over_the_gateway_s_limit_never_reach_a_function(api: Api, client_id: str) -> None:
    header = {"Authorization": f"Bearer {'a' * 11 * KIB}"}

    said = api.post("/token/verify", {"client_id": client_id}, header)

    refused = isinstance(said.status, int) and 400 <= said.status < 500
    ours = "cache-control" in said.headers
    said.require(holds=refused and not ours, expected="a 4xx of the gateway's own", see=DOORS)


@pytest.mark.aws_alone("throttling")
def test_a_burst_is_throttled_by_the_gateway_and_not_by_errors(api: Api) -> None:
    """Three times what ThrottlingBurstLimit allows at once; what is too many gets 429."""
    if not api.target.given.get("BURST"):
        pytest.skip("not asked: BURST=1 sends three times ThrottlingBurstLimit requests at once")
    count = 3 * int(api.target.parameters["ThrottlingBurstLimit"])
    assert count <= MOST_REQUESTS, f"a burst of {count} requests is more than a smoke test sends"

    with ThreadPoolExecutor(64) as many:
        answers = list(many.map(lambda _: api.post("/token/verify", {}), range(count)))

    found = Counter(answer.status for answer in answers)
    see = "docs/rehearsal.md: no 429 on a slow line, 503 where Lambda itself has no room left"
    expected = f"401 for some, 429 for the others, and nothing else; counted {dict(found)}"
    answers[-1].require(holds=set(found) == {401, 429}, expected=expected, see=see)
    refused = next(answer for answer in answers if answer.status == 429)
    refused.must(429, {"error": None}, see="docs/errors.md")
    time.sleep(2)  # the next test is not to be throttled for this one
