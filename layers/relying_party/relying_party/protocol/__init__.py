"""The protocols, pure: no network, no clock, no environment, no randomness, no logging.

Time comes in as ``now`` (seconds since the epoch), randomness as bytes. ``parse_*`` turns
untrusted input into a type or raises, ``require_*`` returns its argument or raises,
``build_*`` cannot fail. What is called ``unverified_…`` may refuse a token, never accept one.
"""
