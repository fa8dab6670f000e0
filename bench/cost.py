"""What requests cost on AWS: `python -m bench.cost`; needs Java and npm.

The real handlers do the work in this process, warm, over AWS's DynamoDB Local, which says what
each call would be billed, and against the embedded provider. Measured are the processor time of
the handler's own thread, the units, the calls and the octets logged; `bench.bill` makes dollars
of them. Every token is one that the function sees for the first time.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.bill import Work, per_million, schedule_per_month
from bench.metered import Meter, typical, work_of
from bench.report import publish
from local.configuration import read_configuration
from local.dynamodb import Emulator
from local.template import read_stack
from tests.dynamodb_local import DynamoDbLocal
from tests.integration.functions.harness import EXCHANGE, REFRESH, VERIFY, Functions, sample
from tests.integration.functions.observed_provider import ObservedProvider
from tests.integration.functions.phone_in_hand import PhoneInHand

TIMES, WARM_UPS = 30, 2
MEMORY = (256, 512, 1024)
EVERY_MINUTES = 5
CLIENTS = Path("tests/integration/clients.toml")
PUBLIC_URL = "https://api.example"

Call = Callable[[], Any]


def main() -> None:
    """Measure, print and write down."""
    meter = Meter()
    meter.begin()
    with backend() as (functions, provider):
        works = {
            name: typical(several(meter, provider, prepare))
            for name, prepare in requests_of(functions, PhoneInHand(provider, functions)).items()
        }
    figures = {
        f"cost_{name}_{part}": round(value, 3)
        for name, work in works.items()
        for part, value in asdict(work).items()
    }
    for memory in MEMORY:
        figures |= {f"cost_{name}_{memory}_mb": d for name, d in dollars(works, memory).items()}
    publish(figures, {})


def dollars(works: dict[str, Work], memory: int) -> dict[str, float]:
    """Return what a million of each cost, and what the schedule does in a month."""
    found = {
        name: per_million(work, memory, through_api=name != "verify_direct")
        for name, work in works.items()
        if name != "schedule"
    }
    found["schedule_month"] = schedule_per_month(works["schedule"], memory, EVERY_MINUTES)
    return {name: round(cost, 2) for name, cost in found.items()}


def several(meter: Meter, provider: ObservedProvider, prepare: Callable[[], Call]) -> list[Work]:
    """Return what each of so many requests took; to make one ready is not part of it."""
    works = [work_of(meter, lambda: len(provider.seen), prepare()) for _ in range(WARM_UPS + TIMES)]
    return works[WARM_UPS:]


def requests_of(functions: Functions, phone: PhoneInHand) -> dict[str, Callable[[], Call]]:
    """Return what makes a request of each kind ready."""
    held = dict(phone.held)

    def exchange() -> Call:
        signed_in = phone.sign_in()
        names = ("code", "code_verifier", "nonce")
        event = sample(EXCHANGE, "200_form", {name: getattr(signed_in, name) for name in names})
        return lambda: functions.post(EXCHANGE, event)

    def refresh() -> Call:
        event = sample(REFRESH, "200_form", held)
        return lambda: held.update(functions.post(REFRESH, event).body)

    def verify(case: str) -> Callable[[], Call]:
        def prepare() -> Call:
            event = sample(VERIFY, case, {**held, "id_token": phone.aged_id_token(1)})
            return lambda: functions.invoke(VERIFY, event)

        return prepare

    def schedule() -> Call:
        event = sample("jwks_refresh", "200_schedule", {})
        return lambda: functions.invoke("jwks_refresh", event)

    return {
        "verify_direct": verify("200_direct"),
        "verify_http": verify("200_json"),
        "exchange": exchange,
        "refresh": refresh,
        "schedule": schedule,
    }


@contextmanager
def backend() -> Iterator[tuple[Functions, ObservedProvider]]:
    """Run everything that the handlers reach, and point this process's environment at it."""
    stack = read_stack(Path("template.yaml"))
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        emulator = parts.enter_context(closing(Emulator(folder)))
        dynamodb = parts.enter_context(closing(DynamoDbLocal()))
        provider = parts.enter_context(closing(ObservedProvider()))
        configuration = read_configuration(CLIENTS, stack, provider.url)
        secrets = configuration.secret_values()
        provider.serve(configuration.registrations(secrets, PUBLIC_URL))
        emulator.wait_until_ready()
        for name, value in secrets.items():
            emulator.put_secret(configuration.settings.secret_prefix + name, value)
        dynamodb.wait_until_ready()
        dynamodb.create_tables(stack.tables)
        os.environ |= {
            **stack.functions["TokenExchangeFunction"].environment,
            **configuration.environment,
            **emulator.environment,
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb.url,
            "PUBLIC_URL": PUBLIC_URL,
            "AWS_LAMBDA_FUNCTION_NAME": "cost",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        }
        yield Functions(), provider


if __name__ == "__main__":
    main()
