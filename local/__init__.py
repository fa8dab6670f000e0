"""Latchkey on one machine: the real handlers behind an HTTP front, with a provider of their own."""
