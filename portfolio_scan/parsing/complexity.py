"""Size and branching of a file, by radon, on the tree that the guard has parsed anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from radon.visitors import ComplexityVisitor, Function

from portfolio_scan.model import Complexity

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable


def measure(tree: ast.Module, lines: int) -> Complexity:
    """Cyclomatic complexity of the functions and methods of a module with that many lines.

    Nested functions count with the function around them, as radon does.
    """
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
    )


def _methods(found: Any) -> list[Any]:
    methods = list(found.methods)
    for inner in found.inner_classes:
        methods.extend(_methods(inner))
    return methods
