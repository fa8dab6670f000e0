"""Latchkey's relying party: everything the functions share (OpenID Connect Core 1.0 §1.2)."""
