"""How the cost of a verification grows: `python -m bench.scaling`.

With the size of the token, with the keys in the issuer's set, and with the configured clients
that a token may be for. Each figure is beside the smallest of its row, in the same rounds, and
every token is one that this verification sees for the first time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.interleaved import Calls, Way, measure
from bench.report import publish
from bench.subject import CLIENT, EXPECTED, KEYS, claims, tokens, verifier, warm_keys
from relying_party.application.key_cache import KeyCache
from relying_party.application.repeat_cache import Clients
from relying_party.deployment import clock
from relying_party.protocol.verified_token import TokenUse
from tests.tokens import Json

TOKENS, ROUNDS = 100, 31
KIB = (1, 2, 4, 8, 16)
KEY_COUNTS = (1, 10, 100, 1000)
CLIENT_COUNTS = (1, 10, 100)

_KEY = KEYS["rs256"]
_PADDING = "picture"
"""A claim of any length that nobody judges."""


def main() -> None:
    """Measure, print and write down."""
    publish(
        {
            **_row("scaling_token_kib", {size: _of_size(size) for size in KIB}),
            **_row("scaling_keys", {count: _among_keys(count) for count in KEY_COUNTS}),
            **_row("scaling_clients", {count: _among_clients(count) for count in CLIENT_COUNTS}),
        },
        {},
    )


def _row(name: str, ways: dict[int, Way]) -> dict[str, float]:
    smallest = str(min(ways))
    taken = measure({str(size): way for size, way in ways.items()}, smallest, ROUNDS)
    return {f"{name}_{size}_ratio": one.ratio for size, one in taken.items()}


def _of_size(kib: int) -> Way:
    return _verifying(warm_keys(), (CLIENT,), [_token_of(number, kib) for number in range(TOKENS)])


def _token_of(number: int, kib: int) -> str:
    """Return a token just under *kib* KiB, the largest that is taken at any door."""
    bare = len(_KEY.sign({**claims(number), _PADDING: ""}))
    octets = (kib * 1024 - bare) * 3 // 4 - 3  # base64url makes four of three
    return _KEY.sign({**claims(number), _PADDING: "x" * max(0, octets)})


def _among_keys(count: int) -> Way:
    others = [_other_key(number) for number in range(count - 1)]
    return _verifying(warm_keys(*others, _KEY), (CLIENT,), tokens(_KEY, TOKENS))


def _other_key(number: int) -> Json:
    """Return a key that is in the set, and has signed nothing here."""
    return {**KEYS["es256"].jwk, "kid": f"another-{number}"}


def _among_clients(count: int) -> Way:
    """Have the tokens be for the last of so many."""
    others = [
        replace(CLIENT, name=f"another-{number}", client_id=f"another-{number}")
        for number in range(count - 1)
    ]
    return _verifying(warm_keys(), (*others, CLIENT), tokens(_KEY, TOKENS))


def _verifying(cache: KeyCache, clients: Clients, signed: Sequence[str]) -> Way:
    def begin() -> Callable[[str], object]:
        verify = verifier(cache)
        return lambda token: verify.judge(
            token, clients, TokenUse.ID_TOKEN, EXPECTED, deadline=clock() + 8
        )

    return Calls(begin, signed)


if __name__ == "__main__":
    main()
