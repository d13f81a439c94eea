"""Expressions as short text: for the names of slices and conditions."""

from __future__ import annotations

import re
from functools import lru_cache

from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import children

_LONGEST = 80


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """`calculateAccuracy` as `calculate_accuracy`, so that one word list serves both spellings."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def text(node: ir.Expr | None) -> str:
    """A compact spelling of an expression; equal expressions spell alike."""
    return _spell(node)[:_LONGEST] if node is not None else ""


def _spell(node: ir.Expr) -> str:
    match node:
        case ir.Name(id=name):
            return name
        case ir.Const(value=value):
            return repr(value) if isinstance(value, str) else str(value)
        case ir.Attr(value=value, name=name):
            return f"{_spell(value)}.{name}"
        case ir.Call(func=func, args=args):
            inside = ",".join(_spell(a.value) for a in args)
            # int(), round() and floor() around a bound do not make it another bound.
            if isinstance(func, ir.Name) and func.id in {"int", "round"} and len(args) == 1:
                return inside
            return f"{_spell(func)}({inside})"
        case ir.Sub(value=value, items=items):
            return f"{_spell(value)}[{','.join(_spell(i) for i in items)}]"
        case ir.Bin(op=op, left=left, right=right):
            return f"{_spell(left)}{op}{_spell(right)}"
        case ir.Un(op=op, value=value):
            return f"{op}{_spell(value)}"
        case ir.Seq(items=items):
            return f"({','.join(_spell(i) for i in items)})"
        case ir.Slice(lower=lower, upper=upper):
            return f"{text(lower)}:{text(upper)}"
        case ir.Cmp(left=left, ops=ops, rights=rights):
            tail = "".join(f"{o}{_spell(r)}" for o, r in zip(ops, rights, strict=True))
            return _spell(left) + tail
        case ir.Bool(op=op, left=left, right=right):
            return f"({_spell(left)} {op} {_spell(right)})"
        case _:
            return "…"


def names_in(node: ir.Expr, *, keys: bool = False) -> set[str]:
    """Names and attribute names anywhere in an expression; with literal subscripts if asked for."""
    found: set[str] = set()
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ir.Name):
            found.add(item.id)
        elif isinstance(item, ir.Attr):
            found.add(item.name)
        elif keys and isinstance(item, ir.Sub):
            found |= {str(k.value) for k in item.items if isinstance(k, ir.Const)}
        stack.extend(children(item))
    return found
