"""The clients files that ``docs/providers`` shows, as a developer would copy them."""

import re
from pathlib import Path

from relying_party.clients_file import parse_clients_file
from relying_party.protocol.client import Client

PAGES = Path(__file__).parents[2] / "docs" / "providers"

_BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def names() -> list[str]:
    """Return the names of all pages."""
    return sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "README")


def files(page: str) -> list[str]:
    """Return the clients files on *page*: each is complete."""
    return _BLOCK.findall((PAGES / f"{page}.md").read_text("utf-8"))


def load(page: str, number: int = 0) -> dict[str, Client]:
    """Return the clients of file *number* on *page*, by their names."""
    clients = parse_clients_file(files(page)[number], {}, name=f"{page}.md")
    return {client.name: client for client in clients.values()}
