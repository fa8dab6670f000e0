"""Node's verifiers as ways to measure: one process, which does a round whenever it is told to."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.subject import CLIENT_ID, DOCUMENT, ISSUER, NONCE
from tests.tokens import SigningKey

FOLDER = Path(__file__).parent / "node"
NAMES = ("bare", "aws_jwt_verify", "jose", "fast_jwt", "fast_jwt_repeat")


@dataclass(frozen=True, slots=True)
class NodeWay:
    """One of the ways in ``verify.mjs``."""

    node: subprocess.Popen[str]
    name: str

    def seconds(self) -> float:
        """Have Node do a round."""
        return float(_ask(self.node, self.name))


@contextmanager
def node_ways(key: SigningKey, tokens: Sequence[str]) -> Iterator[dict[str, NodeWay]]:
    """Lend the ways of a process that verifies *tokens*; none where Node is not at hand."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        print("Left out: Node's libraries. They take Node 20 and `npm ci` in bench/node.")
        yield {}
        return
    command = [node, str(FOLDER / "verify.mjs")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) as process:  # noqa: S603
        _tell(process, _task(key, tokens))
        yield {f"node_{name}": NodeWay(process, name) for name in NAMES}


def _task(key: SigningKey, tokens: Sequence[str]) -> object:
    return {
        "tokens": tokens,
        "document": json.loads(DOCUMENT),
        "alg": key.alg,
        "kid": key.kid,
        "issuer": ISSUER,
        "audience": CLIENT_ID,
        "nonce": NONCE,
    }


def _ask(process: subprocess.Popen[str], question: object) -> str:
    _tell(process, question)
    assert process.stdout  # noqa: S101 - a pipe, as asked for
    return process.stdout.readline()


def _tell(process: subprocess.Popen[str], line: object) -> None:
    assert process.stdin  # noqa: S101 - as above
    print(json.dumps(line), file=process.stdin, flush=True)
