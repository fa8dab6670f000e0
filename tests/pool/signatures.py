"""Signatures: changed, cut, malleable, or by somebody else (RFC 7518 §3.3-3.5, RFC 8032 §5.1.7)."""

from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from relying_party.errors import Reason
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import claims, good, resigned, signature_of, signing_input
from tests.pool.keys import ATTACKER, ATTACKER_EC, EC, EC521, ED448, ED25519, RSA, UNBOUND, using
from tests.tokens import SigningKey, encode_json

ANY = Setting(algorithms=("RS256", "PS256", "ES256", "ES512", "EdDSA"))

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SHA1 = hashes.SHA1()  # noqa: S303 - wrong on purpose

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def _bad(name: str, token: str, **more: object) -> Case:
    return refused(name, token, Reason.BAD_SIGNATURE, setting=ANY, keys=UNBOUND, **more)


def _flipped(octets: bytes, at: int) -> bytes:
    changed = bytearray(octets)
    changed[at] ^= 1
    return bytes(changed)


_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "its first bit flipped": lambda octets: _flipped(octets, 0),
    "a bit in its middle flipped": lambda octets: _flipped(octets, len(octets) // 2),
    "its last bit flipped": lambda octets: _flipped(octets, -1),
    "its last octet cut off": lambda octets: octets[:-1],
    "its first octet cut off": lambda octets: octets[1:],
    "its second half cut off": lambda octets: octets[: len(octets) // 2],
    "a zero octet behind it": lambda octets: octets + b"\0",
    "a zero octet before it": lambda octets: b"\0" + octets,
    "nothing but zeros": lambda octets: bytes(len(octets)),
    "nothing but ones": lambda octets: b"\xff" * len(octets),
    "one octet": lambda octets: octets[:1],
    "itself twice": lambda octets: octets * 2,
    "nothing": lambda _: b"",
}


def _changed() -> list[Case]:
    return [
        _bad(
            f"the signature of an {key.alg} token is {change}"
            if change in ("nothing", "one octet", "nothing but zeros", "nothing but ones")
            else f"the signature of an {key.alg} token has {change}",
            resigned(good(key), _CHANGES[change](signature_of(good(key)))),
        )
        for key in (RSA, EC, ED25519)
        for change in _CHANGES
    ]


def _ecdsa_parts(token: str) -> tuple[int, int]:
    octets = signature_of(token)
    return int.from_bytes(octets[:32], "big"), int.from_bytes(octets[32:], "big")


def _raw(r: int, s: int, width: int = 32) -> bytes:
    return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def _ecdsa() -> list[Case]:
    token = good(EC)
    r, s = _ecdsa_parts(token)
    order, most = P256_ORDER, 2**256 - 1
    wrong = {
        "as DER": encode_dss_signature(r, s),
        "with each half as wide as for P-521": _raw(r, s, 66),
        "with its halves exchanged": _raw(s, r),
        "with r = 0": _raw(0, s),
        "with s = 0": _raw(r, 0),
        "with r = s = 0, as DER": encode_dss_signature(0, 0),
        "with r = 1 and s = 0": _raw(1, 0),
        "with r = 0 and s = 1": _raw(0, 1),
        "with r = n": _raw(order, s),
        "with s = n": _raw(r, order),
        "with r = s = n": _raw(order, order),
        "with r beyond n": _raw(most, s),
        "with s beyond n": _raw(r, most),
        "with r = s": _raw(r, r),
    }
    return [
        _bad(f"an ES256 signature {what}", resigned(token, octets))
        for what, octets in wrong.items()
    ] + [
        accepted(
            f"an ES256 signature with the {which} of the two s that fit",
            resigned(token, _raw(r, pick(s, order - s))),
            setting=ANY,
        )
        for which, pick in (("higher", max), ("lower", min))
    ]


def _eddsa() -> list[Case]:
    token = good(ED25519)
    octets = signature_of(token)
    scalar = int.from_bytes(octets[32:], "little")
    identity = (1).to_bytes(32, "little")
    wrong = {
        "with S + L instead of S": octets[:32] + (scalar + ED25519_ORDER).to_bytes(32, "little"),
        "with S = 0": octets[:32] + bytes(32),
        "with R the neutral point and S = 0": identity + bytes(32),
        "with R of small order and S = 0": bytes(32) + bytes(32),
        "with its halves exchanged": octets[32:] + octets[:32],
        "as long as one of Ed448": octets + bytes(114 - 64),
    }
    return [
        _bad(f"an Ed25519 signature {what}", resigned(token, value))
        for what, value in wrong.items()
    ] + [_bad("an Ed448 signature as short as one of Ed25519", _short_ed448())]


def _short_ed448() -> str:
    token = good(using(ED448, "EdDSA"))
    return resigned(token, signature_of(token)[:64])


def _rsa() -> list[Case]:
    n = RSA.private.public_key().public_numbers().n
    numbers = {"0": 0, "1": 1, "n - 1": n - 1, "n": n}
    return [
        _bad(f"an RS256 signature that is {what}", resigned(good(), value.to_bytes(256, "big")))
        for what, value in numbers.items()
    ] + [
        _bad(f"{alg} signed with {what}", _signed_with(alg, scheme, digest))
        for alg, what, scheme, digest in (
            ("RS256", "SHA-1", padding.PKCS1v15(), _SHA1),
            ("RS256", "SHA-512", padding.PKCS1v15(), hashes.SHA512()),
            ("PS256", "an empty salt", _pss(hashes.SHA256(), 0), hashes.SHA256()),
            ("PS256", "the longest salt", _pss(hashes.SHA256(), 222), hashes.SHA256()),
            ("PS256", "SHA-1 in its mask", _pss(_SHA1, 32), hashes.SHA256()),
        )
    ]


def _pss(mask: hashes.HashAlgorithm, salt: int) -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(mask), salt_length=salt)


