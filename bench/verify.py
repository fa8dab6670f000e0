"""What verifying a token costs beside its bare signature: `python -m bench.verify`.

Ours sees every ID Token for the first time, so that it pays for what it remembers as well; beside
it the same token again, other libraries, and Node's where they are installed. Then access tokens.
"""

import platform

from bench.bare import bare
from bench.interleaved import Calls, Taken, measure, same
from bench.node_ways import node_ways
from bench.peer_timings import Verify, peers, refuses
from bench.report import publish
from bench.subject import (
    CLIENT,
    EXPECTED,
    KEYS,
    access_tokens,
    tokens,
    verifier,
    warm_keys,
)
from relying_party.application.verify_token import VerifyToken
from relying_party.deployment import clock
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.verified_token import TokenUse
from tests.tokens import SigningKey, tampered

TOKENS = 100
"""In one round: 2 ms of the bare way."""

REPEATS = 10 * TOKENS
"""In one round: as long, or what the round before left in the processor's caches would count."""

TARGETS = {
    "verify_rs256_ratio": 1.45,
    "verify_es256_ratio": 1.20,
    "verify_eddsa_ratio": 1.12,
    "verify_repeat_ratio": 0.08,
}
CLIENTS = (CLIENT,)


def main() -> None:
    """Measure, print and write down."""
    figures = {
        name: figure for alg, key in KEYS.items() for name, figure in _figures(alg, key).items()
    }
    publish({**figures, **_access_token_figures()}, TARGETS)
    print(f"{TOKENS} tokens a round, Python {platform.python_version()}, {platform.machine()}.")


def _figures(alg: str, key: SigningKey) -> dict[str, float]:
    signed = tokens(key, TOKENS)
    libraries = peers(key)
    for name, verify in {"ours": _verify(_fresh()), **libraries}.items():
        _require_sound(name, verify, signed[0])
    with node_ways(key, signed) as node:
        taken = measure(
            {
                "bare": bare(key, signed),
                "ours": Calls(lambda: _verify(_fresh()), signed),
                "repeat": same(_verify(_fresh()), signed[:1] * REPEATS),
                **{name: same(verify, signed) for name, verify in libraries.items()},
                **node,
            },
            bare="bare",
        )
    return _named(alg, taken)


def _named(alg: str, taken: dict[str, Taken]) -> dict[str, float]:
    figures = {f"verify_bare_{alg}_us": taken["bare"].microseconds}
    for name, one in taken.items():
        if name == "ours":
            figures[f"verify_{alg}_ratio"] = one.ratio
        elif name == "repeat":
            figures |= {"verify_repeat_ratio": one.ratio} if alg == "rs256" else {}
        elif name != "bare":
            figures[f"verify_{alg}_{name}_ratio"] = one.ratio
    return figures


def _access_token_figures() -> dict[str, float]:
    """Return what an API pays for a token that comes with a request, and with the next ones."""
    key, use, expected = KEYS["rs256"], TokenUse.ACCESS_TOKEN, Expectations()
    signed = access_tokens(key, TOKENS)
    taken = measure(
        {
            "bare": bare(key, signed),
            "ours": Calls(lambda: _verify(_fresh(), use, expected), signed),
            "repeat": same(_verify(_fresh(), use, expected), signed[:1] * REPEATS),
        },
        bare="bare",
    )
    return {
        "verify_access_token_ratio": taken["ours"].ratio,
        "verify_access_token_repeat_ratio": taken["repeat"].ratio,
    }


_KEYS = warm_keys()


def _fresh() -> VerifyToken:
    """Return a verification that holds the keys, and has seen no token yet."""
    return verifier(_KEYS)


def _verify(
    verify: VerifyToken, use: TokenUse = TokenUse.ID_TOKEN, expected: Expectations = EXPECTED
) -> Verify:
    deadline = clock() + 3600
    return lambda token: verify.judge(token, CLIENTS, use, expected, deadline=deadline)


def _require_sound(name: str, verify: Verify, token: str) -> None:
    """End the run where *verify* does not tell good from bad: one that takes all is quick."""
    verify(token)
    if not refuses(verify, tampered(token)):
        raise SystemExit(f"{name} takes a token with another signature")


if __name__ == "__main__":
    main()
