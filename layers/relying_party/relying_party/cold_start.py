"""Imported before anything else, so that a cold start does less (docs/decisions/0008)."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

# What modules make while they load is no garbage, and looking for it takes a tenth of the time
gc.set_threshold(100_000)


class _Later:
    """Stands for something in a module that is not loaded yet: whoever calls it loads it."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def found(self) -> Any:
        """Return what it stands for."""
        return getattr(import_module(self._module), self._name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.found()(*arguments, **named)


class _Deferred(ModuleType):
    """Stands for a module in what has no need of it until it calls something in it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.given: dict[str, _Later] = {}

    def __getattr__(self, name: str) -> _Later:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.given.setdefault(name, _Later(self.__name__, name))


def _load(library: str, *, without: tuple[str, ...]) -> None:
    """Import *library* with stand-ins for modules of which no verdict calls anything.

    Everybody else imports them as ever. Python's own ``LazyLoader`` would stand in everybody's
    way: threads that touch the module at once lock each other out.
    """
    deferred = [_Deferred(name) for name in without if name not in sys.modules]
    sys.modules.update({module.__name__: module for module in deferred})
    try:
        import_module(library)
    finally:
        for module in deferred:
            del sys.modules[module.__name__]
    for module in deferred:
        _hand_out(module)


_handed_out: dict[tuple[str, str], Callable[[], Any]] = {}


def _hand_out(module: _Deferred) -> None:
    """Have its package load it for whoever asks for it there, or for something of it (PEP 562)."""
    parent, _, leaf = module.__name__.rpartition(".")
    package = sys.modules[parent]
    _handed_out[parent, leaf] = partial(import_module, module.__name__)
    for name, later in module.given.items():
        if getattr(package, name, None) is later:
            delattr(package, name)
            _handed_out[parent, name] = later.found
    vars(package)["__getattr__"] = partial(_find, parent, vars(package).get("__getattr__"))


def _find(package: str, before: Callable[[str], Any] | None, name: str) -> Any:
    find = _handed_out.get((package, name))
    if find is not None:
        return find()
    if before is not None:
        return before(name)
    raise AttributeError(f"module {package!r} has no attribute {name!r}")


# Of PyJWT its algorithms are used: neither certificates, nor keys in OpenSSH's format, nor what
# decodes tokens and fetches key sets
_load(
    "jwt.algorithms",
    without=(
        "cryptography.x509",
        "cryptography.hazmat.primitives.serialization.ssh",
        "jwt.api_jwk",
        "jwt.api_jws",
        "jwt.api_jwt",
        "jwt.jwks_client",
    ),
)
# Of Powertools its logger; it is here with all that its package imports, metrics among it
_load(
    "aws_lambda_powertools",
    without=("aws_lambda_powertools.tracing", "aws_lambda_powertools.utilities.jmespath_utils"),
)
