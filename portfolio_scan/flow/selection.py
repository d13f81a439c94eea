"""Selection: slices, masks, indexes and keys that narrow rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.binding import named
from portfolio_scan.flow.column_flow import asked_by_name, bare, selected
from portfolio_scan.flow.given import Settings
from portfolio_scan.flow.naming import names_data, names_target
from portfolio_scan.flow.order import windowed
from portfolio_scan.flow.rows import SHUFFLED, Part, SplitId, label_of, narrow, ordered, rebase
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Groups,
    Growing,
    Instance,
    Mask,
    Model,
    Scope,
    Sequence,
    Unknown,
    Value,
    data_in,
    join,
)
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.model import Place

_MASK = re.compile(r"(?i)(^|_)(mask|msk|is|in|sel|selected|selection|keep|chosen|picked)($|_)")
"""Names of conditions, where the condition itself was lost: `table[mask]`, `table[~mask]`."""
_POSITION = re.compile(r"(?i)(^|_)(i?idx|index|indices|positions?)$")


def subscript(m: Machine, node: ir.Sub, frame: Frame) -> Value:
    """`value[items]`."""
    owner = m.evaluate(node.value, frame)
    match owner:
        case Data():
            owner = asked_by_name(m, owner, node, frame)
            part = selected(m, owner, node, frame, select(m, owner, node, frame))
            return windowed(m, node, frame, owner, part) if m.turns else part
        case Instance(data=data) if data is not None:
            return bare(select(m, data, node, frame))
        case Sequence(items=items):
            return _item(m, items, node, frame)
        case Growing():
            return _entry(m, owner, node, frame)
        case Model() | Instance():
            return owner
        case Extern():
            return Unknown(m.place(frame))
        case Groups(column=column) if isinstance(node.items[0], ir.Slice):
            ids = Data(rows=frozenset({Part(f"values of {column}")}), role="index")
            return select(m, ids, node, frame)
        case Groups(column=column):
            return Unknown(m.place(frame))
        case Unknown(place=place, hint=hint):
            key = m.evaluate(node.items[0], frame) if node.items else None
            name = str(key.value) if isinstance(key, Const) else ""
            word = hint if label_of(hint) or not label_of(name) else name
            return named(m, word, Unknown(place, word), frame) if word else owner
        case _:
            return Unknown(m.place(frame))


def _item(m: Machine, items: tuple[Value, ...], node: ir.Sub, frame: Frame) -> Value:
    index = node.items[0] if node.items else None
    if isinstance(index, ir.Slice):
        low = m.evaluate(index.lower, frame) if index.lower else Const(None)
        high = m.evaluate(index.upper, frame) if index.upper else Const(None)
        if isinstance(low, Const) and isinstance(high, Const):
            start, stop = low.value, high.value
            if isinstance(start, int | None) and isinstance(stop, int | None):
                return Sequence(items[start:stop])
        return Sequence(tuple(_sliced(item, index, frame.scope) for item in items))
    key = m.evaluate(index, frame) if index is not None else None
    if (
        isinstance(key, Const)
        and not key.may
        and isinstance(key.value, int)
        and -len(items) <= key.value < len(items)
    ):
        return items[key.value]
    found: Value = Unknown()
    for item in items:
        found = join(found, item)
    return found


def _sliced(value: Value, bounds: ir.Slice, scope: Scope) -> Value:
    """A slice of a list of examples: each item holds one side of it."""
    if isinstance(value, Data):
        return _slice(value, bounds, scope)
    if isinstance(value, Sequence):
        return Sequence(tuple(_sliced(item, bounds, scope) for item in value.items))
    return value


def _entry(m: Machine, owner: Growing, node: ir.Sub, frame: Frame) -> Value:
    if node.items and isinstance(node.items[0], ir.Slice):
        element = owner.element
        if element is not None:
            element = _sliced(element, node.items[0], frame.scope)
        return Growing(element=element)
    key = m.evaluate(node.items[0], frame) if node.items else Unknown()
    if isinstance(key, Const) and str(key.value) in owner.entries:
        found = owner.entries[str(key.value)]
        return found.but(may=True) if key.may and isinstance(found, Data) else found
    if isinstance(owner, Settings):
        return Unknown(m.place(frame), str(key.value) if isinstance(key, Const) else "")
    words = isinstance(key, Data) and key.role == "" and bool(key.rows)
    if words and not owner.items and not owner.entries and data_in(owner.element) is not None:
        return key  # a mapping looked up by an example gives something of that example
    if isinstance(key, Const) and isinstance(key.value, int) and 0 <= key.value < len(owner.items):
        return owner.items[key.value]
    if owner.element is not None:
        mixed = len({d.rows for d in map(data_in, owner.items) if d is not None}) > 1
        element = owner.element
        word = label_of(str(key.value)) if isinstance(key, Const) else ""
        # Filled under keys that were lost: what is read under "train" may be any of it.
        unsure = mixed or bool(word)
        return element.but(may=True) if unsure and isinstance(element, Data) else element
    any_of: Value = Unknown(m.place(frame), str(key.value) if isinstance(key, Const) else "")
    for item in owner.entries.values():
        any_of = join(any_of, item)
    return any_of


def select(m: Machine, data: Data, node: ir.Sub, frame: Frame) -> Value:
    """The rows (or columns) of a table that a subscript takes."""
    if not node.items:
        return data
    first = node.items[0]
    if isinstance(first, ir.Seq) and first.kind == "tuple" and first.items:
        first = first.items[0]
    if isinstance(first, ir.Slice):
        for bound in (first.lower, first.upper):
            if bound is not None:
                m.evaluate(bound, frame)
        return _slice(data, first, frame.scope)
    key = m.evaluate(first, frame)
    if isinstance(key, Const) and isinstance(key.value, str):
        column = _column(m, data, key.value, frame)
        divided = isinstance(column, Data) and column.rows != data.rows
        return column.but(may=True) if key.may and divided and isinstance(column, Data) else column
    if isinstance(key, Mask):
        m.new_split(key.split, m.place(frame))
        return data.but(rows=narrow(data.rows, key.split, key.side))
    if isinstance(key, Data) and key.role in {"index", "mask"} and key.rows:
        return data.but(rows=rebase(data.rows, key.rows) or key.rows, label=key.label or data.label)
    if isinstance(key, Unknown) and label_of(key.hint) and data.rows:
        split = m.new_split(SplitId("declared", frame.path), m.place(frame))
        return data.but(rows=narrow(data.rows, split, label_of(key.hint)))
    if isinstance(first, ir.Seq):
        return _listed(m, data, node, first, key, frame)
    lost = isinstance(key, (Unknown, Data, Extern, Growing)) or values_of(key)
    if lost and isinstance(first, (ir.Un, ir.Call, ir.Cmp, ir.Bool)):
        return _filtered(m, data, first, frame)
    columns = isinstance(first, ir.Name) and first.id not in frame.paired  # for c in df: df[c]
    if isinstance(key, Data) and key.rows and not (key.single and columns):
        return taken(data, first, key, frame)
    if isinstance(first, ir.Name) and _MASK.search(first.id) and not isinstance(key, Const):
        return _filtered(m, data, first, frame)
    if _by_row(node) and isinstance(key, (Unknown, Data, Extern)) and isinstance(first, ir.Name):
        return taken(data, first, key, frame)
    return data


def _listed(m: Machine, data: Data, node: ir.Sub, listed: ir.Seq, key: Value, frame: Frame) -> Data:
    """The rows, or else the columns, that a list written out takes."""
    values = values_of(key)
    places = bool(listed.items) and all(map(_is_position, listed.items))
    if places or (_by_row(node) and values and all(map(is_number, values))):
        return chosen(m, data, text(listed, frame.scope), m.place(frame))
    return columns_of(data, {str(v.value) for v in values if isinstance(v, Const)})


_DIVIDES = frozenset({"sample", "call", SHUFFLED, "slice", "where"})


def other_side(data: Data, index: Data) -> frozenset[Part]:
    """The rows of a table that an index leaves; none where it is not known how it divides."""
    for part in ordered(index.rows):
        if part.path and part.path[-1][0].kind in _DIVIDES:
            split, side = part.path[-1]
            return narrow(data.rows, split, f"not {side}")
    return frozenset()


def taken(data: Data, index: ir.Expr, value: Value, frame: Frame, *, dropped: bool = False) -> Data:
    """The rows that an index which was lost takes, or leaves: some, and never all."""
    origin = value.place if isinstance(value, Unknown) else None
    split = SplitId("index", f"{text(index, frame.scope)}{frame.via}", origin)
    return data.but(rows=narrow(data.rows, split, "not taken" if dropped else "taken"))


def _by_row(node: ir.Sub) -> bool:
    """`table.iloc[…]`, `table.loc[…]`."""
    return isinstance(node.value, ir.Attr) and node.value.name in {"iloc", "loc"}


def is_number(value: Value) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, Const) and isinstance(value.value, int)


def _is_position(item: ir.Expr) -> bool:
    """Whether an item of a list of keys is named as a place in the table: `series[[test_idx]]`."""
    return isinstance(item, ir.Name) and bool(_POSITION.search(item.id))


def _filtered(m: Machine, data: Data, test: ir.Expr, frame: Frame) -> Data:
    """Rows that a condition takes which could not be followed."""
    negated = isinstance(test, ir.Un) and test.op in {"~", "not", "-"}
    plain = test.value if isinstance(test, ir.Un) and negated else test
    return chosen(m, data, text(plain, frame.scope), m.place(frame), negated=negated)


def chosen(m: Machine, data: Data, test: str, place: Place, *, negated: bool = False) -> Data:
    """The rows that pass a test (or fail it) which is only known as text: never all of them."""
    split = m.new_split(SplitId("where", test), place)
    return data.but(rows=narrow(data.rows, split, "!=|True" if negated else "==|True"))


def values_of(value: Value) -> tuple[Value, ...]:
    """The items of a display."""
    return value.items if isinstance(value, Sequence) else ()


def columns_of(data: Data, kept: set[str]) -> Data:
    """A table with some of its columns: statistics that shaped only the others are gone."""
    if not kept:
        return data
    seen = frozenset(s for s in data.seen if not s.column or s.column in kept)
    return data.but(seen=seen)


def _slice(data: Data, bounds: ir.Slice, scope: Scope) -> Data:
    low, high = text(bounds.lower, scope), text(bounds.upper, scope)
    step = text(bounds.step, scope)
    if step not in {"", "1", "-1"} and data.rows:  # every fifth: never all of them
        split = SplitId("where", f"[{low}:{high}:{step}]")
        return data.but(rows=narrow(data.rows, split, "==|True"))
    if bounds.step is not None or (not low and not high) or not data.rows:
        return data
    if low == "0":
        low = ""
    if not low and not high:
        return data
    return data.but(rows=narrow(data.rows, SplitId("slice"), f"{low}:{high}"))


def answers_of(data: Data, column: str) -> Data:
    """One column of a table some of whose columns are predictions."""
    said = frozenset[int]().union(*(models for name, models in data.answers if name == column))
    return data.but(models=said, answers=frozenset())


def _column(m: Machine, data: Data, key: str, frame: Frame) -> Value:
    if data.role == "splits":
        word = label_of(key) or key
        split = next(
            (s for p in ordered(data.rows) for s, _ in p.path[-1:] if s.kind == "official"), None
        ) or SplitId("official", min((p.source for p in data.rows), default=""))
        m.new_split(split, m.place(frame))
        return data.but(role="", rows=narrow(data.rows, split, word), label=word)
    if data.role == "parts":
        split = SplitId("call", "parts", m.place(frame))
        return data.but(role="", rows=narrow(data.rows, split, label_of(key) or key))
    if data.answers:
        data = answers_of(data, key)
    label = label_of(key)
    if label and names_data(key):  # raw["Xtrain"] of a .mat, .npz or pickle holds one part
        split = m.new_split(SplitId("declared", "keys"), m.place(frame))
        return data.but(rows=narrow(data.rows, split, label), label=label, target=names_target(key))
    if _UNTOLD.search(key) and any(_ARRAYS.search(p.source) for p in data.rows):
        return data.but(rows=narrow(data.rows, SplitId("lost", "keys"), key))
    return columns_of(data, {key}).but(target=data.target or names_target(key))


_ARRAYS = re.compile(r"(?i)\.(npz|h5|hdf5|mat)$")
_UNTOLD = re.compile(r"(?i)^([a-wz]|arr_\d+|data_?\d+|set_?\d+|part_?\d+)$")
"""Keys of arrays in one file that do not say whether they are of the same examples."""
