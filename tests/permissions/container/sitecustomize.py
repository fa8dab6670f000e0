"""Python loads this before all else in a container that the wrapper of `plugin.py` has started."""

import os
import sys
from pathlib import Path

from tests.permissions.recorder import CALLS, record_container

record_container()
del os.environ[CALLS], os.environ["PYTHONPATH"]
# The function finds its own folder and its layers, as if we had not been here
_ROOT = Path(__file__).parents[3]
sys.path[:] = [
    folder for folder in sys.path if folder not in {str(_ROOT), str(Path(__file__).parent)}
]
