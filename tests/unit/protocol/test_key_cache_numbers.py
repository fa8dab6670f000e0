"""The numbers that docs/keys.md promises; other tests name them and hold for any."""

import pytest

from relying_party.protocol import key_cache


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("MIN_SOFT_AGE", 300),
        ("MAX_SOFT_AGE", 86400),
        ("HARD_AGE", 86400),
        ("FORCED_COOLDOWN", 30),
        ("SIGNATURE_COOLDOWN", 60),
        ("SETTLED_AFTER", 60),
        ("COMPARE_EVERY", 60),
        ("LEASE", 10),
        ("MAX_BACKOFF", 60),
    ],
)
def test_ages_and_cooldowns_are_what_is_promised(name: str, seconds: int) -> None:
    assert getattr(key_cache, name) == seconds
