"""Algorithm confusion: the token may not choose how it is checked (RFC 8725 §2.1, §3.1)."""

import json

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from relying_party.errors import Reason
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import claims, good, headed, keyed, signature_of, unsigned
from tests.pool.keys import (
    EC,
    EC384,
    EC521,
    ED448,
    ED25519,
    RSA,
    UNBOUND,
    using,
)
from tests.tokens import SigningKey, encode_json, key_set, private_key

ALL = Setting(
    algorithms=(
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"),
    )
)
"""A client that takes everything there is: what is refused here is refused by anyone."""

UNSUPPORTED = Reason.UNSUPPORTED_ALGORITHM

_NONE = ("none", "None", "NONE", "nOnE", "none ", "", "null", "plain")


def _none() -> list[Case]:
    return [
        refused(
            f"alg is {alg!r} and there is {what}",
            unsigned({"alg": alg, "typ": "JWT"}, signature),
            UNSUPPORTED,
            setting=ALL,
        )
        for alg in _NONE
        for what, signature in (
            ("no signature", b""),
            ("the signature of another token", signature_of(good())),
        )
    ]


def _public_forms(key: SigningKey) -> dict[str, bytes]:
    """Return every way in which a public key may lie about as octets."""
    public = key.private.public_key()
    info = PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(Encoding.PEM, info)
    forms = {
        "PEM": pem,
        "PEM without its last line feed": pem.rstrip(b"\n"),
        "DER": public.public_bytes(Encoding.DER, info),
        "OpenSSH": public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        "JWK": json.dumps(key.jwk).encode(),
    }
    if key.alg == "RS256":
        forms["PKCS #1 PEM"] = public.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
        forms["PKCS #1 DER"] = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        forms["bare modulus"] = public.public_numbers().n.to_bytes(256, "big")
    elif key.alg == "ES256":
        forms["bare point"] = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        forms["bare"] = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return forms


def _keyed_by_public_keys() -> list[Case]:
    return [
        refused(
            f"HS256 keyed with the issuer's {key.kid} public key, {form}",
            keyed(secret, kid=key.kid),
            UNSUPPORTED,
            setting=ALL,
        )
        for key in (RSA, EC, ED25519)
        for form, secret in _public_forms(key).items()
    ] + [
        refused(f"{alg} keyed with {what}", keyed(secret, alg), UNSUPPORTED, setting=ALL)
        for alg, what, secret in (
            ("HS384", "the issuer's public key", _public_forms(RSA)["PEM"]),
            ("HS512", "the issuer's public key", _public_forms(RSA)["PEM"]),
            ("HS256", "nothing", b""),
            ("HS256", "the client_id", claims()["aud"].encode()),
        )
    ]


def _relabelled(key: SigningKey, alg: str) -> str:
    """Return a token that says *alg* and is signed as *key* always signs."""
    return key.sign_segments(
        encode_json({"alg": alg, "kid": key.kid, "typ": "JWT"}), encode_json(claims())
    )


def _swapped() -> list[Case]:
    return [
        refused(
            f"{key.alg} by the key {key.kid}, relabelled {alg}",
            _relabelled(key, alg),
            Reason.UNKNOWN_KEY if other_kind else Reason.BAD_SIGNATURE,
            setting=ALL,
            keys=UNBOUND,
        )
        for key, alg, other_kind in (
            (RSA, "PS256", False),
            (RSA, "RS384", False),
            (RSA, "RS512", False),
            (using(RSA, "PS256"), "RS256", False),
            (using(RSA, "PS256"), "PS512", False),
            (using(RSA, "RS512"), "RS256", False),
            (RSA, "ES256", True),
            (RSA, "EdDSA", True),
            (EC, "RS256", True),
            (EC, "ES384", True),
            (EC, "ES512", True),
            (EC384, "ES256", True),
            (EC, "EdDSA", True),
            (ED25519, "ES256", True),
            (ED25519, "Ed448", True),
            (ED448, "Ed25519", True),
        )
    ]


_UNKNOWN = (
    *("rs256", "Rs256", "RS256 ", " RS256", "RS-256", "RS256\x00", "RSA-SHA256", "SHA256withRSA"),
    *("RS1", "ES256K", "ed25519", "EDDSA", "RSA1_5", "RSA-OAEP", "dir", "A128GCM", "HS256", "*"),
)


def _unknown() -> list[Case]:
    return [
        refused(f"alg is {alg!r}", _relabelled(RSA, alg), UNSUPPORTED, setting=ALL)
        for alg in _UNKNOWN
    ] + [
        refused(f"alg is {what}", headed(alg=alg), Reason.MALFORMED, setting=ALL)
        for what, alg in (
            ("missing", None),
            ("a number", 256),
            ("true", True),
            ("an array", ["RS256"]),
            ("an object", {"RS256": True}),
        )
    ]


def _not_in_the_list() -> list[Case]:
    keys = (using(RSA, "PS256"), using(RSA, "RS512"), EC, EC384, ED25519, ED448)
    return [
        refused(f"{key.alg}, which this client does not accept", good(key), UNSUPPORTED)
        for key in keys
    ] + [
        refused(
            f"{key.alg}, where the key is published for {published}",
            good(key),
            Reason.UNKNOWN_KEY,
            setting=ALL,
        )
        for key, published in ((using(RSA, "PS256"), "RS256"), (using(RSA, "RS512"), "RS256"))
    ]


def _k1() -> list[Case]:
    key = SigningKey("ES256", "k1", private_key("secp256k1"))
    token = SigningKey("ES256K", "k1", key.private).sign(claims())
    published = key_set(RSA, _k1_jwk(key))
    return [
        refused("ES256K by a published key", token, UNSUPPORTED, setting=ALL, keys=published),
        refused(
            "ES256 with a key on secp256k1",
            key.sign(claims()),
            Reason.UNKNOWN_KEY,
            setting=ALL,
            keys=published,
        ),
    ]


def _k1_jwk(key: SigningKey) -> dict[str, str]:
    members = SigningKey("ES256K", key.kid, key.private).jwk
    return {name: value for name, value in members.items() if name != "alg"}


def _each_in_its_own_right() -> list[Case]:
    keys = [using(RSA, alg) for alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")]
    return [
        accepted(
            f"{key.alg} by the key {key.kid}",
            good(key),
            setting=Setting(algorithms=(key.alg,)),
            keys=UNBOUND,
        )
        for key in (*keys, EC, EC384, EC521, ED25519, using(ED25519, "Ed25519"), ED448)
    ] + [
        accepted("EdDSA with a key on Ed448", good(using(ED448, "EdDSA")), setting=ALL),
        accepted(
            "Ed25519, where the key is published for EdDSA",
            good(using(ED25519, "Ed25519")),
            setting=ALL,
        ),
    ]


CASES = [
    *_none(),
    *_keyed_by_public_keys(),
    *_swapped(),
    *_unknown(),
    *_not_in_the_list(),
    *_k1(),
    *_each_in_its_own_right(),
]
