"""Statements of a syntax tree, without looking into expressions: cheap enough for every file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst


def functions_in(module: cst.Module) -> Iterator[cst.FunctionDef]:
    """Every function and method of a module, nested ones too."""
    import libcst as cst  # noqa: PLC0415 - where nothing is observed it need not be loaded

    waiting: list[Sequence[cst.CSTNode]] = [module.body]
    while waiting:
        for statement in waiting.pop():
            if isinstance(statement, cst.SimpleStatementLine):
                continue
            if isinstance(statement, cst.FunctionDef):
                yield statement
            waiting.extend(_suites(statement))


def _suites(statement: cst.CSTNode) -> Iterator[Sequence[cst.CSTNode]]:
    import libcst as cst  # noqa: PLC0415

    body = getattr(statement, "body", None)
    if isinstance(body, cst.IndentedBlock):
        yield body.body
    for name in ("orelse", "finalbody"):
        follower = getattr(statement, name, None)
        if isinstance(follower, cst.If):
            yield (follower,)
        elif follower is not None:
            yield from _suites(follower)
    for handler in getattr(statement, "handlers", ()):
        yield from _suites(handler)
