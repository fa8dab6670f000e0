"""What a storm of refreshes costs a provider: `python -m bench.storm`.

Fifty containers, each a process, present one refresh token at once to the certified provider,
with what is kept in AWS's DynamoDB Local. Beside it the same without the replay window, as a
backend does that only passes requests on.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.report import publish
from tests.dynamodb_local import DynamoDbLocal
from tests.storm.container import Container
from tests.storm.weather import (
    CONTAINERS,
    PASSING_ON,
    RETRY_SAFE,
    Weather,
    distinct,
    present,
    statuses,
    weather,
)

TARGETS = {"refresh_storm_requests": 1, "refresh_storm_distinct_answers": 1}


def measure(storm: Weather, containers: Sequence[Container], client_id: str) -> dict[str, float]:
    """Return what one storm of *client_id* came to."""
    held = storm.sign_in(client_id)["refresh_token"]
    answers = present(containers, held, client_id)
    good = [answer for answer in answers if answer.status == 200]  # noqa: PLR2004 - HTTP's
    last = present(containers[:1], good[-1].body["refresh_token"], client_id) if good else []
    return {
        "requests": storm.refreshes(held),
        "answers": len(good),
        "distinct_answers": distinct(good),
        "alive": statuses(last)[200],
    }


def run() -> dict[str, float]:
    """Return both storms' figures."""
    with tempfile.TemporaryDirectory() as folder, closing(DynamoDbLocal()) as dynamodb:
        dynamodb.wait_until_ready()
        with weather(Path(folder), dynamodb) as storm:
            containers = storm.containers(CONTAINERS)
            ours = measure(storm, containers, RETRY_SAFE)
            plain = measure(storm, containers, PASSING_ON)
    return {
        **{f"refresh_storm_{name}": figure for name, figure in ours.items()},
        **{f"refresh_storm_passed_on_{name}": figure for name, figure in plain.items()},
    }


if __name__ == "__main__":
    publish(run(), TARGETS)
