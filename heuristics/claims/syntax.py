"""Small questions to Python's syntax trees."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
T = TypeVar("T", bound=ast.AST)
RANDOM = re.compile(
    r"(?i)^(np\.random|numpy\.random|random|rng|self\.rng|torch|tf\.random|secrets)\."
    r"(random|rand|randn|randint|uniform|normal|choice|choices|gauss|sample|random_sample|integers|"
    r"dirichlet|beta|standard_normal|betavariate|triangular|randrange)$"
)
"""Names of what draws by chance."""
_LOGGERS = re.compile(
    r"^(print|logger\.\w+|logging\.\w+|log\.\w+|self\.logger\.\w+|time\.sleep|sleep)$"
)


def parameters(node: Function) -> set[str]:
    """Names of what a function is given, without `self`."""
    given = node.args
    names = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return names - {"self", "cls"}


def without_docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements of a body that do something."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:]
    return body


def is_talk(node: ast.stmt) -> bool:
    """A line that prints or logs, or a bare constant."""
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    return isinstance(call, ast.Constant) or (isinstance(call, ast.Call) and is_logger(call))


def is_logger(call: ast.Call) -> bool:
    """Whether a call prints, logs or waits."""
    return bool(_LOGGERS.match(dotted(call.func)))


def is_abstract(base: ast.expr) -> bool:
    """Whether a base class says that others fill the class in."""
    return dotted(base).rpartition(".")[2] in {"ABC", "Protocol", "ABCMeta", "Enum", "TypedDict"}


def random_in(node: ast.AST) -> bool:
    """Whether chance is drawn somewhere in it."""
    return any(
        isinstance(one, ast.Call) and RANDOM.match(dotted(one.func)) for one in ast.walk(node)
    )


def calls(body: Sequence[ast.stmt]) -> list[ast.Call]:
    """All calls in a body."""
    return [node for one in body for node in ast.walk(one) if isinstance(node, ast.Call)]


def nodes(body: Sequence[ast.stmt], kind: type[T]) -> list[T]:
    """All nodes of a kind in a body."""
    return [node for one in body for node in ast.walk(one) if isinstance(node, kind)]


def last(call: ast.Call) -> str:
    """The last part of what is called."""
    return dotted(call.func).rpartition(".")[2]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression; what is no chain of names ends in its last one."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Call):
        parts.append("()")
    return ".".join(reversed(parts))


def bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The bodies inside a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(node, name, None)
        if isinstance(inner, list):
            yield inner
    for handler in getattr(node, "handlers", ()):
        yield handler.body
