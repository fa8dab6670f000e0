"""Imported before anything else, so that a cold start does less (docs/decisions/0008)."""

import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import cryptography

# What modules make while they load is no garbage, and looking for it takes a tenth of the time
gc.set_threshold(100_000)

_CERTIFICATES = "cryptography.x509"


class _Deferred(ModuleType):
    """Stands for X.509 in what has no need of it until it asks for something."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def _defer_certificates() -> None:
    """Load PyJWT without X.509, which it imports and no JWK needs.

    Everybody else imports it as ever. Python's own ``LazyLoader`` would stand in everybody's
    way: threads that touch the module at once lock each other out.
    """
    if _CERTIFICATES in sys.modules:
        return
    sys.modules[_CERTIFICATES] = vars(cryptography)["x509"] = _Deferred(_CERTIFICATES)
    try:
        import_module("jwt.algorithms")
    finally:
        del sys.modules[_CERTIFICATES], vars(cryptography)["x509"]


_defer_certificates()
