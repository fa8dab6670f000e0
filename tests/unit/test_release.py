"""Which build is live: made from the tree alone, read beside the package, answered when asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from relying_party.release import UNBUILT, read_release
from tools.release import releases

LAYER = "layers/relying_party"
TREE = {
    "template.yaml": "Resources: {}",
    "functions/login/app.py": "lambda_handler = print",
    f"{LAYER}/Makefile": "build:",
    f"{LAYER}/requirements.txt": "PyJWT==1",
    f"{LAYER}/clients/default.toml": "",
    f"{LAYER}/clients/staging.toml": "# staging",
    f"{LAYER}/relying_party/__init__.py": "",
}


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path / "tree", TREE)


def test_the_same_sources_have_the_same_fingerprint_wherever_they_are(
    tree: Path, tmp_path: Path
) -> None:
    elsewhere = plant(tmp_path / "elsewhere", dict(reversed(TREE.items())))

    assert releases(elsewhere) == releases(tree)


@pytest.mark.parametrize(
    "left_over",
    [
        f"{LAYER}/relying_party/__pycache__/a.cpython-313.pyc",
        f"{LAYER}/relying_party/.DS_Store",
        "README.md",
        "tests/test_a.py",
    ],
)
def test_what_is_not_shipped_changes_nothing(tree: Path, left_over: str) -> None:
    before = releases(tree)
    plant(tree, {left_over: "anything"})

    assert releases(tree) == before


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ("template.yaml", "template"),
        ("functions/login/app.py", "sources"),
        (f"{LAYER}/Makefile", "sources"),
        (f"{LAYER}/relying_party/__init__.py", "sources"),
        (f"{LAYER}/relying_party/new.py", "sources"),
        (f"{LAYER}/requirements.txt", "lock"),
        (f"{LAYER}/clients/default.toml", "clients"),
    ],
)
def test_a_change_shows_in_its_part_and_in_the_id(tree: Path, changed: str, part: str) -> None:
    before = releases(tree)["default"]
    plant(tree, {changed: "changed"})
    after = releases(tree)["default"]

    assert {name for name in before if before[name] != after[name]} == {part, "id"}


def test_a_file_under_another_name_is_another_source(tree: Path) -> None:
    before = releases(tree)["default"]
    (tree / "functions/login/app.py").rename(tree / "functions/login/other.py")

    assert releases(tree)["default"]["sources"] != before["sources"]


def test_each_clients_file_makes_a_release_of_its_own(tree: Path) -> None:
    found = releases(tree)

    assert found.keys() == {"default", "staging"}
    assert found["default"]["sources"] == found["staging"]["sources"]
    assert found["default"]["clients"] != found["staging"]["clients"]
    assert found["default"]["id"] != found["staging"]["id"]


def test_what_was_built_is_read_for_the_clients_file_in_use(tree: Path, tmp_path: Path) -> None:
    file = tmp_path / "release.json"
    file.write_text(json.dumps(releases(tree)))

    assert read_release("staging", file) == releases(tree)["staging"]


@pytest.mark.parametrize(
    ("write", "clients_file"),
    [
        pytest.param(lambda _: None, "default", id="run from the sources"),
        pytest.param(lambda file: file.mkdir(), "default", id="no file at all"),
        pytest.param(lambda file: file.write_text("{"), "default", id="damaged"),
        pytest.param(lambda file: file.write_text("[]"), "default", id="another kind of JSON"),
        pytest.param(lambda file: file.write_text('{"default": "x"}'), "default", id="no parts"),
        pytest.param(lambda file: file.write_text("{}"), "own/clients.toml", id="an own file"),
    ],
)
def test_anything_else_is_unbuilt(
    tmp_path: Path, write: Callable[[Path], object], clients_file: str
) -> None:
    write(tmp_path / "release.json")

    assert read_release(clients_file, tmp_path / "release.json") == UNBUILT


def test_the_package_as_it_lies_in_the_tree_is_unbuilt() -> None:
    assert read_release("default") == UNBUILT
