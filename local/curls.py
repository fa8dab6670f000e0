"""The three calls as curl commands, ready to paste."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Curl:
    """One call: what it does, and the command."""

    title: str
    command: str


def build_curls(url: str, exchange: Mapping[str, str], tokens: Path) -> list[Curl]:
    """Exchange, verify and refresh; the later two take their tokens from the first's answer."""
    client = [f"client_id={exchange['client_id']}"]
    file = shlex.quote(str(tokens))
    keep = f"-o {file} && cat {file} && echo"
    form = [f"{name}={quote(value, safe='')}" for name, value in exchange.items()]
    verify = [*client, _taken("token", "id_token", file)]
    refresh = [*client, _taken("refresh_token", "refresh_token", file)]
    return [
        Curl("Exchange the code for tokens", _post(f"{url}/token/exchange", form, keep)),
        Curl("Verify the ID Token", _post(f"{url}/token/verify", verify, r"-w '\n'")),
        Curl("Refresh the tokens", _post(f"{url}/token/refresh", refresh, keep)),
    ]


def _post(url: str, form: list[str], end: str) -> str:
    parameters = [f"-d {parameter}" for parameter in form]
    return " \\\n  ".join([f"curl -sS {url}", *parameters, end])


def _taken(parameter: str, member: str, file: str) -> str:
    """`parameter` with the string that `member` holds in a JSON file."""
    pattern = rf's/.*"{member}": *"\([^"]*\)".*/\1/p'
    return f"\"{parameter}=$(sed -n '{pattern}' {file})\""
