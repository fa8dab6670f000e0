"""All that a storm needs: a certified provider behind a wire, a store, and many containers."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from local.dynamodb import Emulator
from local.template import Table, read_stack
from tests.dynamodb_local import DynamoDbLocal
from tests.interop.certified_provider import SECRET, CertifiedProvider
from tests.storm.container import ROOT, Answer, Container, Nursery
from tests.storm.death import Death
from tests.storm.wire import Wire
from tests.tokens import signing_key

CONTAINERS = 50
RETRY_SAFE, PASSING_ON = "demo-app", "demo-native-app"
"""The client whose requests are safe to repeat, and one without a replay window."""

EXCHANGE, REFRESH, REVOKE = "POST /token/exchange", "POST /token/refresh", "POST /oauth2/revoke"
TOKEN, REVOCATION = "/token", "/token/revocation"

Dynamodb = Emulator | DynamoDbLocal
_TABLES = ("GRANTS_TABLE", "KEYS_TABLE", "IDENTITIES_TABLE")


@dataclass
class Weather:
    """Everything but the requests."""

    provider: CertifiedProvider
    wire: Wire
    nursery: Nursery
    environment: Mapping[str, str]
    folder: Path
    started: list[Container] = field(default_factory=list)

    def containers(
        self, count: int, function: str = "token_refresh", death: Death = Death.NEVER
    ) -> list[Container]:
        """Return containers that have just started."""
        new = [self._start(function, death) for _ in range(count)]
        for container in new:
            container.wait_until_ready()
        return new

    def sign_in(self, client_id: str = RETRY_SAFE) -> dict[str, str]:
        """Return the tokens of a new sign-in, exchanged by our own function."""
        [container] = self.containers(1, "token_exchange")
        answer = container.post(EXCHANGE, self.provider.sign_in(client_id).form)
        container.kill()
        assert answer.status == 200, answer
        return dict(answer.body)

    def refreshes(self, refresh_token: str) -> int:
        """Return how often the wire carried *refresh_token* to the provider."""
        forms = self.wire.forms(TOKEN)
        return sum(form.get("refresh_token") == refresh_token for form in forms)

    def counted(self, event: str) -> int:
        """Return how often operators were told of *event*, by whichever container."""
        return sum(container.events(event) for container in self.started)

    def close(self) -> None:
        """End every container."""
        for container in self.started:
            container.kill()

    def _start(self, function: str, death: Death) -> Container:
        log = self.folder / f"{len(self.started)}.log"
        container = self.nursery.fork(function, self.environment, log, death)
        self.started.append(container)
        return container


HURRIED = 9.0
"""Seconds that an invocation has whose lease is to end soon."""


def refresh_form(refresh_token: str, client_id: str = RETRY_SAFE) -> dict[str, str]:
    """Return the form that refreshes."""
    return {"client_id": client_id, "refresh_token": refresh_token}


def present(
    containers: Sequence[Container], refresh_token: str, client_id: str = RETRY_SAFE
) -> list[Answer]:
    """Have all of *containers* refresh with the same token at once."""
    for container in containers:
        container.send(REFRESH, refresh_form(refresh_token, client_id))
    return [container.receive() for container in containers]


def distinct(answers: list[Answer]) -> int:
    """Return how many different sets of tokens there are among *answers*."""
    names = ("access_token", "refresh_token", "id_token")
    return len({tuple(answer.body.get(name) for name in names) for answer in answers})


def statuses(answers: list[Answer]) -> Counter[int]:
    """Return how often each status was answered."""
    return Counter(answer.status for answer in answers)


@contextmanager
def weather(
    folder: Path, dynamodb: DynamoDbLocal | None = None, endpoint: str | None = None
) -> Iterator[Weather]:
    """Start it all.

    Args:
        folder: where logs go.
        dynamodb: another DynamoDB than the emulator's.
        endpoint: where containers reach it, if not directly.
    """
    with ExitStack() as stack:
        emulator = stack.enter_context(closing(Emulator(folder)))
        provider = CertifiedProvider(signing_key(kid="first"))
        stack.callback(provider.stop)
        wire = stack.enter_context(closing(Wire(provider.url)))
        nursery = stack.enter_context(closing(Nursery()))
        emulator.wait_until_ready()
        environment = {
            **emulator.environment,
            **_function_environment(emulator, dynamodb or emulator),
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint or (dynamodb or emulator).url,
            "CLIENTS_FILE": str(Path(__file__).with_name("clients.toml")),
            "STORM_ISSUER": provider.url,
            "STORM_WIRE": wire.url,
            "PATH": os.environ["PATH"],
        }
        yield stack.enter_context(closing(Weather(provider, wire, nursery, environment, folder)))


def _function_environment(emulator: Emulator, dynamodb: Dynamodb) -> dict[str, str]:
    """Create tables that nobody else uses; return what a function finds in its environment."""
    template = read_stack(ROOT / "template.yaml")
    function = template.functions["TokenExchangeFunction"]
    emulator.put_secret(function.environment["SECRET_PREFIX"] + RETRY_SAFE, SECRET)
    names = {variable: f"storm-{uuid4().hex}" for variable in _TABLES}
    dynamodb.create_tables(
        _renamed(table, names[variable])
        for variable in _TABLES
        for table in template.tables
        if table.name == function.environment[variable]
    )
    return {
        **function.environment,
        **names,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }


def _renamed(table: Table, name: str) -> Table:
    return replace(table, name=name, request={**table.request, "TableName": name})
