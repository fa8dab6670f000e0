"""The keys of the pool: the issuer's, an attacker's, and what the issuer publishes."""

from dataclasses import replace

from tests.tokens import Json, SigningKey, key_set, signing_key

RSA = signing_key("RS256", "rsa")
EC = signing_key("ES256", "p256")
EC384 = signing_key("ES384", "p384")
EC521 = signing_key("ES512", "p521")
ED25519 = signing_key("EdDSA", "ed25519")
ED448 = signing_key("Ed448", "ed448")
GOOD = (RSA, EC, EC384, EC521, ED25519, ED448)

ATTACKER = signing_key("RS256", "rsa", number=1)
"""Says that it is the issuer's RSA key, as anyone may."""

ATTACKER_EC = signing_key("ES256", "p256", number=1)

PUBLISHED = key_set(*GOOD)


def using(key: SigningKey, alg: str) -> SigningKey:
    """Return *key* signing with another algorithm than it is published for."""
    return replace(key, alg=alg)


def without(jwk: Json, *names: str) -> Json:
    """Return *jwk* less some members."""
    return {name: value for name, value in jwk.items() if name not in names}


UNBOUND = key_set(*(without(key.jwk, "alg") for key in GOOD))
"""The same keys, each for any algorithm of its kind."""
