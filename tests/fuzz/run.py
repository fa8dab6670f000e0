"""Fuzz every target in turn, each in a process of its own: ``make fuzz``."""

import os
import subprocess
import sys
from pathlib import Path

TARGETS = (
    "a_token_is_parsed_or_refused",
    "a_token_gets_a_verdict",
    "signed_claims_get_a_verdict",
    "a_signed_header_gets_a_verdict",
    "a_key_set_is_parsed_or_refused",
    "parameters_are_parsed_or_refused",
)


def main() -> None:
    """Share the seconds of ``FUZZ_SECONDS`` among the targets; fail if one has a finding."""
    seconds = max(1, int(os.environ.get("FUZZ_SECONDS", "60")) // len(TARGETS))
    found = [name for name in TARGETS if not _is_clean(name, seconds)]
    if found:
        sys.exit(f"Findings, kept in build/fuzz: {', '.join(found)}")
    print(f"No findings in {len(TARGETS)} targets, {seconds} s each.")


def _is_clean(name: str, seconds: int) -> bool:
    command = [sys.executable, "-m", "tests.fuzz.coverage_guided", name, str(seconds)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    executed = [line for line in run.stderr.splitlines() if "number_of_executed_units" in line]
    print(f"{name:36}{executed[0].split()[-1] if executed else '?':>10} inputs")
    if run.returncode != 0:
        print(run.stdout, run.stderr, sep="\n", file=sys.stderr)
    return run.returncode == 0


if __name__ == "__main__":
    Path("build/fuzz").mkdir(parents=True, exist_ok=True)
    main()
