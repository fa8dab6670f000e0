"""Small faults to put into a function, one at a time, each told in a line."""

import ast
import copy
from collections.abc import Iterator
from typing import TypeVar

_OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.Pow: ast.Mult,
}

Node = TypeVar("Node", bound=ast.AST)

Fault = tuple[int, str, ast.Module]
"""The line, what was done to it, and the module with the fault in it."""


def faults(module: ast.Module) -> Iterator[Fault]:
    """Yield *module* with one fault after another."""
    _mark(module)
    for number, node in enumerate(ast.walk(module)):
        for changed in _changes(node):
            yield (
                getattr(node, "lineno", 0),
                f"{_told(node)}  ->  {_told(changed)}",
                _replaced(module, number, changed),
            )


def _mark(module: ast.Module) -> None:
    """Mark what a fault would not change anything in: docstrings, annotations, log details.

    Defaults of arguments are not part of a function's code, which is all that is exchanged.
    """
    for node in ast.walk(module):
        for spared in _spared(node):
            for inner in ast.walk(spared):
                inner.is_spared = True  # type: ignore[attr-defined]


def _spared(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node
    if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield node.returns
    if isinstance(node, ast.arguments):
        yield from (default for default in (*node.defaults, *node.kw_defaults) if default)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        yield from (
            part for part in node.exc.args if isinstance(part, ast.Constant | ast.JoinedStr)
        )
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
        yield node


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    if getattr(node, "is_spared", False):
        return
    if isinstance(node, ast.expr):
        yield from _changed_expression(node)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr | ast.Raise | ast.AugAssign | ast.Continue | ast.Break):
        yield ast.Pass()
    elif isinstance(node, ast.If | ast.While):
        yield _with_field(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension):
        for number, test in enumerate(node.ifs):
            others = [each for each in node.ifs if each is not test]
            negated = [*node.ifs[:number], ast.UnaryOp(ast.Not(), test), *node.ifs[number + 1 :]]
            yield _with_field(node, "ifs", others)
            yield _with_field(node, "ifs", negated)


def _changed_expression(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        other = _OTHER_COMPARISON[type(node.ops[0])]()
        yield _with_field(node, "ops", [other, *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield _with_field(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from (value for value in node.values if len(node.values) > 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _OTHER_OPERATOR:
        yield _with_field(node, "op", _OTHER_OPERATOR[type(node.op)]())
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant):
        yield from _changed_constant(node)
    elif isinstance(node, ast.Attribute) and _told(node.value) == "Reason":
        yield _with_field(node, "attr", "INACTIVE" if node.attr != "INACTIVE" else "EXPIRED")


def _changed_constant(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str) and value:
        yield ast.Constant(f"{value}X")
    elif isinstance(value, bytes) and value:
        yield ast.Constant(value + b"X")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with_field(node: Node, name: str, value: object) -> Node:
    changed = copy.copy(node)
    setattr(changed, name, value)
    return changed


def _replaced(module: ast.Module, number: int, new: ast.AST) -> ast.Module:
    """Return a copy of *module* whose node *number* is *new*."""
    changed = copy.deepcopy(module)
    old = next(node for at, node in enumerate(ast.walk(changed)) if at == number)
    for parent in ast.walk(changed):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                setattr(parent, name, [new if each is old else each for each in value])
    return ast.fix_missing_locations(changed)


def _told(node: ast.AST) -> str:
    if isinstance(node, ast.comprehension):
        return "".join(f" if {ast.unparse(test)}" for test in node.ifs) or " without if"
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node)))
    return text.splitlines()[0][:90]
