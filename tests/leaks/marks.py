"""What must be found nowhere: every secret that passed, in every spelling, down to pieces of it."""

import base64
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

PIECE = 12
"""Characters: so long a piece of a secret is a leak, and so a half of one is. What is shorter
than that holds too little chance to be told from any other word."""

_JSON_IN_BASE64 = "eyJ"
"""How the header and the payload of every token begin."""


@dataclass(frozen=True)
class Leak:
    """Where a secret was found, and what stood around it."""

    where: str
    kinds: frozenset[str]
    around: str


class Marks:
    """The secrets so far. Nobody has to mark them: those that pass are random enough."""

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        """How many secrets of each kind."""
        self._known: set[tuple[str, str]] = set()
        self._pieces: dict[str, set[str]] = {}

    def keep(self, kind: str, secret: object) -> None:
        """Remember *secret*; of a token its parts, since others may share most of its claims."""
        if not isinstance(secret, str) or len(secret) < PIECE or (kind, secret) in self._known:
            return
        self._known.add((kind, secret))
        self.kept[kind] += 1
        if _JSON_IN_BASE64 not in secret:
            self._keep_pieces(kind, secret)
            return
        for part in re.split(r"[., ]+", secret):
            self._keep_pieces("payload" if part.startswith(_JSON_IN_BASE64) else kind, part)

    def _keep_pieces(self, kind: str, secret: str) -> None:
        for spelling in _spellings(secret):
            for start in range(len(spelling) - PIECE + 1):
                self._pieces.setdefault(spelling[start : start + PIECE], set()).add(kind)

    def keep_named(self, named: Mapping[str, Any], kinds: Iterable[str]) -> None:
        """Remember those members whose names are among *kinds*, in objects within objects too."""
        for name, value in named.items():
            if isinstance(value, Mapping):
                self.keep_named(value, kinds)
            elif name in kinds:
                self.keep(name, value)

    def find(self, where: str, text: str, given: frozenset[str] = frozenset()) -> Iterator[Leak]:
        """Yield each place in *text* with a piece of a secret that is none of those *given*."""
        end = 0
        for start in range(len(text) - PIECE + 1):
            kinds = self._pieces.get(text[start : start + PIECE])
            if kinds and start >= end and not kinds & given:
                end = start + 200  # the same secret goes on
                yield Leak(where, frozenset(kinds), text[max(0, start - 200) : end])


def _spellings(secret: str) -> set[str]:
    """Return what becomes of *secret* in URLs, forms, JSON, HTML, Python, base64 and hex."""
    octets = secret.encode("utf-8", "surrogatepass")
    in_json = json.dumps(secret)[1:-1]
    texts = {secret, in_json, json.dumps(in_json)[1:-1], repr(secret)[1:-1], html.escape(secret)}
    urls = {quote(secret, "", errors="replace"), quote_plus(secret, errors="replace")}
    return {
        *texts,
        *urls,
        *(quote(url, "") for url in urls),
        octets.hex(),
        octets.hex().upper(),
        *_base64_spellings(octets),
    }


def _base64_spellings(octets: bytes) -> Iterator[str]:
    """Yield both alphabets, and each of the three ways to stand behind something else."""
    for before in range(3):
        spelling = base64.b64encode(bytes(before) + octets).decode().rstrip("=")
        # The first and last characters belong in part to the neighbours
        within = spelling[4 if before else 0 : -1]
        yield within
        yield within.replace("+", "-").replace("/", "_")
