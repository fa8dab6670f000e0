"""What untrusted octets reach, each as a function that raises only if something is wrong.

A verdict, or an error that is documented, is what every input has to end in. Anything else
that comes out of one of these is a finding.
"""

import json
from collections.abc import Callable, Mapping

from relying_party.errors import InvalidRequest, InvalidToken, Reason
from relying_party.protocol.claims import MAX_SUBJECT
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.jws import parse_unverified
from relying_party.protocol.parameters import parse_parameters
from tests.pool.case import ACCEPTED, INSUFFICIENT_SCOPE, UNEXAMINABLE, Asked, Case, Setting
from tests.pool.forge import good, spelled
from tests.pool.judge import judge
from tests.pool.keys import EC, ED25519, RSA
from tests.pool.pool import POOL
from tests.tokens import CLIENT_ID, ISSUER, NOW, key_set

Target = Callable[[bytes], None]

VERDICTS = {ACCEPTED, INSUFFICIENT_SCOPE, UNEXAMINABLE, *(reason.value for reason in Reason)}

ANYTHING = Setting(algorithms=("RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed448"))

_EDDSA = Setting(algorithms=("EdDSA",))
_KEYS = key_set(ED25519)


def a_token_is_parsed_or_refused(data: bytes) -> None:
    """Text that nobody signed."""
    try:
        parse_unverified(_text(data))
    except InvalidToken:
        return


def a_token_gets_a_verdict(data: bytes) -> None:
    """Text that nobody signed, through everything: it must not be accepted."""
    verdict = judge(Case("fuzz", frozenset(), _text(data), setting=ANYTHING))

    assert verdict in VERDICTS
    assert verdict != ACCEPTED or _text(data) in _SIGNED


def signed_claims_get_a_verdict(data: bytes) -> None:
    """Claims that the issuer did sign, whatever they say."""
    token = spelled(data, key=ED25519)
    asked = Asked(nonce=None, access_token="x", max_age=600)

    verdict = judge(Case("fuzz", frozenset(), token, keys=_KEYS, setting=_EDDSA, asked=asked))

    assert verdict in VERDICTS
    if verdict == ACCEPTED:
        _require_good(json.loads(data))


def a_signed_header_gets_a_verdict(data: bytes) -> None:
    """A header that the issuer did sign, over good claims."""
    token = spelled(header=data, key=ED25519)

    verdict = judge(Case("fuzz", frozenset(), token, keys=_KEYS, setting=_EDDSA))

    assert verdict in VERDICTS
    if verdict == ACCEPTED:
        header = json.loads(data)
        assert header["alg"] == "EdDSA"
        assert not {"crit", "b64"} & header.keys()


def a_key_set_is_parsed_or_refused(data: bytes) -> None:
    """A document where a JWK Set should be, then a token under it."""
    try:
        parse_key_set(data)
    except ValueError:
        return
    for token in _TOKENS_BY_ALGORITHM:
        assert judge(Case("fuzz", frozenset(), token, keys=data, setting=ANYTHING)) in VERDICTS


def parameters_are_parsed_or_refused(data: bytes) -> None:
    """A body, as a form and as JSON, then every way of reading a parameter."""
    for content_type in ("application/x-www-form-urlencoded", "application/json"):
        try:
            parameters = parse_parameters(content_type, data)
        except InvalidRequest:
            continue
        for name in (*parameters.values, "absent"):
            for read in (parameters.required, parameters.several, parameters.whole_number):
                _read(read, name)


def _read(read: Callable[[str], object], name: str) -> None:
    try:
        read(name)
    except InvalidRequest:
        return


def _text(data: bytes) -> str:
    """Return any text at all: what is no UTF-8 becomes half surrogate pairs."""
    return data.decode("utf-8", "surrogateescape")


def _require_good(claims: dict[str, object]) -> None:
    """Check again, by other means, what an accepted token must say."""
    subject, expiry = claims["sub"], claims["exp"]
    assert claims["iss"] == ISSUER
    assert claims["aud"] in (CLIENT_ID, [CLIENT_ID]) or claims.get("azp") == CLIENT_ID
    assert isinstance(subject, str)
    assert 0 < len(subject) <= MAX_SUBJECT
    assert type(expiry) in (int, float)
    assert float(str(expiry)) + _EDDSA.clock_skew > NOW


_SIGNED = {case.token for case in POOL}

_TOKENS_BY_ALGORITHM = [good(key) for key in (RSA, EC, ED25519)]

TARGETS: Mapping[str, Target] = {
    target.__name__: target
    for target in (
        a_token_is_parsed_or_refused,
        a_token_gets_a_verdict,
        signed_claims_get_a_verdict,
        a_signed_header_gets_a_verdict,
        a_key_set_is_parsed_or_refused,
        parameters_are_parsed_or_refused,
    )
}
