"""Twice the input is at most twice the work: nobody can buy much of our time with few octets."""

import json
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from tests.fuzz.targets import TARGETS
from tests.fuzz.work import steps_of
from tests.pool.forge import claims, members, spelled
from tests.pool.keys import EC, ED25519, RSA
from tests.tokens import CLIENT_ID, key_set

SIZES = (100, 200, 400, 800)
"""How many parts an input has."""

SLACK = 400
"""Steps that one call may cost more than another for reasons that have no size."""

TOKENS: dict[str, Callable[[int], str]] = {
    "dots": lambda n: "." * n,
    "letters": lambda n: "A" * n,
    "a long signature": lambda n: f"{spelled().rpartition('.')[0]}.{'A' * (4 * n)}",
    "letters beyond ASCII": lambda n: "\u0435" * n,
    "an unfinished object": lambda n: spelled("{" + '"a": {' * n),
}

CLAIMS: dict[str, Callable[[int], str]] = {
    "members": lambda n: members(", ".join(f'"{number}": 1' for number in range(n))),
    "the same member": lambda n: members(", ".join(['"a": 1'] * n)),
    "a long array": lambda n: members(f'"a": [{", ".join("1" * n)}]'),
    "nested arrays": lambda n: members(f'"a": {"[" * n}{"]" * n}'),
    "nested objects": lambda n: members('"a": ' + '{"a": ' * n + "1" + "}" * n),
    "flat objects": lambda n: members(f'"a": [{", ".join(["{}"] * n)}]'),
    "audiences": lambda n: json.dumps(claims(aud=[CLIENT_ID] * n)),
    "strange audiences": lambda n: json.dumps(claims(aud=[str(number) for number in range(n)])),
    "a long string": lambda n: json.dumps(claims(nonce="n" * n)),
    "escapes": lambda n: members('"a": "' + "\\u00e9" * n + '"'),
    "backslashes": lambda n: members('"a": "' + "\\\\" * n + '"'),
    "digits": lambda n: members(f'"a": {"9" * n}'),
    "digits behind a point": lambda n: members(f'"a": 0.{"9" * n}'),
    "blanks": lambda n: members(f'"a": {" " * n}1'),
}

KEY_SETS: dict[str, Callable[[int], bytes]] = {
    "good keys": lambda n: key_set(*({**EC.jwk, "kid": str(number)} for number in range(n)), RSA),
    "keys of one kid": lambda n: key_set(*[ED25519.jwk] * n),
    "keys that are none": lambda n: key_set(*[{"kty": "RSA"}] * n),
    "nonsense": lambda n: json.dumps({"keys": [None] * n}).encode(),
    "brackets": lambda n: b'{"keys": ' + b"[" * n,
}

BODIES: dict[str, Callable[[int], bytes]] = {
    "fields": lambda n: urlencode({str(number): 1 for number in range(n)}).encode(),
    "the same field": lambda n: b"a=1&" * n,
    "ampersands": lambda n: b"&" * n,
    "percent signs": lambda n: b"a=" + b"%41" * n,
    "members": lambda n: json.dumps({str(number): 1 for number in range(n)}).encode(),
    "client_ids": lambda n: json.dumps({"client_id": ["a"] * n}).encode(),
}


def _shapes() -> list[tuple[str, Callable[[int], bytes]]]:
    def octets(make: Callable[[int], str]) -> Callable[[int], bytes]:
        return lambda n: make(n).encode()

    return [
        *(("a_token_gets_a_verdict", octets(make)) for make in TOKENS.values()),
        *(("signed_claims_get_a_verdict", octets(make)) for make in CLAIMS.values()),
        *(("a_key_set_is_parsed_or_refused", make) for make in KEY_SETS.values()),
        *(("parameters_are_parsed_or_refused", make) for make in BODIES.values()),
    ]


def test_work_that_grows_faster_is_noticed() -> None:
    few, many = (steps_of(lambda n=n: [0 for _ in range(n) for _ in range(n)]) for n in (50, 100))  # type: ignore[misc]

    assert many > few * 2 * 1.1 + SLACK


@pytest.mark.parametrize(
    ("target", "make"),
    _shapes(),
    ids=[*TOKENS, *CLAIMS, *KEY_SETS, *(f"body: {b}" for b in BODIES)],
)
def test_work_grows_no_faster_than_input(target: str, make: Callable[[int], bytes]) -> None:
    inputs = [make(size) for size in SIZES]
    TARGETS[target](inputs[0])  # what is made at the first use is made

    steps = [steps_of(partial(TARGETS[target], data)) for data in inputs]

    for (less, few), (more, many) in pairwise(zip(map(len, inputs), steps, strict=True)):
        assert many <= few * max(1, more / less) * 1.1 + SLACK
