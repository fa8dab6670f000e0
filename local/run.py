"""`make run`: the whole of Latchkey on this machine, until Ctrl-C.

Exit status 2, with one line on stderr, where something that was asked for cannot be had.
"""

import argparse
import signal
import sys
import threading
from pathlib import Path

from local.configuration import Configuration
from local.curls import build_curls
from local.dynamodb import EmulatorError
from local.phone import Phone
from local.provider.accounts import USERS
from local.server import PortInUseError
from local.stack import DEMO_CLIENTS, RunningStack, start_stack
from relying_party.errors import ConfigurationError

_LAST_PORT = 65535
_WORDS = {"code": "CODE", "code_verifier": "CODE_VERIFIER", "nonce": "NONCE"}


def main() -> int:
    """Run until told to stop; the exit status."""
    arguments = _parse_arguments()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    _stop_on_signals()
    try:
        with start_stack(arguments.port, arguments.clients, print) as stack:
            _introduce(stack)
            _wait()
    except (ConfigurationError, PortInUseError) as error:
        print(f"latchkey: {error}", file=sys.stderr)
        return 2
    except EmulatorError as error:
        print(f"latchkey: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # while it was still starting
        return 0
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.run", description=__doc__)
    parser.add_argument("--port", type=_port, default=3000, help="of the API (default 3000)")
    parser.add_argument(
        "--clients", type=Path, default=DEMO_CLIENTS, help="a clients file in place of the demo's"
    )
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _stop_on_signals() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` may have ignored it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def _introduce(stack: RunningStack) -> None:
    print()
    for part, place in _parts(stack):
        print(f"  {part:<12}{place}")
    for variable in stack.unset_secrets:
        print(f"\n  No client secret: set {variable} to exchange and refresh.")
    exchange = _exchange_form(stack.configuration)
    print(f"\nLatchkey is ready on {stack.url}\n")
    curls = build_curls(stack.url, exchange, stack.folder / "tokens.json")
    for number, curl in enumerate(curls, start=1):
        print(f"# {number}. {curl.title}\n{curl.command}\n")
    print("Ctrl-C stops all of it. From here on: one line per request, and the functions' logs.\n")


def _parts(stack: RunningStack) -> list[tuple[str, str]]:
    configuration = stack.configuration
    users = " and ".join(f"{user.username}/{user.password}" for user in USERS)
    parts = [("API", f"{stack.url}  ({', '.join(stack.routes)})")]
    if configuration.provider:
        parts.append(("Provider", f"{configuration.provider}  (users {users})"))
    parts.append(("DynamoDB", f"{stack.emulator}  (in memory, with Secrets Manager)"))
    return [*parts, ("Clients", ", ".join(configuration.settings.clients))]


def _exchange_form(configuration: Configuration) -> dict[str, str]:
    """A sign-in of alice's, ready to be exchanged; words to fill in where we cannot sign in."""
    if not configuration.provider or not configuration.own_clients:
        client = next(iter(configuration.settings.clients.values()))
        return {"client_id": client.client_id, "redirect_uri": client.redirect_uris[0]} | _WORDS
    client, alice = configuration.own_clients[0], USERS[0]
    scope = " ".join(client.scopes)
    phone = Phone(configuration.provider, client.client_id, client.redirect_uris[0], scope)
    return phone.sign_in(alice.username, alice.password).form


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print("\nStopping ...")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it behind


if __name__ == "__main__":
    sys.exit(main())
