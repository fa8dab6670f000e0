"""The container itself: who is found first, what cannot be written, and how it fails and ends."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from local.containers import FunctionError
from local.template import Function
from tests.artifact.lambda_container import LambdaContainer
from tests.artifact.places import LAYER, SITE, TASK, Places
from tests.unit.test_requirements import pins

MakeContainer = Callable[[str], LambdaContainer]
TIMEOUT = 5

LOOK_AROUND = """
    import os, sys
    import boto3, jmespath, relying_party, requests, urllib3

    MODULES = boto3, jmespath, relying_party, requests, urllib3

    def lambda_handler(event, context):
        return {
            "paths": sys.path,
            "files": {module.__name__: module.__file__ for module in MODULES},
            "boto3": boto3.__version__,
            "writable": [path for path in sys.path if os.access(path, os.W_OK)],
            "milliseconds": context.get_remaining_time_in_millis(),
        }
"""
IMPORT_EVERYTHING = """
    import importlib, pkgutil
    import relying_party

    def lambda_handler(event, context):
        names = [module.name for module in pkgutil.walk_packages(
            relying_party.__path__, "relying_party."
        )]
        return [importlib.import_module(name).__name__ for name in names]
"""


@pytest.fixture
def make_container(build: Path, places: Places, tmp_path: Path) -> Iterator[MakeContainer]:
    made: list[LambdaContainer] = []

    def make(source: str) -> LambdaContainer:
        (tmp_path / "app.py").write_text(dedent(source))
        layers = (build / "RelyingPartyLayerX8664",)
        function = Function("Hello", tmp_path, layers, "app.lambda_handler", TIMEOUT, 128, {})
        made.append(LambdaContainer(function, {}, None, places))
        return made[-1]

    yield make
    for container in made:
        container.stop()


def test_in_ci_the_parts_lie_where_lambda_has_them(places: Places) -> None:
    if not places.mounted and "CI" not in os.environ:
        pytest.skip("this user may mount nothing: the layer is only the first on the path")

    assert places.mounted


def test_the_layer_comes_before_the_runtime_and_neither_can_be_written(
    make_container: MakeContainer, places: Places, root: Path
) -> None:
    seen = make_container(LOOK_AROUND).invoke({})

    assert seen["boto3"] == pins(root / "requirements/lambda.txt")["boto3"]
    assert 0 < seen["milliseconds"] <= TIMEOUT * 1000
    if places.mounted:
        # What both have comes from the layer, as on Lambda
        found = {name: file.partition(f"/{name}/")[0] for name, file in seen["files"].items()}
        assert found == dict.fromkeys(found, LAYER) | {"boto3": SITE}
        assert seen["paths"][0] == TASK
        assert not {TASK, LAYER, SITE} & set(seen["writable"])
        assert not [path for path in seen["paths"] if path.startswith(str(root))]


def test_every_module_of_the_package_finds_what_it_imports(
    make_container: MakeContainer, build: Path
) -> None:
    package = build / "RelyingPartyLayerX8664/python/relying_party"
    imported = make_container(IMPORT_EVERYTHING).invoke({})

    assert len(imported) == len(list(package.rglob("*.py"))) - 1  # the package itself


def test_what_a_handler_raises_is_reported_and_the_container_goes_on(
    make_container: MakeContainer,
) -> None:
    container = make_container("def lambda_handler(event, context): return 1 / event")

    with pytest.raises(FunctionError, match="ZeroDivisionError: division by zero"):
        container.invoke(0)
    assert container.invoke(2) == 0.5


def test_a_function_that_does_not_load_says_why(make_container: MakeContainer) -> None:
    with pytest.raises(FunctionError, match=r"ImportModuleError: .*No module named 'pytest'"):
        make_container("import pytest")


def test_a_handler_that_takes_too_long_is_ended(make_container: MakeContainer) -> None:
    container = make_container("import time\n\ndef lambda_handler(*_): time.sleep(60)")

    with pytest.raises(FunctionError, match="Hello gave no answer"):
        container.invoke({})
    assert not container.alive


def test_a_process_that_dies_is_noticed_at_once(make_container: MakeContainer) -> None:
    container = make_container("import os\n\ndef lambda_handler(*_): os._exit(1)")

    with pytest.raises(FunctionError, match="Hello gave no answer"):
        container.invoke({})
    assert not container.alive
