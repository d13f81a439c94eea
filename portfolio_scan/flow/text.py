"""Expressions as short text: for the names of slices and conditions."""

from __future__ import annotations

import re
from functools import lru_cache

from portfolio_scan.flow.values import Const, Data, Instance, ModuleValue, Scope, Value
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import walk_expression

_LONGEST = 80
_NAMES: dict[int, tuple[ir.Expr, frozenset[str]]] = {}
_SPELLING: dict[int, tuple[ir.Expr, str]] = {}
"""What an expression says, by its id, for loops and functions are run often. The expression is kept
beside it, so that no other one gets its id."""


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """`calculateAccuracy` as `calculate_accuracy`, so that one word list serves both spellings."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def text(node: ir.Expr | None, scope: Scope | None = None) -> str:
    """A compact spelling of an expression; equal expressions spell alike.

    In a scope, the table that a column is taken from and the object or module that keeps a value
    go unnamed: `df["year"]`, `steps.df["year"]` and `self.df["year"]` are one column.
    """
    if node is None:
        return ""
    if scope is not None:
        return _spell(node, scope)[:_LONGEST]
    known = _SPELLING.get(id(node))
    if known is None:
        known = _SPELLING[id(node)] = (node, _spell(node, None)[:_LONGEST])
    return known[1]


def literal_text(value: Value | None) -> str:
    """A known string or number as a literal spells it, so that a name for it divides alike."""
    known = value.value if isinstance(value, Const) else None
    if isinstance(known, str):
        return "" if "…" in known else repr(known)[:_LONGEST]
    return str(known) if isinstance(known, (int, float)) else ""


def _held(node: ir.Expr, scope: Scope | None) -> Value | None:
    """What a plain name or a chain of attributes holds, as far as that needs no evaluation."""
    if scope is None:
        return None
    if isinstance(node, ir.Name):
        return scope.find(node.id)
    owner = _held(node.value, scope) if isinstance(node, ir.Attr) else None
    if isinstance(node, ir.Attr) and isinstance(owner, Instance):
        return owner.attrs.get(node.name)
    if isinstance(node, ir.Attr) and isinstance(owner, ModuleValue):
        return owner.scope.names.get(node.name)
    return None


def _owned(value: ir.Expr, scope: Scope | None, plain: str) -> str:
    """What comes before `.name` or `[items]`: nothing for a table, an object or a module."""
    owner = _held(value, scope)
    if isinstance(owner, (Instance, ModuleValue)):
        return plain
    return f"{'' if isinstance(owner, Data) else _spell(value, scope)}.{plain}"


def _spell(node: ir.Expr, scope: Scope | None) -> str:
    match node:
        case ir.Name(id=name):
            return name
        case ir.Const(value=value):
            return repr(value) if isinstance(value, str) else str(value)
        case ir.Attr(value=value, name=name):
            return _owned(value, scope, name)
        case ir.Call(func=func, args=args):
            inside = ",".join(_spell(a.value, scope) for a in args)
            # int(), round() and floor() around a bound do not make it another bound.
            if isinstance(func, ir.Name) and func.id in {"int", "round"} and len(args) == 1:
                return inside
            return f"{_spell(func, scope)}({inside})"
        case ir.Sub(value=value, items=items):
            table = "" if isinstance(_held(value, scope), Data) else _spell(value, scope)
            return f"{table}[{','.join(_spell(i, scope) for i in items)}]"
        case ir.Bin(op=op, left=left, right=right):
            return f"{_spell(left, scope)}{op}{_spell(right, scope)}"
        case ir.Un(op=op, value=value):
            return f"{op}{_spell(value, scope)}"
        case ir.Seq(items=items):
            return f"({','.join(_spell(i, scope) for i in items)})"
        case ir.Slice(lower=lower, upper=upper):
            return f"{text(lower, scope)}:{text(upper, scope)}"
        case ir.Cmp(left=left, ops=ops, rights=rights):
            tail = "".join(f"{o}{_spell(r, scope)}" for o, r in zip(ops, rights, strict=True))
            return _spell(left, scope) + tail
        case ir.Bool(op=op, left=left, right=right):
            return f"({_spell(left, scope)} {op} {_spell(right, scope)})"
        case _:
            return "…"


def names_in(node: ir.Expr, *, keys: bool = False) -> frozenset[str]:
    """Names and attribute names anywhere in an expression; with literal subscripts if asked for."""
    if keys:
        return _names(node, keys=True)
    known = _NAMES.get(id(node))
    if known is None:
        known = _NAMES[id(node)] = (node, _names(node, keys=False))
    return known[1]


def _names(node: ir.Expr, *, keys: bool) -> frozenset[str]:
    found: set[str] = set()
    for item in walk_expression(node):
        if isinstance(item, ir.Name):
            found.add(item.id)
        elif isinstance(item, ir.Attr):
            found.add(item.name)
        elif keys and isinstance(item, ir.Sub):
            found |= {str(k.value) for k in item.items if isinstance(k, ir.Const)}
    return frozenset(found)


def forget() -> None:
    """Let go of the expressions of a repository that has been followed."""
    _NAMES.clear()
    _SPELLING.clear()
