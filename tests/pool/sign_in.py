"""What ties a token to one sign-in: ``nonce`` and ``at_hash`` (OIDC Core §3.1.3.6-3.1.3.8)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from relying_party.protocol import base64url
from tests.pool.case import Asked, Case, Setting, accepted, refused
from tests.pool.forge import claims, good, with_null
from tests.pool.keys import EC, EC384, EC521, ED448, ED25519, RSA, UNBOUND, using
from tests.tokens import NONCE, SigningKey

ACCESS_TOKEN = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
"""The example of OIDC Core appendix A.3."""

WITH_ACCESS_TOKEN = Asked(access_token=ACCESS_TOKEN)


def _nonces() -> list[Case]:
    wrong: Mapping[str, Any] = {
        "another": "another",
        "its beginning": NONCE[:-1],
        "it and more": f"{NONCE}x",
        "in capitals": NONCE.upper(),
        "with a blank behind it": f"{NONCE} ",
        "empty": "",
        "a number": 1,
        "true": True,
        "an array": [NONCE],
        "an object": {"nonce": NONCE},
        "its SHA-256": hashlib.sha256(NONCE.encode()).hexdigest(),
        "beyond ASCII": "n\u00f6nce",
    }
    nobody_asked = Asked(nonce=None)
    return [
        refused(f"nonce is {what}", good(nonce=value), Reason.WRONG_NONCE)
        for what, value in wrong.items()
    ] + [
        refused("nonce is missing", good(nonce=None), Reason.WRONG_NONCE, Reason.MISSING_CLAIM),
        refused("nonce is null", with_null("nonce"), Reason.WRONG_NONCE, Reason.MISSING_CLAIM),
        refused(
            "nonce is a number that looks like the one expected",
            good(nonce=1234),
            Reason.WRONG_NONCE,
            asked=Asked(nonce="1234"),
        ),
        accepted("nonce is right", good()),
        accepted("nonce is there, and nobody asked", good(nonce="x"), asked=nobody_asked),
        accepted("nonce is missing, and nobody asked", good(nonce=None), asked=nobody_asked),
        accepted(
            "nonce is beyond ASCII, as expected",
            good(nonce="n\u00f6nce"),
            asked=Asked(nonce="n\u00f6nce"),
        ),
    ]


_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}
KEYS = (
    *(using(RSA, alg) for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
    *(EC, EC384, EC521, ED25519, ED448),
)


def _digest(alg: str) -> bytes:
    """Return the whole hash: SHA-512 for Ed25519 and SHAKE256 for Ed448 (RFC 8032 §5)."""
    if alg == "Ed448":
        return hashlib.shake_256(ACCESS_TOKEN.encode()).digest(114)
    return hashlib.new(_HASHES.get(alg[-3:], "sha512"), ACCESS_TOKEN.encode()).digest()


def _at_hash(alg: str) -> str:
    digest = _digest(alg)
    return base64url.encode(digest[: len(digest) // 2])


def _asked_of(key: SigningKey) -> dict[str, Any]:
    setting = Setting(algorithms=(key.alg,))
    return {"setting": setting, "keys": UNBOUND, "asked": WITH_ACCESS_TOKEN}


def _wrongly_hashed(name: str, key: SigningKey, at_hash: str) -> Case:
    token = good(key, at_hash=at_hash)
    return refused(name, token, Reason.WRONG_TOKEN_HASH, **_asked_of(key))


def _wrong_hashes(key: SigningKey) -> dict[str, Any]:
    digest, right = _digest(key.alg), _at_hash(key.alg)
    half = len(digest) // 2
    return {
        "the whole hash": base64url.encode(digest),
        "the right half of the hash": base64url.encode(digest[half:]),
        "cut by a character": right[:-1],
        "cut by an octet": base64url.encode(digest[: half - 1]),
        "an octet too long": base64url.encode(digest[: half + 1]),
        "padded": right + "=" * (-len(right) % 4 or 2),
        "in hexadecimal": digest[:half].hex(),
        "of another access token": base64url.encode(hashlib.sha256(b"other").digest()[:half]),
        "the access token": ACCESS_TOKEN,
        "in capitals": right.upper(),
        "with a blank behind it": f"{right} ",
    }


def _hashes() -> list[Case]:
    families = (RSA, using(RSA, "RS384"), EC521, ED25519, ED448)
    return [
        accepted(
            f"at_hash is right for {key.alg}",
            good(key, at_hash=_at_hash(key.alg)),
            **_asked_of(key),
        )
        for key in KEYS
    ] + [
        _wrongly_hashed(f"at_hash under {key.alg} is {what}", key, value)
        for key in families
        for what, value in _wrong_hashes(key).items()
    ]


def _kinds_of_hash() -> list[Case]:
    invalid: Mapping[str, Any] = {"a number": 1, "true": True, "an array": [_at_hash("RS256")]}
    return [
        refused(
            f"at_hash is {what}",
            good(at_hash=value),
            *(Reason.INVALID_CLAIM, Reason.WRONG_TOKEN_HASH),
            asked=WITH_ACCESS_TOKEN,
        )
        for what, value in {**invalid, "empty": ""}.items()
    ] + [
        refused(
            "at_hash is null",
            with_null("at_hash"),
            *(Reason.MISSING_CLAIM, Reason.INVALID_CLAIM, Reason.WRONG_TOKEN_HASH),
            asked=WITH_ACCESS_TOKEN,
        ),
        accepted("at_hash is missing", RSA.sign(claims()), asked=WITH_ACCESS_TOKEN),
        accepted("at_hash is wrong, and nobody asked", good(at_hash="x")),
        _wrongly_hashed("at_hash by SHA-256 under RS384", using(RSA, "RS384"), _at_hash("RS256")),
        _wrongly_hashed("at_hash by SHA-512 under RS256", RSA, _at_hash("RS512")),
    ]


def _code_hashes() -> list[Case]:
    right, other = _at_hash("RS256"), base64url.encode(bytes(16))
    asked = Asked(code=ACCESS_TOKEN)
    return [
        accepted("c_hash is right", good(c_hash=right), asked=asked),
        accepted("c_hash is missing", good(), asked=asked),
        accepted("c_hash is wrong, and nobody asked", good(c_hash=other)),
        refused("c_hash is wrong", good(c_hash=other), Reason.WRONG_TOKEN_HASH, asked=asked),
        refused(
            "c_hash is padded", good(c_hash=right + "=="), Reason.WRONG_TOKEN_HASH, asked=asked
        ),
        refused(
            "at_hash stands where c_hash should, and is wrong",
            good(at_hash=right, c_hash=other),
            Reason.WRONG_TOKEN_HASH,
            asked=Asked(access_token=ACCESS_TOKEN, code=ACCESS_TOKEN),
        ),
    ]


def _contexts() -> list[Case]:
    one_of_two = Asked(acr_values=frozenset({"silver", "gold"}))
    wrong: Mapping[str, Any] = {"another": "bronze", "part of one": "gol", "in capitals": "GOLD"}
    invalid: Mapping[str, Any] = {"empty": "", "an array": ["gold"], "a number": 2, "true": True}
    return [
        *(accepted(f"acr is {acr}", good(acr=acr), asked=one_of_two) for acr in ("silver", "gold")),
        *(
            refused(f"acr is {what}", good(acr=value), Reason.INVALID_CLAIM, asked=one_of_two)
            for what, value in {**wrong, **invalid}.items()
        ),
        refused("acr is missing", good(), Reason.MISSING_CLAIM, asked=one_of_two),
        accepted("acr is anything, and nobody asked", good(acr=["odd"])),
    ]


def _hashed_nonces() -> list[Case]:
    hashed = hashlib.sha256(NONCE.encode()).hexdigest()
    apple = Setting(nonce_may_be_hashed=True)
    wrong = {
        "another's hash": hashlib.sha256(b"another").hexdigest(),
        "the hash in capitals": hashed.upper(),
        "the hash of the hash": hashlib.sha256(hashed.encode()).hexdigest(),
        "the hash in base64url": base64url.encode(hashlib.sha256(NONCE.encode()).digest()),
        "half of the hash": hashed[:32],
    }
    return [
        accepted(
            "nonce is the hash, as this client may have it", good(nonce=hashed), setting=apple
        ),
        accepted("nonce is right, where it may be the hash", good(), setting=apple),
        *(
            refused(f"nonce is {what}", good(nonce=value), Reason.WRONG_NONCE, setting=apple)
            for what, value in wrong.items()
        ),
    ]


CASES: dict[str, list[Case]] = {
    "nonce": [*_nonces(), *_hashed_nonces()],
    "token hash": [*_hashes(), *_kinds_of_hash(), *_code_hashes()],
    "authentication context": _contexts(),
}
