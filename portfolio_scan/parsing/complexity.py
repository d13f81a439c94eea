"""Size and branching of a file, by radon, on the tree that the guard has parsed anyway."""

from __future__ import annotations

import ast
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from radon.visitors import ComplexityVisitor, Function

from portfolio_scan.model import Complexity
from portfolio_scan.parsing.maintainability import maintainability

if TYPE_CHECKING:
    from collections.abc import Iterable


def measure(source: bytes, tree: ast.Module, *, cell: bool = False) -> Complexity:
    """Measure the functions and methods of a module, or a notebook's cell; takes its tree apart.

    Nested functions count with the function around them, as radon does.
    """
    lines = source.count(b"\n") + 1
    # A notebook has many cells and is no module: the index would say how long it is.
    index = None if cell else maintainability(tree)
    _drop_what_never_counts(tree, source)
    visitor = ComplexityVisitor.from_ast(tree)
    functions: list[Function] = list(visitor.functions)
    for found in visitor.classes:
        functions.extend(_methods(found))
    worst: Any = max(functions, key=lambda block: (block.complexity, -block.lineno), default=None)
    return Complexity(
        lines=lines,
        blocks=len(functions),
        total=sum(int(block.complexity) for block in functions),
        worst=int(worst.complexity) if worst else 0,
        worst_name=str(worst.fullname) if worst else "",
        worst_line=int(worst.lineno) if worst else 1,
        maintainability=index,
    )


def combine(parts: Iterable[Complexity]) -> Complexity | None:
    """Sum several measurements; the worst block of all is kept. None: there was none."""
    found = list(parts)
    if not found:
        return None
    worst = max(found, key=lambda part: part.worst)
    return Complexity(
        lines=sum(part.lines for part in found),
        blocks=sum(part.blocks for part in found),
        total=sum(part.total for part in found),
        worst=worst.worst,
        worst_name=worst.worst_name,
        worst_line=worst.worst_line,
        maintainability=min(
            (one.maintainability for one in found if one.maintainability is not None), default=None
        ),
    )


_BRANCHES = re.compile(rb"\b(?:and|or|if|for)\b")
"""What makes a way of its own inside a simple statement: `or`, conditional values, loops in them.
`assert` is one by itself."""
_SIMPLE = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Import, ast.ImportFrom,
    ast.Raise, ast.Delete, ast.Global, ast.Nonlocal, ast.Pass, ast.Break, ast.Continue,
)  # fmt: skip
_SUITES = ("body", "handlers", "orelse", "finalbody", "cases")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _drop_what_never_counts(tree: ast.Module, source: bytes) -> None:
    """Take out what lies outside functions, and in them simple statements without branches.

    That is most of a tree. radon visits every node, which took longer than parsing them.
    """
    lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    branches = list(accumulate((_BRANCHES.search(line) is not None for line in lines), initial=0))
    tree.body = _definitions(tree.body)
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ClassDef):
            node.body = _definitions(node.body)
            todo.extend(node.body)
        elif isinstance(node, _Function):
            _drop_plain(node, branches)


def _definitions(body: list[ast.stmt]) -> list[ast.stmt]:
    """Functions and classes, in document order, that stand under no other of them."""
    found: list[ast.stmt] = []
    todo: list[Any] = body[::-1]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.ClassDef, _Function)):
            found.append(node)
        elif not isinstance(node, _SIMPLE):
            for name in reversed(_SUITES):
                todo.extend(reversed(getattr(node, name, ())))
    return found


def _drop_plain(function: ast.stmt, branches: list[int]) -> None:
    """Drop simple statements without branches; `branches` counts them up to each line."""
    todo: list[Any] = [function]
    while todo:
        node = todo.pop()
        for name in _SUITES:
            suite = getattr(node, name, None)
            if not isinstance(suite, list):
                continue
            kept = []
            for child in suite:
                if not isinstance(child, _SIMPLE):
                    todo.append(child)
                elif _is_plain(child, branches):
                    continue
                kept.append(child)
            # radon takes a function without statements for an impossible one.
            suite[:] = kept or suite[:1]


def _is_plain(statement: ast.stmt, branches: list[int]) -> bool:
    first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
    # Some text encodings make one line of bytes into several.
    return last < len(branches) and branches[first] == branches[last]


def _methods(found: Any) -> list[Any]:
    methods = list(found.methods)
    for inner in found.inner_classes:
        methods.extend(_methods(inner))
    return methods
