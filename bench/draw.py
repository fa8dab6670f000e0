"""Draws what is in build/bench.json for docs/performance.md: `python -m bench.draw`."""

import re
from collections.abc import Mapping
from pathlib import Path

from bench.plots import Line, draw_bars, draw_lines
from bench.report import read

FOLDER = Path("docs/plots")
ALGORITHMS = ("rs256", "es256", "eddsa")
NAMES = {
    "": "Latchkey",
    "pyjwt_": "PyJWT decode",
    "pyjwkclient_": "PyJWT PyJWKClient + decode",
    "joserfc_": "joserfc",
    "authlib_": "Authlib",
    "python_jose_": "python-jose",
    "google_auth_": "google-auth",
    "node_aws_jwt_verify_": "aws-jwt-verify (Node)",
    "node_jose_": "jose (Node)",
    "node_fast_jwt_": "fast-jwt (Node)",
}
"""By what is between the algorithm and `ratio` in a figure's name."""


def main() -> None:
    """Draw everything whose figures are there."""
    figures = read()
    for algorithm in ALGORITHMS:
        draw_verification(figures, algorithm)
    draw_cold(figures)
    draw_growth(figures)
    draw_front(figures)


def draw_verification(figures: Mapping[str, float], algorithm: str) -> None:
    """Draw what libraries take for the same ID Token."""
    names = {f"verify_{algorithm}_{infix}ratio": name for infix, name in NAMES.items()}
    draw_bars(
        FOLDER / f"verify-{algorithm}.svg",
        f"One {algorithm.upper()} ID Token, its key in memory",
        {name: figures[figure] for figure, name in names.items() if figure in figures},
        "times the bare signature check",
        ours=["Latchkey"],
    )


def draw_cold(figures: Mapping[str, float]) -> None:
    """Draw how long new processes take for their first token."""
    names = {
        "cold_ours_ms": "Latchkey",
        "cold_ours_with_powertools_ms": "Latchkey, and Powertools' Metrics",
        "cold_ours_with_boto3_ms": "Latchkey, the signed read off",
        "cold_node_ms": "Node, aws-jwt-verify and the AWS SDK",
    }
    draw_bars(
        FOLDER / "cold.svg",
        "From the start of a process to its first verified token",
        {name: figures[figure] for figure, name in names.items()},
        "milliseconds",
        ours=["Latchkey"],
    )


def draw_growth(figures: Mapping[str, float]) -> None:
    """Draw how a verification's cost grows."""
    rows = {
        "token of so many KiB": "scaling_token_kib",
        "so many keys in the set": "scaling_keys",
        "so many clients configured": "scaling_clients",
    }
    lines = {name: by_number(figures, f"{row}_(\\d+)_ratio") for name, row in rows.items()}
    draw_lines(
        FOLDER / "growth.svg",
        "How the cost of a verification grows",
        lines,
        ("", "times the smallest"),
        log=True,
    )


def draw_front(figures: Mapping[str, float]) -> None:
    """Draw how long the local run takes, by connections."""
    lines = {
        f"{p} ms": by_number(figures, f"front_(\\d+)_connections_{p}_ms") for p in ("p50", "p99")
    }
    lines["hundreds of requests a second"] = {
        number: rps / 100
        for number, rps in by_number(figures, "front_(\\d+)_connections_rps").items()
    }
    draw_lines(
        FOLDER / "front.svg",
        "POST /token/verify at the local front",
        lines,
        ("connections", ""),
        log=True,
    )


def by_number(figures: Mapping[str, float], pattern: str) -> Line:
    """Return the figures whose names fit *pattern*, by the number in it."""
    found = {re.fullmatch(pattern, name): figure for name, figure in figures.items()}
    return dict(sorted((int(match[1]), figure) for match, figure in found.items() if match))


if __name__ == "__main__":
    main()