def _signed_with(alg: str, scheme: padding.AsymmetricPadding, digest: hashes.HashAlgorithm) -> str:
    token = good(using(RSA, alg))
    return resigned(token, RSA.private.sign(signing_input(token), scheme, digest))


def _others() -> list[Case]:
    header, payload, signature = good().split(".")
    richer = encode_json(claims(sub="somebody else"))
    marked = encode_json({"alg": "RS256", "kid": "rsa", "typ": "JWT", "extra": 1})
    elsewhere = encode_json({"alg": "RS256", "kid": "p256", "typ": "JWT"})
    return [
        _bad("another's key under the issuer's kid", good(ATTACKER)),
        _bad("another's EC key under the issuer's kid", good(ATTACKER_EC)),
        _bad("the signature of the issuer's other token", resigned(good(), signature_of(_other()))),
        _bad("another payload under a good signature", f"{header}.{richer}.{signature}"),
        _bad("another header over a good signature", f"{marked}.{payload}.{signature}"),
        _bad("the payload alone was signed", _signed_part(payload)),
        _bad("an ES512 signature by half", _half_es512()),
        refused(
            "the kid of a key of another kind",
            f"{elsewhere}.{payload}.{signature}",
            Reason.UNKNOWN_KEY,
            setting=ANY,
        ),
        refused(
            "a stranger's key under its own kid",
            SigningKey("RS256", "stranger", ATTACKER.private).sign(claims()),
            Reason.UNKNOWN_KEY,
        ),
    ]


def _other() -> str:
    return good(sub="user-2")


def _signed_part(payload: str) -> str:
    octets = RSA.private.sign(payload.encode(), padding.PKCS1v15(), hashes.SHA256())
    return resigned(good(), octets)


def _half_es512() -> str:
    token = good(EC521)
    return resigned(token, signature_of(token)[:66])


CASES = [*_changed(), *_ecdsa(), *_eddsa(), *_rsa(), *_others()]
