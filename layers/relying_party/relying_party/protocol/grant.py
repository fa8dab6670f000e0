"""What is remembered of a grant while its tokens live: never a token, and no one's name.

A grant's tokens form a family. Each of them finds its own small record, and through it the
family; a revoked family has a tombstone.
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256

from relying_party.protocol.claims import Claims
from relying_party.protocol.json_object import parse_json_object
from relying_party.protocol.sealing import SealedName, derive
from relying_party.protocol.verified_token import VerifiedToken


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token of a family leads to. Everything about the user is hashed."""

    client_id: str
    """The only client that its tokens are for."""
    family: str
    """Random, for the life of the grant."""
    issuer: str = ""
    subject: str = ""
    audience: tuple[str, ...] = ()
    nonce: str = ""
    authorized_party: str = ""
    code_verifier: str | None = field(default=None, repr=False)
    """Only for issuers that want it again with each refresh, and apps that do not hold it."""


def with_id_token(grant: Grant, verified: VerifiedToken) -> Grant:
    """Return *grant* with what the sign-in's ID Token says about whose it is."""
    claims = verified.claims
    return replace(
        grant,
        issuer=verified.issuer,
        subject=_hash(claims["sub"]),
        audience=_hash_audience(claims),
        nonce=_hash(claims.get("nonce")),
        authorized_party=_hash(claims.get("azp")),
    )


def agrees(grant: Grant, refreshed: VerifiedToken) -> bool:
    """Tell whether a refreshed ID Token is the same user's, for the same client.

    OIDC Core §12.2: ``iss`` and ``sub`` must be those of the sign-in, ``aud`` must include
    its, ``nonce`` and ``azp`` may be missing but not differ. A grant that has seen no ID Token
    has nothing to compare with.
    """
    if not grant.subject:
        return True
    claims = refreshed.claims
    return (
        refreshed.issuer == grant.issuer
        and _hash(claims["sub"]) == grant.subject
        and set(grant.audience) <= set(_hash_audience(claims))
        and _hash(claims.get("nonce")) in ("", grant.nonce)
        and _hash(claims.get("azp")) in ("", grant.authorized_party)
    )


def _hash_audience(claims: Claims) -> tuple[str, ...]:
    aud = claims["aud"]
    return tuple(_hash(value) for value in (aud if isinstance(aud, list) else [aud]))


def _hash(value: object) -> str:
    """Return the hash of a claim; the empty string where there is none."""
    return "" if value is None else sha256(str(value).encode()).hexdigest()


def token_record(token: str) -> SealedName:
    """Return where the record of *token* is, be it a refresh or an access token.

    The record says whose it is: so one that another client presents is known as such.
    """
    return derive("token", token)


def family_of_unknown(client_id: str, refresh_token: str) -> str:
    """Return the family of a refresh token that has no record: its own, and always the same.

    So a revocation that comes while such a token is being refreshed still finds it.
    """
    return derive("family", client_id, refresh_token).name


def dump_grant(grant: Grant) -> bytes:
    """Return *grant* as it is sealed."""
    return json.dumps(asdict(grant)).encode()


def parse_grant(data: bytes) -> Grant:
    """Return the grant in *data*.

    Raises:
        ValueError: it is none.
    """
    members = parse_json_object(data)
    known = {each.name for each in fields(Grant)} & members.keys()
    try:
        # Members of a later release are left out: a rollback must not lose a grant
        grant = Grant(**{name: members[name] for name in known})
        return replace(grant, audience=tuple(grant.audience))
    except TypeError:
        raise ValueError("not a grant") from None
