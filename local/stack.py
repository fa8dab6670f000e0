"""Everything together: front, containers, provider and DynamoDB, started and stopped as one."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from local.configuration import Configuration, names_local_provider, read_configuration
from local.containers import ContainerPool
from local.dynamodb import Emulator
from local.front import Front, Invoke
from local.provider.app import build_app
from local.server import HOST, LoopbackServer, PortInUseError
from local.template import Function, Stack, read_stack

ROOT = Path(__file__).parent.parent
DEMO_CLIENTS = ROOT / "local" / "clients.toml"


@dataclass(frozen=True)
class RunningStack:
    """What runs where."""

    url: str
    emulator: str
    routes: tuple[str, ...]
    configuration: Configuration
    unset_secrets: tuple[str, ...]
    folder: Path
    invoke: Invoke
    """Hands an event to a function, by its logical id."""


class Pool(Protocol):
    """The containers of one function."""

    def invoke(self, event: Any, /) -> Any:
        """Return the handler's answer to `event`."""

    def close(self) -> None:
        """Stop every container."""


class MakePool(Protocol):
    """Makes the pool of a function, from what its containers' environment and logs are to be."""

    def __call__(
        self, function: Function, environment: Mapping[str, str], logs: IO[str] | None, /
    ) -> Pool:
        """Return it; none of its containers has to be started yet."""


@dataclass(frozen=True)
class Code:
    """What runs behind the doors: the sources, or what was built of them."""

    template: Path = ROOT / "template.yaml"
    parameters: Mapping[str, str] = field(default_factory=dict)
    make_pool: MakePool = ContainerPool


@contextmanager
def start_stack(
    port: int,
    clients_file: Path,
    log: Callable[[str], None],
    logs: IO[str] | None = None,
    code: Code | None = None,
) -> Iterator[RunningStack]:
    """Run everything until the `with` block ends.

    `log` takes the front's lines, and `logs` what the functions print, where that is not the
    terminal. `code` is what runs, where that is not the sources.
    """
    _leave_this_machine_out()
    with ExitStack() as parts:
        # First what can be refused, then what takes time.
        server = parts.enter_context(closing(LoopbackServer(port)))
        code = code or Code()
        stack = read_stack(code.template, code.parameters)
        provider = _reserve_provider(parts, clients_file, server.port + 1)
        url = provider.url if provider else None
        configuration = read_configuration(clients_file, stack, url)
        secrets = configuration.secret_values()
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="latchkey-")))
        emulator = parts.enter_context(closing(Emulator(folder)))
        if provider:
            registrations = configuration.registrations(secrets, server.url)
            provider.serve(build_app(provider.url, registrations))
        _fill(emulator, stack, configuration, secrets)
        environment = {**configuration.environment, **emulator.environment}
        environment["PUBLIC_URL"] = server.url  # a gateway's own name would be one of AWS's
        pools = {
            logical_id: parts.enter_context(closing(code.make_pool(function, environment, logs)))
            for logical_id, function in stack.functions.items()
        }

        def invoke(logical_id: str, event: Mapping[str, Any]) -> Any:
            return pools[logical_id].invoke(event)

        front = Front(stack.routes, invoke, log)
        server.serve(parts.enter_context(closing(front)))
        yield RunningStack(
            url=server.url,
            emulator=emulator.url,
            routes=tuple(sorted(route.key for route in stack.routes)),
            configuration=configuration,
            unset_secrets=tuple(configuration.unset_variables(secrets)),
            folder=folder,
            invoke=invoke,
        )


def _leave_this_machine_out() -> None:
    """Keep proxies away from loopback, and this user's AWS profile away from the emulator."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), HOST, "localhost")))
    os.environ.pop("AWS_PROFILE", None)


def _reserve_provider(
    parts: ExitStack, clients_file: Path, preferred_port: int
) -> LoopbackServer | None:
    if not names_local_provider(clients_file):
        return None
    try:
        server = LoopbackServer(preferred_port)
    except PortInUseError:
        server = LoopbackServer()
    return parts.enter_context(closing(server))


def _fill(
    emulator: Emulator, stack: Stack, configuration: Configuration, secrets: Mapping[str, str]
) -> None:
    emulator.wait_until_ready()
    emulator.create_tables(stack.tables)
    for name, value in secrets.items():
        emulator.put_secret(configuration.settings.secret_prefix + name, value)
