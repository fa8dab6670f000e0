"""The functions as built: each its handler and nothing else, with the environment it will have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.template import Function, read_stack
from tests.artifact.conftest import BUILT_FOR_HERE
from tests.artifact.lambda_container import LambdaContainer
from tests.artifact.places import Places
from tools.release import releases

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("functions/*/app.py"))
FUNCTIONS = [f"{folder.name.title().replace('_', '')}Function" for folder in FOLDERS]
PARAMETERS = {
    **BUILT_FOR_HERE,
    "Issuer": "https://op.example",
    "ClientId": "app",
    "RedirectUris": "com.example.app:/callback",
    "ClientSecretName": "app",
}
ACCOUNT = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}


@pytest.fixture(scope="module")
def built(build: Path) -> dict[str, Function]:
    """The functions as a stack with the clients file as shipped would have them."""
    return dict(read_stack(build / "template.yaml", PARAMETERS).functions)


@pytest.fixture(scope="module")
def logs(
    built: dict[str, Function], places: Places, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """What each function writes when it starts, line by line."""
    folder = tmp_path_factory.mktemp("started")
    for name, function in built.items():
        with (folder / name).open("w") as log:
            LambdaContainer(function, ACCOUNT, log, places).stop()
    return {name: read_log(folder / name) for name in built}


@pytest.fixture
def token_verify(built: dict[str, Function], places: Places) -> Iterator[LambdaContainer]:
    container = LambdaContainer(built["TokenVerifyFunction"], ACCOUNT, None, places)
    yield container
    container.stop()


def read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_function_is_its_handler_and_nothing_else(build: Path, folder: Path) -> None:
    (handler,) = (build / f"{folder.name.title().replace('_', '')}Function").iterdir()

    assert handler.name == "app.py"
    assert handler.read_bytes() == (folder / "app.py").read_bytes()


def test_every_function_is_built(built: dict[str, Function]) -> None:
    assert sorted(built) == sorted(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_with_the_clients_file_as_shipped_and_logs_once_which_build_it_is(
    logs: dict[str, list[dict[str, Any]]], root: Path, function: str
) -> None:
    started = [line for line in logs[function] if line["message"] == "started"]

    assert [line["release"] for line in started] == [releases(root)["default"]]
    assert [line["level"] for line in logs[function]] == ["INFO"] * len(logs[function])


def test_token_verify_answers_an_operator_which_build_is_live(
    token_verify: LambdaContainer, root: Path
) -> None:
    answer = token_verify.invoke({"action": "release"})

    assert answer == {"status": 200, "release": releases(root)["default"]}


def test_the_built_template_has_no_yaml_aliases(build: Path) -> None:
    # CloudFormation knows none; SAM writes each out.
    text = (build / "template.yaml").read_text(encoding="utf-8")

    assert "&id" not in text
    assert ": *" not in text
