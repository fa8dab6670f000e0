"""Functions of a few lines, for the tests of containers."""

import textwrap
from collections.abc import Callable
from pathlib import Path

from local.containers import ContainerPool
from local.template import Function

ENVIRONMENT = {"AWS_REGION": "us-east-1", "FROM_RUN": "yes"}
MakePool = Callable[..., ContainerPool]


def write_function(folder: Path, code: str, timeout: int = 5) -> Function:
    (folder / "code").mkdir()
    (folder / "layer").mkdir()
    (folder / "layer" / "shared.py").write_text("NAME = 'from the layer'\n")
    (folder / "code" / "app.py").write_text(textwrap.dedent(code))
    return Function(
        name="Hello",
        code=folder / "code",
        layers=(folder / "layer",),
        handler="app.lambda_handler",
        timeout=timeout,
        memory=256,
        environment={"FROM_TEMPLATE": "yes"},
    )
