"""The whole pool, class by class."""

from tests.pool import (
    access_token_profiles,
    access_tokens,
    algorithms,
    headers,
    json_texts,
    key_sets,
    kinds,
    parties,
    published_keys,
    sign_in,
    signatures,
    structure,
    subjects,
    tenants,
    times,
)
from tests.pool.case import Case

CLASSES: dict[str, list[Case]] = {
    "algorithms": algorithms.CASES,
    "signatures": signatures.CASES,
    "headers": headers.CASES,
    "structure": structure.CASES,
    "JSON": json_texts.CASES,
    "times": times.CASES,
    "tenants": tenants.CASES,
    **parties.CASES,
    **subjects.CASES,
    **sign_in.CASES,
    "access tokens": access_tokens.CASES,
    "access token profiles": access_token_profiles.CASES,
    **kinds.CASES,
    "published keys": published_keys.CASES,
    "key sets": key_sets.CASES,
}

POOL: list[Case] = [case for cases in CLASSES.values() for case in cases]
