"""Iteration: items of values, rounds of loops, parts of an assignment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.column_flow import bare
from portfolio_scan.flow.rows import TRAIN, SplitId, narrow
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
    from portfolio_scan.model import Place


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
    held = isinstance(element, Data) and any(
        p.path and p.path[-1][1] == "held" for p in element.rows
    )
    if held and isinstance(element, Data):
        return [_numbered(element, number) for number in range(count)]  # np.array_split(table, 2)
    return [element] * count


def _is_held(data: Data) -> bool:
    """Whether rows are what one fold holds out."""
    return any(part.path and part.path[-1][1] == "held" for part in data.rows)


def fold_of(items: list[Value], place: Place) -> list[Value]:
    """`for fold in folds:` over lists of examples: each round holds another part of them."""
    split = SplitId("fold", "list of folds", place)
    return [
        item.but(rows=narrow(item.rows, split, "held"), single=False)
        if isinstance(item, Data) and not _is_held(item)
        else item
        for item in items
    ]


def without_fold(rows: Rows) -> Rows:
    """The rows of all folds but this one; none where these are no fold's."""
    if not all(p.path and p.path[-1][0].kind == "fold" and p.path[-1][1] == "held" for p in rows):
        return frozenset()
    return frozenset(replace(p, path=(*p.path[:-1], (p.path[-1][0], TRAIN))) for p in rows)


def _numbered(fold: Data, number: int) -> Data:
    """One of several folds that are told apart."""
    rows = frozenset(
        replace(p, path=(*p.path[:-1], (p.path[-1][0], str(number)))) if p.path else p
        for p in fold.rows
    )
    return fold.but(rows=rows)


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
