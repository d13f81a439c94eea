"""Iteration: items of values, rounds of loops, parts of an assignment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.column_flow import bare
from portfolio_scan.flow.scores import is_sample
from portfolio_scan.flow.values import (
    Const,
    Data,
    Group,
    Groups,
    Growing,
    Instance,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
    join,
)
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.rows import Rows


def rounds(value: Value, most: int) -> list[Value]:
    """What a loop over a value binds, round by round."""
    if isinstance(value, Sequence):
        return list(value.items[:most]) or [Unknown()]
    if isinstance(value, Growing) and value.entries and value.element is None:
        return [Const(key) for key in list(value.entries)[:most]]
    element = element_of(value)
    return [element, element]


def element_of(value: Value) -> Value:
    """One item of a value."""
    match value:
        case Data(role=""):
            return value.but(single=True)
        case Data():
            return value
        case Growing(element=element, entries=entries):
            if element is not None:
                return element
            found: Value = Unknown()
            for item in entries.values():
                found = join(found, item)
            return found
        case Sequence(items=items):
            merged: Value = Unknown()
            for item in items:
                merged = join(merged, item)
            return merged
        case Instance(data=data) if data is not None:
            return data
        case Groups(column=column):
            return Group(column)
        case _:
            return Unknown()


def unpack(targets: list[ir.Expr], value: Value) -> list[Value]:
    """The parts of a value that several targets receive."""
    count = len(targets)
    if isinstance(value, Sequence):
        star = next((i for i, t in enumerate(targets) if isinstance(t, ir.Star)), None)
        items = list(value.items)
        if star is None:
            return (items + [Unknown()] * count)[:count]
        tail = count - star - 1
        middle = items[star : len(items) - tail] if len(items) >= count - 1 else []
        return ([*items[:star], Sequence(tuple(middle)), *items[len(items) - tail :]])[:count]
    if isinstance(value, (Data, Instance, Model)):
        return [bare(value)] * count
    if isinstance(value, Growing) and len(value.items) == count:
        return list(value.items)
    if isinstance(value, Growing) and len(value.entries) == count and value.element is None:
        return list(value.entries.values())  # parts of a division, in their order
    element = element_of(value)
    return [element] * count


def absorb(holder: Data, value: Value, column: str = "") -> Data:
    """A table after a column was set: it has seen what the column has seen."""
    inner = data_in(value)
    if inner is None or inner.role == "score":
        return holder
    seen = inner.seen
    if column:
        seen = frozenset(s if s in holder.seen else replace(s, column=column) for s in seen)
    return holder.but(
        answers=_answers(holder, inner, column),
        seen=holder.seen | seen,
        rows=_rows(holder, inner),
        copied=holder.copied | inner.copied,
        tied=holder.tied | inner.tied,
        toy=holder.toy and inner.toy,
    )


def _rows(holder: Data, column: Data) -> Rows:
    """The rows of a table after a column was set.

    What a model says, beside labels from another file, is of the rows that it was asked about.
    """
    apart = {p.source for p in holder.rows}.isdisjoint(p.source for p in column.rows)
    asked = apart and column.models and column.rows and not is_sample(holder)
    return column.rows if asked else holder.rows or column.rows


def _answers(holder: Data, column: Data, name: str) -> frozenset[tuple[str, frozenset[int]]]:
    """Which columns are predictions, after one was set."""
    if not name or holder.models:
        return holder.answers
    others = frozenset(a for a in holder.answers if a[0] != name)
    return others | {(name, column.models)} if column.models else others
