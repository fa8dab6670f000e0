"""Coverage-guided fuzzing of one target: ``python -m tests.fuzz.coverage_guided NAME SECONDS``.

A finding is written to ``build/fuzz`` and ends the process with an error; pass its path after
the seconds to run it again.
"""

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["relying_party", "json.decoder"]):
    from tests.fuzz.seeds import SEEDS
    from tests.fuzz.targets import TARGETS

WORK = Path("build/fuzz")

LONGEST = 20_000
"""Octets: a little more than the longest token that is read at all."""


def main() -> None:
    """Fuzz the target named on the command line for as many seconds as said there."""
    name, seconds, *inputs = sys.argv[1:]
    corpus = WORK / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS[name]:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={WORK}/finding-{name}-",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, *(inputs or [str(corpus)])], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
