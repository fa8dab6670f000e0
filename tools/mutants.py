"""Break ``protocol/`` in small ways and tell which the tests overlook: ``make mutants``.

The tests are collected and run once, and for each is kept which functions it reaches. Then
every fault is put into a fork of this process, by exchanging the code of one function or the
value of one constant, and the tests that reach it are run until one fails. Class bodies
(defaults of fields, members of enumerations) and defaults of arguments are left alone.
"""

import ast
import os
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol

from tools.mutations import faults

PACKAGE = "relying_party.protocol"
FOLDER = Path("layers/relying_party/relying_party/protocol")
TESTS = (
    "tests/pool",
    "tests/advisories",
    "tests/providers",
    "tests/unit",
    "tests/fuzz/test_any_input.py",
)

LONGEST = 60
"""Seconds for all tests of one fault; one that makes them run on is noticed too."""


_DATA = (int, float, str, bytes, tuple, list, frozenset, dict, re.Pattern)
"""What a constant may be; classes and functions of the module stay what they are."""

_NOTICED, _OVERLOOKED, _NOT_PLANTED = range(3)


class NotPlanted(Exception):
    """The fault is one that this program cannot put in; it must not count as noticed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault."""

    module: str
    line: int
    told: str
    place: str
    """The qualified name of the function or constant with the fault in it."""
    tree: ast.Module = field(repr=False)

    def __str__(self) -> str:
        return f"{self.module}.py:{self.line} {self.place}: {self.told}"


def mutants(name: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of the module *name*."""
    tree = ast.parse(source)
    places = list(_places(tree, ""))
    for line, told, changed in faults(tree):
        place = next((place for place, first, last in places if first <= line <= last), None)
        if place is not None:
            yield Mutant(name, line, told, place, changed)


def _places(node: ast.AST, prefix: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, first and last line of each function and each constant of a module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield f"{prefix}{child.name}", child.lineno, child.end_lineno or child.lineno
        elif isinstance(child, ast.ClassDef):
            yield from _places(child, f"{child.name}.")
        elif isinstance(child, ast.Assign | ast.AnnAssign) and not prefix:
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            yield ast.unparse(target), child.lineno, child.end_lineno or child.lineno


def plant(mutant: Mutant, *, at_import: bool) -> None:
    """Put the fault into the running program, or into what its import has made."""
    module = import_module(f"{PACKAGE}.{mutant.module}")
    code = compile(mutant.tree, str(module.__file__), "exec")
    function = _function(module, mutant.place)
    if function is not None and not at_import:
        _exchange(function, _code_of(code, mutant.place))
        return
    scratch: dict[str, Any] = {"__name__": module.__name__}
    exec(code, scratch)  # noqa: S102 - our own module
    for name, value in scratch.items():
        if isinstance(value, _DATA) and vars(module)[name] != value:
            _rebind(name, vars(module)[name], value)


def _rebind(name: str, old: object, new: object) -> None:
    """Give *name* its new value in every module that has imported the old one."""
    ours = ("relying_party", "tests")
    for module in [each for name, each in sys.modules.items() if name.startswith(ours)]:
        if vars(module).get(name) is old:
            setattr(module, name, new)


def _exchange(function: FunctionType, code: CodeType) -> None:
    try:
        function.__code__ = code
    except ValueError as error:  # it closes over something else
        raise NotPlanted from error


def _function(module: ModuleType, place: str) -> FunctionType | None:
    found: Any = module
    for name in place.split("."):
        found = vars(found)[name]
    if isinstance(found, cached_property):
        found = found.func
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) else None


def _code_of(code: CodeType, place: str) -> CodeType:
    for name in place.split("."):
        code = next(
            const
            for const in code.co_consts
            if isinstance(const, CodeType) and const.co_name == name
        )
    return code


class Hunt:
    """Runs the tests once, then again for every mutant (a plugin of pytest)."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._reached: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self.survivors: list[Mutant] = []
        self.planted = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do all the work in place of pytest's own loop."""
        sources = {name: (FOLDER / f"{name}.py").read_text("utf-8") for name in self._names}
        for item in session.items:
            _forget()
            self._run_and_watch(item)
        for name, source in sources.items():
            for mutant in mutants(name, source):
                self._hunt(mutant, session.items)
        return True

    def _run_and_watch(self, item: pytest.Item) -> None:
        reached: set[tuple[str, str]] = set()

        def watch(frame: FrameType, event: str, _arg: Any) -> None:
            if event == "call" and "/protocol/" in frame.f_code.co_filename:
                reached.add((Path(frame.f_code.co_filename).stem, frame.f_code.co_qualname))

        started = time.perf_counter()
        sys.setprofile(watch)
        passed = _passes(item)
        sys.setprofile(None)
        if not passed:
            print(f"Left out, since it fails as it is: {item.nodeid}", file=sys.stderr, flush=True)
            return
        self._seconds[item.nodeid] = time.perf_counter() - started
        for place in reached:
            self._reached[place].append(item)

    def _hunt(self, mutant: Mutant, everything: list[pytest.Item]) -> None:
        # No test reaches what only runs while modules are imported, and it may matter to any
        passing = [item for item in everything if item.nodeid in self._seconds]
        items = self._reached.get((mutant.module, mutant.place), passing)
        self.planted += 1
        child = os.fork()
        if child == 0:
            os._exit(_outcome(mutant, sorted(items, key=self._duration), items is passing))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == _NOT_PLANTED:
            _give_up(f"{mutant} could not be put in")
        if status == _OVERLOOKED:
            self.survivors.append(mutant)
            print(mutant, file=sys.__stdout__, flush=True)

    def _duration(self, item: pytest.Item) -> float:
        return self._seconds[item.nodeid]


def _outcome(mutant: Mutant, items: list[pytest.Item], at_import: bool) -> int:  # noqa: FBT001
    """Tell by an exit status whether all *items* pass although *mutant* is in the program."""
    signal.alarm(LONGEST)
    _forget()
    try:
        plant(mutant, at_import=at_import)
    except NotPlanted:
        return _NOT_PLANTED
    except Exception:  # noqa: BLE001 - the module could not even be imported
        return _NOTICED
    with suppress(BaseException):
        return _OVERLOOKED if all(_passes(item) for item in items) else _NOTICED
    return _NOTICED


def _forget() -> None:
    """Empty the caches of the modules: what a test finds in one it does not reach."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            for value in vars(module).values():
                with suppress(AttributeError):
                    value.cache_clear()


def _give_up(why: str) -> NoReturn:
    print(why, file=sys.stderr, flush=True)
    pytest.exit(why, returncode=1)


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))


def main() -> None:
    """Hunt the mutants of the modules named on the command line, or of all."""
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    hunt = Hunt(names)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        options = ["-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no"]
        status = pytest.main([*options, *TESTS], plugins=[hunt])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        sys.exit(1)
    caught = hunt.planted - len(hunt.survivors)
    print(f"{hunt.planted} faults in {', '.join(names)}: {caught} noticed")


if __name__ == "__main__":
    main()
