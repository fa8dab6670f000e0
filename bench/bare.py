"""What everything is measured by: the signature alone, checked by `cryptography` itself."""

from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from jwt.utils import raw_to_der_signature

from bench.interleaved import Way, same
from relying_party.protocol.jws import parse_unverified
from tests.tokens import SigningKey


def bare(key: SigningKey, signed: Sequence[str]) -> Way:
    """Return the way that only checks signatures, of what was taken apart before."""
    public: Any = key.private.public_key()
    parsed = [parse_unverified(token) for token in signed]
    if key.alg == "RS256":
        inputs: list[Any] = [
            (jws.signature, jws.signing_input, padding.PKCS1v15(), hashes.SHA256())
            for jws in parsed
        ]
    elif key.alg == "ES256":
        curve, ecdsa = public.curve, ec.ECDSA(hashes.SHA256())
        inputs = [
            (raw_to_der_signature(jws.signature, curve), jws.signing_input, ecdsa) for jws in parsed
        ]
    else:
        inputs = [(jws.signature, jws.signing_input) for jws in parsed]
    return same(lambda arguments: public.verify(*arguments), inputs)
