"""Arguments: what a function changes in the tables that it is handed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.binding import bind
from portfolio_scan.flow.classes import is_static
from portfolio_scan.flow.values import Data
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import walk_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site
    from portfolio_scan.flow.values import Function, Value


def hand_back(
    m: Machine, function: Function, bound: Mapping[str, Value], inner: Frame, site: Site
) -> None:
    """`def clean(df): df["age"] = …` changes the caller's table, whether it is returned or not.

    `bound` holds the parameters as the body found them.
    """
    changed = {
        name: after
        for name, before in bound.items()
        if isinstance(before, Data)
        and isinstance(after := inner.scope.names.get(name), Data)
        and after != before
    }
    if not changed or not isinstance(function.node, ir.Func):
        return
    changed = {n: v for n, v in changed.items() if n not in _rebound(function.node)}
    for name, given, value in _given(function, site):
        after = changed.get(name)
        if after is None or not isinstance(value, Data):
            continue
        held = site.frame.scope.find(given.id) if isinstance(given, ir.Name) else value
        if held == value:  # the site is this function's own call, not one that calls it
            now = value.but(
                rows=after.rows,
                seen=after.seen,
                copied=after.copied,
                tied=after.tied,
                answers=after.answers,
                toy=after.toy,
            )
            bind(m, given, now, site.frame)


def _rebound(node: ir.Func) -> set[str]:
    """Names that the body gives another table: `df = df.copy()`."""
    return {
        target.id
        for statement in walk_statements(node.body)
        if isinstance(statement, ir.Assign)
        for outer in statement.targets
        for target in (outer.items if isinstance(outer, ir.Seq) else [outer])
        if isinstance(target, ir.Name)
    }


def _given(function: Function, site: Site) -> Iterator[tuple[str, ir.Expr, Value]]:
    """Parameters with the names or attributes that the call gives for them, and their values."""
    params = [p.name for p in function.node.params if not p.star]
    if function.owner is not None and not is_static(function):
        if function.bound is None:  # called through its class: which argument is which is not clear
            return
        params = params[1:]
    position = 0
    for arg in site.node.args:
        if arg.star:
            return
        if arg.name:
            name, value = arg.name, site.named.get(arg.name)
        else:
            name = params[position] if position < len(params) else ""
            value = site.args[position] if position < len(site.args) else None
            position += 1
        if name and value is not None and isinstance(arg.value, (ir.Name, ir.Attr)):
            yield name, arg.value, value
