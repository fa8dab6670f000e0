"""The pool's ID Tokens through other libraries beside ours: `make peers`.

Left out is what no library sets out to do (``at_hash``, ``max_age``, required claims, access
tokens, pinned secrets) and what we refuse by a choice of our own, so that whatever is counted
against a library goes against a specification: the token or key set is one that RFC 7515 to
7519, RFC 8725 or OpenID Connect Core has refused, or one that they have accepted.
"""

import json
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import time_machine

from bench.peer_libraries import PEERS, Peer
from tests.pool.case import ACCEPTED, Case
from tests.pool.judge import judge
from tests.pool.pool import CLASSES

_NOT_THEIR_TASK = (
    "token hash",
    "authentication context",
    "required claims",
    "access tokens",
    "access token profiles",
    "tenants",
    "client secrets",
)

RESULTS = Path("build/peers.json")


@dataclass(slots=True)
class Tally:
    """What one library made of the tokens that it could be asked about."""

    asked: int = 0
    wrongly_accepted: list[str] = field(default_factory=list)
    wrongly_refused: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)
    """Ended in an exception that the library does not document for bad tokens."""


def _applicable() -> list[tuple[str, Case]]:
    return [
        (f"{name}: {case.name}", case)
        for name, cases in CLASSES.items()
        if name not in _NOT_THEIR_TASK
        for case in cases
        if not case.by_choice and case.asked.max_age is None and case.asked.token_use == "id_token"
        if not case.setting.nonce_may_be_hashed
    ]


def _tally(ask: Callable[[Case], str], cases: list[tuple[str, Case]]) -> Tally:
    tally = Tally(asked=len(cases))
    for name, case in cases:
        answer = ask(case)
        if answer.startswith("crashed"):
            tally.crashed.append(f"{name} ({answer})")
        elif answer == ACCEPTED and not case.is_good:
            tally.wrongly_accepted.append(name)
        elif answer != ACCEPTED and case.is_good:
            tally.wrongly_refused.append(name)
    return tally


def _ask(peer: Peer, case: Case) -> str:
    allowed = [name for name in case.setting.algorithms if name in peer.algorithms]
    with time_machine.travel(case.now, tick=False):
        try:
            peer.verify(case, allowed)
        except peer.refusals:
            return "refused"
        except json.JSONDecodeError:
            return "refused"  # the key set is no JSON: whoever fetched it would have noticed
        except Exception as crash:  # noqa: BLE001 - what is counted here
            return f"crashed: {type(crash).__name__}"
    return ACCEPTED


def _fitting(peer: Peer, cases: list[tuple[str, Case]]) -> list[tuple[str, Case]]:
    """Return the cases for which *peer* has an algorithm that the client accepts."""
    return [
        (name, case)
        for name, case in cases
        if set(case.setting.algorithms) <= peer.algorithms
        or (not case.is_good and peer.algorithms.intersection(case.setting.algorithms))
    ]


def _table(tallies: dict[str, Tally]) -> str:
    lines = [f"{'':24}{'tokens':>8}{'wrongly accepted':>18}{'wrongly refused':>17}{'crashed':>9}"]
    lines += [
        f"{name:24}{tally.asked:>8}{len(tally.wrongly_accepted):>18}"
        f"{len(tally.wrongly_refused):>17}{len(tally.crashed):>9}"
        for name, tally in tallies.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Ask everybody about every token, print the table and write down the names."""
    warnings.simplefilter("ignore")
    cases = _applicable()
    tallies = {"Latchkey": _tally(judge, cases)}
    for peer in PEERS:
        ask = lambda case, peer=peer: _ask(peer, case)  # noqa: E731
        tallies[f"{peer.name} {version(peer.name)}"] = _tally(ask, _fitting(peer, cases))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({name: asdict(tally) for name, tally in tallies.items()}, indent=2)
    )
    print(_table(tallies))
    print(f"Every token by name: {RESULTS}")


if __name__ == "__main__":
    main()
