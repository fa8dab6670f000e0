"""Imported before anything else: what modules make while they load is no garbage.

To look for garbage among it takes a tenth of a cold start (docs/decisions/0008). Cycles are
still collected, once so many objects are new that some may well be.
"""

import gc

gc.set_threshold(100_000)
