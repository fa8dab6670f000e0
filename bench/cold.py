"""How soon a new container has judged its first token, ours and Node's: `python -m bench.cold`.

Each round starts every contender once, in turn; a figure is the median, over the rounds, of the
ratio within a round, so that a machine that slows down slows all of them.
"""

import filecmp
import math
import os
import platform
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.cold_process import Contender, Start, start
from bench.cold_store import Store
from bench.cold_tls import TlsFront
from bench.machine import describe
from bench.report import publish

ROUNDS, WARM_UPS = 25, 1
PROGRAMS, BUNDLES = Path("bench/cold"), Path("build/cold")
SOURCE, BUILT = Path("layers/relying_party"), Path(".aws-sam/build/RelyingPartyLayerX8664/python")
# As `sam init` bundles TypeScript, and then with what makes the bundle smallest and newest
USUAL = ("--bundle", "--minify", "--platform=node", "--target=es2020")
TUNED = (*USUAL[:3], "--target=node20", "--main-fields=module,main")
NOT_TAKEN = """\
Not taken here: Lambda's own part (its sandbox, its file system, the start of its runtime), arm64,
and the network to DynamoDB, which is ministack on loopback."""
TARGETS = {"cold_vs_node_ratio": 0.85, "cold_with_powertools_vs_node_ratio": 0.85}


def main() -> None:
    """Measure, print and write down."""
    bundle("first_verdict", "usual", USUAL)
    bundle("first_verdict", "tuned", TUNED)
    bundle("first_verdict_with_powertools", "with_powertools", USUAL)
    with (
        TemporaryDirectory() as scratch,
        closing(Store(Path(scratch))) as store,
        closing(TlsFront(store.url, Path(scratch))) as front,
    ):
        starts = rounds(contenders(store) | contenders_over_tls(store, front))
    publish({name: figure for name, figure in figures(starts) if not math.isnan(figure)}, TARGETS)
    print(f"{ROUNDS} rounds; ours from {layer()}. {describe()}\n{NOT_TAKEN}")


def bundle(program: str, name: str, options: tuple[str, ...]) -> None:
    """Bundle a program of Node's as a deployment would, into one file."""
    command = [str(PROGRAMS / "node_modules/.bin/esbuild"), str(PROGRAMS / f"{program}.mjs")]
    outfile = f"--outfile={BUNDLES / name}.cjs"
    subprocess.run([*command, *options, outfile, "--log-level=warning"], check=True)  # noqa: S603


def contenders(store: Store) -> dict[str, Contender]:
    """Return who is timed, by the name of its figures."""
    return {
        "node": node("usual", store),
        "tuned_node": node("tuned", store),
        "node_with_powertools": node("with_powertools", store),
        "ours": ours(store),
        "ours_with_powertools": ours(store, program="first_verdict_with_powertools"),
        "ours_with_boto3": ours(store, SIGNED_KEY_READS="false"),
    }


def contenders_over_tls(store: Store, front: TlsFront) -> dict[str, Contender]:
    """Return those who also have to load whom they trust."""
    there = {"AWS_ENDPOINT_URL": front.url}
    return {
        "node_tls": node("usual", store, NODE_EXTRA_CA_CERTS=str(front.extra_authorities), **there),
        "ours_tls": ours(store, front.python_path, **there),
    }


def node(program: str, store: Store, **environment: str) -> Contender:
    """Return a bundle of Node's."""
    there = {**store.environment, "PATH": os.environ["PATH"], "NODE_NO_WARNINGS": "1"}
    return Contender(["node", f"{BUNDLES}/{program}.cjs"], {**there, **environment})


def ours(
    store: Store, *before: Path, program: str = "first_verdict", **environment: str
) -> Contender:
    """Return our handler, with folders that come before the layer."""
    folders = (*before, layer(), Path("functions/token_verify"))
    paths = {"PYTHONPATH": os.pathsep.join(str(folder.resolve()) for folder in folders)}
    command = [sys.executable, str(PROGRAMS / f"{program}.py")]
    return Contender(command, {**store.environment, **paths, **environment})


def layer() -> Path:
    """Return the layer as built where it is this very source, with bytecode; else the source."""
    names = [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("relying_party/**/*.py")]
    same, *_ = filecmp.cmpfiles(SOURCE, BUILT, names, shallow=False)
    runs_here = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    compiled = any(BUILT.rglob("relying_party/**/*.pyc"))
    return BUILT if runs_here and compiled and len(same) == len(names) else SOURCE


def rounds(competing: Mapping[str, Contender]) -> dict[str, list[Start]]:
    """Start everyone in turn, in another order each round: who comes after whom matters."""
    starts: dict[str, list[Start]] = {name: [] for name in competing}
    for _ in range(WARM_UPS + ROUNDS):
        for name in random.sample(list(competing), len(competing)):
            starts[name].append(start(competing[name]))
    return {name: taken[WARM_UPS:] for name, taken in starts.items()}


def figures(starts: Mapping[str, list[Start]]) -> Iterator[tuple[str, float]]:
    """Yield what is published, by its name."""
    mine, theirs = starts["ours"], starts["node"]
    yield "cold_vs_node_ratio", ratio(mine, theirs, lambda one: one.seconds)
    yield "cold_cpu_vs_node_ratio", ratio(mine, theirs, lambda one: one.cpu_seconds)
    both = starts["ours_with_powertools"], theirs
    yield "cold_with_powertools_vs_node_ratio", ratio(*both, lambda one: one.seconds)
    for name in ("tuned_node", "node_with_powertools", "ours_with_boto3"):
        yield f"cold_vs_{name}_ratio", ratio(mine, starts[name], lambda one: one.seconds)
        yield f"cold_cpu_vs_{name}_ratio", ratio(mine, starts[name], lambda one: one.cpu_seconds)
    over_tls = starts["ours_tls"], starts["node_tls"]
    yield "cold_tls_vs_node_ratio", ratio(*over_tls, lambda one: one.seconds)
    yield "cold_cpu_tls_vs_node_ratio", ratio(*over_tls, lambda one: one.cpu_seconds)
    for name, taken in starts.items():
        yield f"cold_{name}_ms", round(1000 * statistics.median(one.seconds for one in taken), 1)
    yield "cold_rss_mib", round(statistics.median(one.mebibytes for one in mine), 1)
    yield "cold_node_rss_mib", round(statistics.median(one.mebibytes for one in theirs), 1)


def ratio(mine: list[Start], theirs: list[Start], of: Callable[[Start], float]) -> float:
    """Return the median of the ratios within each round."""
    pairs = zip(mine, theirs, strict=True)
    return round(statistics.median(of(one) / of(other) for one, other in pairs), 3)


if __name__ == "__main__":
    main()
