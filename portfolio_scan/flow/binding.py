"""Giving values to targets: names, attributes, items, and what a name says of what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow import iteration, naming
from portfolio_scan.flow.given import Settings
from portfolio_scan.flow.rows import LOST, Part, SplitId, label_of, narrow
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Growing,
    Instance,
    Model,
    ModuleValue,
    Unknown,
    Value,
    data_in,
    join,
    merge,
    soften,
)
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


def bind(m: Machine, target: ir.Expr, value: Value, frame: Frame) -> None:
    """Give a value to a target."""
    match target:
        case ir.Name(id=name):
            frame.scope.names[name] = named(m, name, value, frame)
        case ir.Attr(value=owner, name=name):
            holder = m.evaluate(owner, frame)
            if isinstance(holder, Data) and name in {"columns", "name"}:
                return  # what columns are called says nothing of rows
            if isinstance(holder, Data):  # df.Age.fillna(…, inplace=True)
                bind(m, _root(owner), iteration.absorb(holder, value, name), frame)
            else:
                _bind_attribute(m, holder, name, value, frame)
        case ir.Sub(value=owner):
            _bind_item(m, target, owner, value, frame)
        case ir.Seq(items=items):
            for item, part in zip(items, _parts(m, items, value, frame), strict=True):
                bind(m, item, part, frame)
        case ir.Star(value=inner):
            bind(m, inner, value, frame)
        case _:
            return


def _parts(m: Machine, targets: list[ir.Expr], value: Value, frame: Frame) -> list[Value]:
    """The parts of a value that several targets receive.

    Where a function that nobody knows gives `train, test`, the names say that it divides: the rows
    of both are never taken for the same.
    """
    parts = iteration.unpack(targets, value)
    labels = [label_of(t.id) if isinstance(t, ir.Name) else "" for t in targets]
    if not isinstance(value, Data) or len(set(labels) - {""}) < 2:  # noqa: PLR2004 - two sides
        return parts
    place = m.place(frame)
    split = m.new_split(SplitId("declared", f"{frame.path} {place.cell} {place.line}"), place)
    return [
        value.but(rows=narrow(value.rows, split, label), label=label) if label else part
        for part, label in zip(parts, labels, strict=True)
    ]


def _bind_attribute(m: Machine, owner: Value, name: str, value: Value, frame: Frame) -> None:
    if isinstance(owner, (Instance, Model)):
        owner.attrs[name] = named(m, name, value, frame)
    elif isinstance(owner, ModuleValue):
        owner.scope.names[name] = value
    elif isinstance(owner, Settings):
        # Whether this line is reached may depend on the settings themselves.
        owner.entries[name] = soften(named(m, name, value, frame))


def _bind_item(m: Machine, target: ir.Sub, owner: ir.Expr, value: Value, frame: Frame) -> None:
    holder = m.evaluate(owner, frame)
    filled = data_in(value)
    blank = isinstance(holder, Extern) or (isinstance(holder, Data) and not holder.seen)
    if filled is not None and filled.models and blank and not _names_column(target):
        # Out-of-fold predictions: `oof[held] = model.predict(X[held])` holds the held rows.
        known = isinstance(holder, Data) and bool(holder.models)
        kept = merge(holder, filled) if known and isinstance(holder, Data) else filled
        bind(m, _root(owner), kept, frame)
        return
    if isinstance(holder, Growing):
        key = m.evaluate(target.items[0], frame) if target.items else Unknown()
        if isinstance(key, Const):
            holder.entries[str(key.value)] = value
        else:
            holder.element = value if holder.element is None else join(holder.element, value)
    elif isinstance(holder, Data):
        name = m.evaluate(target.items[0], frame) if len(target.items) == 1 else None
        column = name.value if isinstance(name, Const) and isinstance(name.value, str) else ""
        bind(m, _root(owner), iteration.absorb(holder, value, column), frame)
    elif isinstance(holder, Unknown):
        inner = data_in(value)
        if inner is not None:
            bind(m, _root(owner), Growing(element=value), frame)


def named(m: Machine, name: str, value: Value, frame: Frame) -> Value:
    """A value as a name shows it: names tell which part of a split it is."""
    if isinstance(value, Data):
        return _named_data(m, name, value, frame)
    if not isinstance(value, (Unknown, Extern)):
        return value
    label = label_of(name)
    # A name labels rows, never a maker of rows: `train_datagen = ImageDataGenerator(…)`.
    lost = isinstance(value, Unknown) or value.name.rpartition(".")[2][:1].islower()
    if lost and label and naming.names_data(name):
        return naming.declared(frame.path, label)
    if isinstance(value, Unknown) and not label and naming.TABLE.match(name):
        return _lost_table(m, name, frame)
    return Unknown(value.place, name) if isinstance(value, Unknown) else value


def _lost_table(m: Machine, name: str, frame: Frame) -> Data:
    """`df = lost(…)`: rows that are the same wherever this value goes, and of unknown origin."""
    place = m.place(frame)
    where = f"{place.path}:{place.cell or ''}:{place.line}{frame.via}"
    return Data(rows=frozenset({Part(m.new_source(f"{LOST}{name} at {where}", place))}))


_NAMED_OTHERWISE = {"official", "declared", "files", "index"}
"""Kinds of splits whose sides get no name from the variables that hold them."""


def _named_data(m: Machine, name: str, value: Data, frame: Frame) -> Data:
    label = label_of(name)
    if label and not value.rows and value.role == "" and naming.names_data(name):
        declared = naming.declared(frame.path, label)
        return value.but(rows=declared.rows, label=label)
    target = value.target or naming.names_target(name)
    if label:
        for part in value.rows:
            if part.path and part.path[-1][0].kind not in _NAMED_OTHERWISE:
                m.record.labels.setdefault(part.path[-1], label)
    if label == value.label and target == value.target:
        return value
    return value.but(label=label or value.label, target=target)


def _names_column(target: ir.Sub) -> bool:
    """Whether a subscript names a column: `df["p"]`, `df.loc[rows, "p"]`."""
    parts = [p for i in target.items for p in (i.items if isinstance(i, ir.Seq) else [i])]
    return any(isinstance(p, ir.Const) and isinstance(p.value, str) for p in parts)


def _root(node: ir.Expr) -> ir.Expr:
    """`df` of `df.loc[...]["x"]`: what is changed when an item is set."""
    while isinstance(node, ir.Sub) or (
        isinstance(node, ir.Attr) and node.name in {"loc", "iloc", "at", "iat", "values"}
    ):
        node = node.value
    return node
