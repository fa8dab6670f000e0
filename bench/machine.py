"""What the figures were taken on."""

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Return it in one sentence."""
    parts = (
        f"{os.cpu_count()} processors ({_processor()})",
        platform.platform(aliased=True, terse=True),
        f"Python {platform.python_version()} ({platform.python_compiler()})",
        f"cryptography {version('cryptography')}",
        f"PyJWT {version('PyJWT')}",
        _node(),
    )
    return f"{', '.join(filter(None, parts))}; {datetime.now(UTC):%Y-%m-%d}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        return ""
    return f"Node {subprocess.check_output([node, '--version'], text=True).strip()}"  # noqa: S603
