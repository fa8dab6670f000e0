"""How a careful reader of each library's documentation would verify an ID Token with it.

Everything that a library offers for this is used: a list of algorithms, issuer, audience,
leeway, required claims, the key set as it is published. What a library leaves to its user is
done here only where its documentation shows how: comparing the nonce.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from authlib.oidc.core import CodeIDToken
from jose import jwt as python_jose_jwt
from jose.exceptions import JOSEError
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tests.pool.case import Case

_REQUIRED = ("iss", "sub", "aud", "exp", "iat")


class Refused(Exception):
    """The library, or the one line that its documentation adds, refuses the token."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A library and how it is used."""

    name: str
    algorithms: frozenset[str]
    verify: Callable[[Case, list[str]], None]
    """Returns where the token is accepted; takes the case and the algorithms to allow."""
    refusals: tuple[type[Exception], ...]
    """What the library documents that it raises for a bad token or key set."""


class _PublishedKeys(jwt.PyJWKClient):
    """PyJWT's own client of key sets, without the network."""

    def __init__(self, document: bytes) -> None:
        super().__init__("https://issuer.example/jwks")
        self._document = document

    def fetch_data(self) -> Any:
        return json.loads(self._document)


def _pyjwt(case: Case, algorithms: list[str]) -> None:
    key = _PublishedKeys(case.keys).get_signing_key_from_jwt(case.token)
    claims = jwt.decode(
        case.token,
        key,
        algorithms=algorithms,
        audience=_audiences(case),
        issuer=_issuers(case),
        leeway=case.setting.clock_skew,
        options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
    )
    _require_nonce(claims, case)


def _joserfc(case: Case, algorithms: list[str]) -> None:
    token = _joserfc_token(case, algorithms)
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=int(case.now), leeway=case.setting.clock_skew, **_options(case)
    )
    registry.validate(token.claims)
    _require_nonce(token.claims, case)


def _authlib(case: Case, algorithms: list[str]) -> None:
    token = _joserfc_token(case, algorithms)
    params = {"nonce": case.asked.nonce, "client_id": case.setting.client_id}
    claims = CodeIDToken(token.claims, token.header, _options(case), params)
    claims.validate(now=int(case.now), leeway=case.setting.clock_skew)


def _joserfc_token(case: Case, algorithms: list[str]) -> Any:
    """Return the token decoded as Authlib's own OpenID Connect client does it."""
    try:
        keys = KeySet.import_key_set(json.loads(case.keys))
    except Exception as unusable:
        raise Refused from unusable  # whoever fetched the key set would have noticed
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    return joserfc_jwt.decode(case.token, keys, registry=registry)


def _options(case: Case) -> dict[str, Any]:
    essential = {name: {"essential": True} for name in _REQUIRED}
    return {
        **essential,
        "iss": {"essential": True, "values": _issuers(case)},
        "aud": {"essential": True, "values": _audiences(case)},
    }


def _python_jose(case: Case, algorithms: list[str]) -> None:
    required = {f"require_{name}": True for name in _REQUIRED}
    claims = python_jose_jwt.decode(
        case.token,
        _named_key(case),
        algorithms=algorithms,
        audience=case.setting.client_id,
        issuer=tuple(_issuers(case)),
        options={**required, "leeway": case.setting.clock_skew, "verify_at_hash": False},
    )
    _require_nonce(claims, case)


def _named_key(case: Case) -> dict[str, Any]:
    """Return the key that the token names, for python-jose tries whatever it is given."""
    kid = python_jose_jwt.get_unverified_header(case.token).get("kid")
    document = json.loads(case.keys)
    members = document.get("keys", []) if isinstance(document, dict) else []
    for member in members:
        if isinstance(member, dict) and member.get("kid") == kid:
            return member
    raise Refused


def _issuers(case: Case) -> list[str]:
    return [case.setting.issuer, *case.setting.aliases]


def _audiences(case: Case) -> list[str]:
    return [case.setting.client_id, *case.setting.audiences]


def _require_nonce(claims: dict[str, Any], case: Case) -> None:
    if case.asked.nonce is not None and claims.get("nonce") != case.asked.nonce:
        raise Refused


_RSA_AND_EC = frozenset(
    {*("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), *("ES256", "ES384", "ES512")}
)

PEERS = (
    Peer("PyJWT", _RSA_AND_EC | {"EdDSA"}, _pyjwt, (jwt.PyJWTError, Refused)),
    Peer(
        "joserfc",
        _RSA_AND_EC | {"EdDSA", "Ed25519", "Ed448"},
        _joserfc,
        (JoseError, Refused),
    ),
    Peer("Authlib", _RSA_AND_EC | {"EdDSA", "Ed25519", "Ed448"}, _authlib, (JoseError, Refused)),
    Peer(
        "python-jose",
        _RSA_AND_EC - {"PS256", "PS384", "PS512"},
        _python_jose,
        (JOSEError, Refused),
    ),
)
