"""Expressions: the value of each kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow import column_flow, paths
from portfolio_scan.flow.binding import bind, named
from portfolio_scan.flow.calls import BUILTINS, evaluate_call
from portfolio_scan.flow.classes import bind_method, member
from portfolio_scan.flow.given import Settings
from portfolio_scan.flow.iteration import rounds
from portfolio_scan.flow.naming import is_method, names_data
from portfolio_scan.flow.operators import combine, compare, named_residual
from portfolio_scan.flow.rows import SplitId, label_of, narrow
from portfolio_scan.flow.selection import answers_of, chosen, other_side, subscript
from portfolio_scan.flow.steps import note_descent
from portfolio_scan.flow.text import names_in, text
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Extern,
    Function,
    Growing,
    Instance,
    Mask,
    Model,
    ModuleValue,
    Partial,
    Scope,
    Sequence,
    Unknown,
    Value,
    constant,
    data_in,
    join,
    soften,
)
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


_NOT_DATA = {"shape", "size", "ndim", "dtype", "dtypes", "columns", "columns_", "name", "device"}


def _constant(m: Machine, node: ir.Const, frame: Frame) -> Value:
    return constant(node.value)


def _attribute(m: Machine, node: ir.Attr, frame: Frame) -> Value:
    found = attribute(m, m.evaluate(node.value, frame), node.name, frame)
    return column_flow.after_attribute(m, node, frame, found) if isinstance(found, Data) else found


def _binary(m: Machine, node: ir.Bin, frame: Frame) -> Value:
    one, other = m.evaluate(node.left, frame), m.evaluate(node.right, frame)
    result = combine(m, node.op, one, other, frame)
    if isinstance(result, Data):
        result = column_flow.after_operator(m, node, (one, other), frame, result)
    if node.op != "-":
        return result
    return one if note_descent(m, other, frame) else named_residual(node, result)


def _conditional(m: Machine, node: ir.Cond, frame: Frame) -> Value:
    m.evaluate(node.test, frame)
    return join(m.evaluate(node.body, frame), m.evaluate(node.orelse, frame))


def _lambda(m: Machine, node: ir.Lambda, frame: Frame) -> Value:
    return Function(node, frame.scope, frame.path, frame.cell)


def _walrus(m: Machine, node: ir.Walrus, frame: Frame) -> Value:
    result = m.evaluate(node.value, frame)
    bind(m, node.target, result, frame)
    return result


def _lost(m: Machine, node: ir.Expr, frame: Frame) -> Value:
    return Unknown(m.place(frame))


def _name(m: Machine, node: ir.Name, frame: Frame) -> Value:
    name = node.id
    scope: Scope | None = frame.scope
    while scope is not None:  # as `Scope.find` does; a third of all expressions are names
        value = scope.names.get(name)
        if value is not None:
            return value
        scope = scope.outer
    if name == "__name__":
        return Const("__main__")
    if name == "__package__":
        return Const(None)
    if name in BUILTINS:
        return Extern(name)
    given = m.semantics.given(name)
    if given:
        return Extern(given)
    return _starred(m, name, frame) or Unknown(m.place(frame), name)


_CLASS = re.compile(r"^[A-Z]\w+[a-z]")
_MEASURE = re.compile(r"_(score|error|report|matrix|curve|loss)$")
_PREPARES = re.compile(
    r"(Scaler|Encoder|Vectorizer|Transformer|Imputer|Binarizer|Discretizer|Features|Selector|Sampler)$"
)
_PREDICTS = re.compile(r"(Classifier|Regressor|Regression)$")


def _starred(m: Machine, name: str, frame: Frame) -> Extern | None:
    """A name that `from library import *` brought, if the catalogue lists it in that library.

    Where only the library is listed, the name must be one for what it holds; and where several
    such libraries might have brought it, none did.
    """
    likely: dict[str, str] = {}
    scope: Scope | None = frame.scope
    while scope is not None:
        for module in scope.stars:
            full = f"{module}.{name}"
            entry = m.semantics.look_up(full)
            if entry is None:
                continue
            if entry.get("ends") is not None or entry.name == m.semantics.canonical(full):
                return Extern(full)
            if entry is m.semantics.look_up(module) and _may_hold(entry.kind, name):
                likely.setdefault(entry.kind, full)
        scope = scope.outer
    return Extern(*likely.values()) if len(likely) == 1 else None


def _may_hold(kind: str, name: str) -> bool:
    """Whether a library of metrics, estimators or transformers may hold something of this name."""
    if kind == "metric":
        return _MEASURE.search(name) is not None
    if not _CLASS.search(name):
        return False
    if kind == "estimator":
        return not _PREPARES.search(name)
    return kind in {"transformer", "resampler_object"} and not _PREDICTS.search(name)


def attribute(m: Machine, owner: Value, name: str, frame: Frame) -> Value:
    """`owner.name`."""
    match owner:
        case Extern(name=base):
            if name in m.flags.entries and base.endswith("FLAGS"):
                return m.flags.entries[name]
            if name == "argv" and base == "sys" and m.arguments:
                return Sequence(tuple(Const(a, may=True) for a in (frame.path, *m.arguments)))
            return Extern(f"{base}.{name}")
        case ModuleValue(scope=scope):
            return scope.names.get(name) or Unknown(m.place(frame), name)
        case Instance():
            if name in owner.attrs:
                return owner.attrs[name]
            found = member(owner.cls, name)
            if isinstance(found, Function):
                return bind_method(found, owner)
            if found is not None:
                return found
            if owner.data is not None and name not in _NOT_DATA:
                return owner.data if not is_method(m, name) else Partial(owner, name)
            return Partial(owner, name) if owner.model else Unknown(m.place(frame), name)
        case ClassValue():
            return member(owner, name) or Unknown(m.place(frame), name)
        case Data():
            if name in _NOT_DATA:
                return Unknown(m.place(frame), name)
            if name == "index":
                return owner.but(role="index")
            if name in {"write", "writeStream"} and owner.role == "":
                return owner.but(role="writer")
            if name.endswith("_mask") and label_of(name):  # a graph's own train, val and test nodes
                split = m.new_split(SplitId("official", "masks"), m.place(frame))
                return owner.but(role="mask", rows=narrow(owner.rows, split, label_of(name)))
            if owner.role == "bunch" and name == "target":
                return owner.but(role="", target=True)
            return _part_named(m, owner, name, frame)
        case Model():
            if name in owner.attrs:
                return owner.attrs[name]
            if name in m.semantics.words("itself"):
                return owner
            return Partial(owner, name)
        case Const(value=str() as path, may=may):
            part = _part_of_path(path, name)
            return (soften(part) if may else part) if part is not None else Partial(owner, name)
        case Settings(entries=entries):
            return entries.get(name) or Unknown(m.place(frame), name)
        case Growing(entries=entries):
            return entries.get(name) or Partial(owner, name)
        case Unknown(hint=hint):
            return (
                named(m, name, Unknown(owner.place or m.place(frame), name), frame)
                if hint
                else (Unknown(m.place(frame), name))
            )
        case _:
            return Partial(owner, name)


def _part_named(m: Machine, owner: Data, name: str, frame: Frame) -> Data:
    """An attribute of a table: a column of its rows, or the part of them that its name says."""
    data = owner.but(role="" if owner.role in {"bunch", "splits"} else owner.role)
    if any(column == name for column, _ in owner.answers):
        return answers_of(data, name)
    label = label_of(name)
    if not label or not names_data(name) or owner.role not in {"", "bunch", "splits"}:
        return data
    if owner.role == "splits":
        split = SplitId("official", min((p.source for p in owner.rows), default=""))
    else:
        split = SplitId("declared", "attributes")
    m.new_split(split, m.place(frame))
    return data.but(rows=narrow(owner.rows, split, label), label=label)


_ABOVE = 6
"""Folders above a path that are looked at; deeper trees are rare."""


def _part_of_path(path: str, name: str) -> Value | None:
    if name == "parents":
        above = [path]
        for _ in range(_ABOVE):
            above.append(paths.parent(above[-1]))
        return Sequence(tuple(Const(p) for p in above[1:]))
    part = paths.part(path, name)
    return Const(part) if part is not None else None


def _display(m: Machine, node: ir.Seq, frame: Frame) -> Value:
    values: list[Value] = []
    for item in node.items:
        value = m.evaluate(item, frame)
        if isinstance(item, ir.Star) and isinstance(value, Sequence):
            values.extend(value.items)
        else:
            values.append(value)
    if node.kind == "list" and not values:
        return Growing(born=len(m.turns))
    names = tuple(item.id if isinstance(item, ir.Name) else "" for item in node.items)
    return Sequence(tuple(values), names if len(names) == len(values) else ())


def _dict(m: Machine, node: ir.Map, frame: Frame) -> Value:
    result = Growing()
    for key, value in zip(node.keys, node.values, strict=True):
        item = m.evaluate(value, frame)
        name = m.evaluate(key, frame) if key is not None else None
        if isinstance(name, Const):
            result.entries[str(name.value)] = item
        elif name is None and isinstance(item, Growing):
            result.entries.update(item.entries)
        else:
            result.element = item if result.element is None else join(result.element, item)
    return result


def _both(m: Machine, node: ir.Bool, frame: Frame) -> Value:
    one, other = m.evaluate(node.left, frame), m.evaluate(node.right, frame)
    if node.op == "or":
        return join(one, other)
    return one if isinstance(one, (Data, Mask)) else other


def _unary(m: Machine, node: ir.Un, frame: Frame) -> Value:
    value = m.evaluate(node.value, frame)
    if isinstance(value, Mask) and node.op in {"~", "not"}:
        return Mask(value.split, value.other, value.side, value.scores)
    if isinstance(value, Data):
        return column_flow.after_operator(m, node, (value,), frame, value)
    return value


def _formatted(m: Machine, node: ir.FStr, frame: Frame) -> Value:
    text_parts: list[str] = []
    may = False
    for part in node.parts:
        value = m.evaluate(part, frame)
        text_parts.append(str(value.value) if isinstance(value, Const) else "…")
        may = may or (isinstance(value, Const) and value.may)
    return Const("".join(text_parts), may)


def _comprehension(m: Machine, node: ir.Comp, frame: Frame) -> Value:
    outer = dict(frame.scope.names)
    results: list[tuple[Value | None, Value]] = []
    _rounds_of(m, node, 0, frame, results)
    frame.scope.names = outer
    if not results:
        return Growing()
    if node.kind == "dict":
        grown = Growing()
        for key, value in results:
            if isinstance(key, Const):
                grown.entries[str(key.value)] = value
            else:
                grown.element = value if grown.element is None else join(grown.element, value)
        return grown
    values = [value for _, value in results]
    first = values[0]
    over = data_in(m.evaluate(node.loops[0].iter, frame)) if isinstance(first, Unknown) else None
    if over is not None and over.rows and over.role == "":
        # Made of each example, by means not followed.
        return column_flow.bare(_passed(m, node, over, frame))
    if len(values) > 1 and not all(isinstance(v, Data) and v == first for v in values):
        return Sequence(tuple(values))
    if isinstance(first, Data):
        return _passed(m, node, first.but(single=False), frame)
    return Growing(element=first)


def _passed(m: Machine, node: ir.Comp, data: Data, frame: Frame) -> Data:
    """The examples that the tests of a comprehension let through: which, is said in words."""
    tests = [test for loop in node.loops for test in loop.tests]
    if not tests or data.role not in {"", "index"}:
        return data
    if len(tests) == 1:
        left = _left_by(m, tests[0], data, frame)
        if left is not None:
            return left
    return chosen(m, data, " and ".join(text(t, frame.scope) for t in tests), m.place(frame))


def _left_by(m: Machine, test: ir.Expr, data: Data, frame: Frame) -> Data | None:
    """`[i for i in ids if i not in taken]`: the other side of what was taken."""
    if not isinstance(test, ir.Cmp) or test.ops != ["not in"]:
        return None
    index = data_in(m.evaluate(test.rights[0], frame))
    return data.but(rows=other_side(data, index)) if index and other_side(data, index) else None


def _rounds_of(
    m: Machine,
    node: ir.Comp,
    depth: int,
    frame: Frame,
    results: list[tuple[Value | None, Value]],
) -> None:
    if depth == len(node.loops):
        key = m.evaluate(node.key, frame) if node.key is not None else None
        results.append((key, m.evaluate(node.value, frame)))
        return
    loop = node.loops[depth]
    items = rounds(m.evaluate(loop.iter, frame), 8)
    for item in items if len(items) > 2 or isinstance(items[0], Const) else items[:1]:  # noqa: PLR2004
        bind(m, loop.target, item, frame)
        for test in loop.tests:
            m.evaluate(test, frame)
        _rounds_of(m, node, depth + 1, frame, results)


def truth(node: ir.Expr, value: Value) -> bool | None:
    """Whether a condition is decided: only for plain constants and `__name__` tests."""
    if isinstance(value, Const) and value.may:
        return None
    if isinstance(node, ir.Cmp) and isinstance(value, Const) and "__name__" in names_in(node):
        return True
    if isinstance(node, (ir.Const, ir.Name, ir.Cmp)) and isinstance(value, Const):
        return value.value if isinstance(value.value, bool) else None
    return True if _asks_for_columns(node) else None


def _asks_for_columns(node: ir.Expr) -> bool:
    """`"age" in df.columns`: whoever asks for a column has tables with it in mind."""
    if isinstance(node, ir.Bool) and node.op == "and":
        return _asks_for_columns(node.left) and _asks_for_columns(node.right)
    if not isinstance(node, ir.Cmp) or node.ops != ["in"]:
        return False
    table = node.rights[0]
    return isinstance(table, ir.Attr) and table.name == "columns"


HANDLERS: dict[type[ir.Expr], Callable[[Machine, Any, Frame], Value]] = {
    ir.Name: _name,
    ir.Const: _constant,
    ir.Attr: _attribute,
    ir.Call: evaluate_call,
    ir.Sub: subscript,
    ir.Bin: _binary,
    ir.Cmp: compare,
    ir.Seq: _display,
    ir.Map: _dict,
    ir.Bool: _both,
    ir.Un: _unary,
    ir.Cond: _conditional,
    ir.Comp: _comprehension,
    ir.Lambda: _lambda,
    ir.FStr: _formatted,
    ir.Walrus: _walrus,
    ir.Star: lambda m, node, frame: m.evaluate(node.value, frame),
    ir.Slice: _lost,
    ir.Opaque: _lost,
}
"""What gives the value of each kind of expression. `Machine.evaluate` looks it up here itself: a
function in between would cost a tenth of all the time that following values takes."""
