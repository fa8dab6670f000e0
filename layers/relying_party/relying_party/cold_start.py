"""Imported before anything else, so that a cold start does less (docs/decisions/0008)."""

import gc
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

import cryptography

# What modules make while they load is no garbage, and looking for it takes a tenth of the time
gc.set_threshold(100_000)


def _defer_certificates() -> None:
    """Let X.509 load when something of it is asked for: PyJWT imports it, and no JWK needs it.

    Python's own way ("Implementing lazy imports" in the documentation of importlib).
    """
    spec = find_spec("cryptography.x509")
    if spec is None or spec.loader is None or spec.name in sys.modules:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[spec.name] = vars(cryptography)["x509"] = module
    spec.loader.exec_module(module)


_defer_certificates()
