"""Where the time of a verification goes, RS256 by RS256: `python -m bench.verify_parts`.

Each part through the bare signature check. Their sum is less than the whole: right after a
signature each runs slower than by itself. What no verification in Python can do without is
`unchecked`: base64, JSON and the signature, with nothing judged; and no answer from memory
without `remembered`: SHA-256 of the token, a look-up, and the clock.
"""

import json
import platform
from binascii import a2b_base64
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from bench.interleaved import Way, measure, same
from bench.report import publish
from bench.subject import CLIENT, EXPECTED, KEYS, tokens, warm_keys
from relying_party.deployment import clock
from relying_party.protocol.base64url import parse_base64url
from relying_party.protocol.claims import require_nonce
from relying_party.protocol.id_token import require_id_token
from relying_party.protocol.json_object import parse_json_object
from relying_party.protocol.jws import UnverifiedJws, parse_unverified, signature_fits

TOKENS = 100

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def main() -> None:
    """Measure, print and write down."""
    taken = measure(_ways(tokens(KEYS["rs256"], TOKENS)), bare="bare")
    publish(
        {f"verify_part_{name}_ratio": one.ratio for name, one in taken.items() if name != "bare"},
        {},
    )
    print(f"{TOKENS} tokens a round, Python {platform.python_version()}, {platform.machine()}.")


def _ways(signed: list[str]) -> dict[str, Way]:
    cache, now, nonce = warm_keys(), clock(), EXPECTED.nonce or ""
    verify = KEYS["rs256"].private.public_key().verify
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    parsed = [parse_unverified(token) for token in signed]
    key = cache.current(now + 8).keys.find(parsed[0])
    if key is None:
        raise SystemExit("the key of the tokens is not in the set")
    segments = [each for token in signed for each in token.split(".")[1:]]
    payloads = [parse_base64url(each) for each in segments[::2]]
    claims = [jws.unverified_claims for jws in parsed]

    def bare(jws: UnverifiedJws) -> None:
        verify(jws.signature, jws.signing_input, scheme, digest)

    def unchecked(token: str) -> object:
        signing_input, _, signature = token.encode().rpartition(b".")
        payload = signing_input.partition(b".")[2]
        verify(_decode(signature), signing_input, scheme, digest)
        return json.loads(_decode(payload))

    known = {
        sha256(token.encode()).digest(): jws for token, jws in zip(signed, claims, strict=True)
    }

    def remembered(token: str) -> object:
        found = known[sha256(token.encode()).digest()]
        return found if clock() > 0 else None

    return {
        "bare": same(bare, parsed),
        "unchecked": same(unchecked, signed),
        "remembered": same(remembered, signed),
        "parse": same(parse_unverified, signed),
        "base64_payload": same(parse_base64url, segments[::2]),
        "base64_signature": same(parse_base64url, segments[1::2]),
        "json": same(parse_json_object, payloads),
        "json_unchecked": same(json.loads, payloads),
        "claims": same(lambda jws: require_id_token(jws, CLIENT, EXPECTED, now=now), parsed),
        "nonce": same(lambda each: require_nonce(each, nonce), claims),
        "key_set": same(lambda _: cache.current(now + 8), parsed),
        "key": same(cache.current(now + 8).keys.find, parsed),
        "signature": same(lambda jws: signature_fits(jws, key), parsed),
        "sha256": same(lambda token: sha256(token.encode()).digest(), signed),
    }


def _decode(segment: bytes) -> bytes:
    return a2b_base64(segment.translate(_TO_STANDARD) + b"==")


if __name__ == "__main__":
    main()
