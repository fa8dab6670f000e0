"""The issuer's JWK Set: parsed leniently member by member, chosen from strictly (RFC 7517 §5)."""

import json
from collections.abc import Iterator
from typing import Any

from relying_party.protocol.algorithms import ALGORITHMS
from relying_party.protocol.json_object import parse_json_object
from relying_party.protocol.jwk import VerificationKey
from relying_party.protocol.jws import UnverifiedJws

MAX_KEYS = 1000
"""Members beyond this are not looked at; no issuer publishes anywhere near as many."""

_CERTIFICATES = ("x5c", "x5t", "x5t#S256", "x5u")  # RFC 7517 §4.6-4.9
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")  # RFC 7518 §6
_BALLAST = frozenset((*_CERTIFICATES, *_PRIVATE))

_KEY_TYPES = tuple({algorithm.kty for algorithm in ALGORITHMS.values()})


class KeySet:
    """The keys of one issuer that could verify a signature."""

    def __init__(self, keys: tuple[VerificationKey, ...]) -> None:
        self.keys = keys
        self._found: dict[tuple[str, str | None], VerificationKey] = {}
        """What was found before; of no use where it is the issuer that tells keys apart."""
        self._is_shared = any(key.names_issuer for key in keys)
        self._named: dict[str, list[VerificationKey]] = {}
        for key in keys:
            if isinstance(key.kid, str):
                self._named.setdefault(key.kid, []).append(key)

    def find(self, jws: UnverifiedJws) -> VerificationKey | None:
        """Return the one key that fits *jws*, or None.

        A token without ``kid`` is taken only where a single key fits (OIDC Core §10.1). Two
        keys that fit alike are none: guessing is how key confusion starts.
        """
        found = self._found.get((jws.alg, jws.kid))
        if found is None:
            found = self._choose(jws)
            if found is not None and not self._is_shared:
                self._found[jws.alg, jws.kid] = found
        return found

    def _choose(self, jws: UnverifiedJws) -> VerificationKey | None:
        algorithm = ALGORITHMS[jws.alg]
        claims = jws.unverified_claims
        named = self.keys if jws.kid is None else self._named.get(jws.kid, ())
        fitting = [key for key in named if key.vouches_for(claims) and key.fits(algorithm, jws.kid)]
        return fitting[0] if len(fitting) == 1 else None


def parse_key_set(document: bytes) -> KeySet:
    """Return the usable keys in a JWK Set *document*.

    Members that are malformed, symmetric or of an unknown type are skipped, never fatal for
    the rest (RFC 7517 §5).

    Raises:
        ValueError: not a JWK Set, or no member that could verify a signature.
    """
    members = parse_json_object(document).get("keys")
    if not isinstance(members, list):
        raise ValueError("no array of keys")
    keys = tuple(_verification_keys(members[:MAX_KEYS]))
    if not any(key.can_verify for key in keys):
        raise ValueError("no key that could verify a signature")
    return KeySet(keys)


def _verification_keys(members: list[Any]) -> Iterator[VerificationKey]:
    for member in members:
        if isinstance(member, dict) and member.get("kty") in _KEY_TYPES:
            yield VerificationKey(member)


def without_ballast(document: str) -> str:
    """Return the JWK Set *document*, parsed before, without what we never read.

    Certificates are most of many sets, and every cold container reads what is stored.
    """
    members = json.loads(document)
    return json.dumps({**members, "keys": [_lightened(key) for key in members["keys"]]})


def _lightened(key: Any) -> Any:
    if not isinstance(key, dict):
        return key
    return {name: value for name, value in key.items() if name not in _BALLAST}
