"""Maintainability index of a file: volume, branching and length in one number from 0 to 100.

Three measures, as the index was first given (Oman and Hagemeister 1992, Coleman et al. 1994) and
scaled by Visual Studio; radon has the formula. Its fourth, the share of comments, is left out:
radon counts every long string as a comment, and to find them costs as much as to parse the file
again.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any, Final

from radon.metrics import mi_compute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def maintainability(tree: ast.Module) -> float:
    """Give the index of a module; 100 for one that computes nothing."""
    counted = Counted(tree)
    return float(mi_compute(counted.volume, counted.complexity, counted.statements, comments=0))


class Counted:
    """What the index is computed of.

    The volume is the number that radon gives (a test holds that), in a third of its time.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.operators = 0
        self.operands = 0
        self.statements = 0
        """Logical lines: statements, and clauses that stand on a line of their own."""
        self.decisions = 0
        self._kinds: set[type] = set()
        self._words: set[tuple[str | None, object]] = set()
        self._function: str | None = None
        """Whose names these are: each function's are words of its own, as radon counts."""
        self._todo: list[Any] = []
        functions: list[Any] = [tree]
        self._functions = functions
        while functions:
            function = functions.pop()
            self._function = getattr(function, "name", None)
            self._todo = list(function.body)
            self._walk()

    @property
    def volume(self) -> float:
        """Halstead's: the length times the bits that one word of the vocabulary takes."""
        vocabulary = len(self._kinds) + len(self._words)
        return (self.operators + self.operands) * math.log2(vocabulary) if vocabulary else 0.0

    @property
    def complexity(self) -> int:
        """Cyclomatic complexity of the file taken as one: a way, and one more for each decision."""
        return self.decisions + 1

    def _walk(self) -> None:
        todo = self._todo
        while todo:
            node = todo.pop()
            kind = type(node)
            if kind in _LEAVES:
                continue
            if kind in _COUNTS:
                _COUNTS[kind](self, node)
            self.statements += isinstance(node, ast.stmt)
            if kind in _FUNCTIONS:
                self._functions.append(node)
                continue
            for name in kind._fields:
                part = getattr(node, name, None)
                if type(part) is list:
                    todo.extend(part)
                elif type(part) not in _LEAVES:
                    todo.append(part)

    def _operate(self, operators: Sequence[ast.AST], operands: Sequence[ast.expr]) -> None:
        self.operators += len(operators)
        self.operands += len(operands)
        self._kinds.update(map(type, operators))
        for one in operands:
            name = _NAMES.get(type(one))
            self._words.add((self._function, getattr(one, name) if name else one))

    def _count_boolean(self, node: Any) -> None:
        self.decisions += len(node.values) - 1
        self._operate((node.op,), node.values)

    def _count_loop(self, node: Any) -> None:
        self.decisions += 1 + bool(node.orelse)
        self.statements += bool(node.orelse)

    def _count_if(self, node: Any) -> None:
        self.decisions += 1
        is_elif = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
        self.statements += bool(node.orelse) and not is_elif

    def _count_try(self, node: Any) -> None:
        self.decisions += len(node.handlers) + bool(node.orelse)
        self.statements += len(node.handlers) + bool(node.orelse) + bool(node.finalbody)

    def _count_match(self, node: Any) -> None:
        self.decisions += len(node.cases)
        self.statements += len(node.cases)

    def _count_one(self, node: Any) -> None:
        del node
        self.decisions += 1

    def _count_comprehension(self, node: Any) -> None:
        self.decisions += 1 + len(node.ifs)


_NAMES: Final = {ast.Name: "id", ast.Attribute: "attr", ast.Constant: "value"}
_FUNCTIONS: Final = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_LEAVES: Final = frozenset(
    {ast.Name, ast.Constant, ast.alias, ast.Load, ast.Store, ast.Del, str, int, type(None)}
)
_COUNTS: Final[dict[type, Callable[[Counted, Any], None]]] = {
    ast.BinOp: lambda self, node: self._operate((node.op,), (node.left, node.right)),
    ast.UnaryOp: lambda self, node: self._operate((node.op,), (node.operand,)),
    ast.Compare: lambda self, node: self._operate(node.ops, (node.left, *node.comparators)),
    ast.AugAssign: lambda self, node: self._operate((node.op,), (node.target, node.value)),
    ast.BoolOp: Counted._count_boolean,
    ast.For: Counted._count_loop,
    ast.AsyncFor: Counted._count_loop,
    ast.While: Counted._count_loop,
    ast.If: Counted._count_if,
    ast.IfExp: Counted._count_one,
    ast.Assert: Counted._count_one,
    ast.Try: Counted._count_try,
    ast.TryStar: Counted._count_try,
    ast.Match: Counted._count_match,
    ast.comprehension: Counted._count_comprehension,
}
