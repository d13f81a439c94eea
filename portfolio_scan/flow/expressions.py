"""Expressions: the value of each kind, and what operators do to examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow import calls, selection
from portfolio_scan.flow.rows import Relation, SplitId, relation
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
    Seen,
    Sequence,
    Unknown,
    Value,
    data_in,
    join,
    merge,
)
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.machine import Frame, Machine

_NOT_DATA = {"shape", "size", "ndim", "dtype", "dtypes", "columns", "columns_", "name", "device"}
_LEARNING_RATE = re.compile(r"(^|_)(lr|learning_?rate|alpha|eta|step_?size|learn_rate)($|_)", re.I)
_COMPARES = {"<", "<=", ">", ">=", "==", "!="}
_FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==",
            "in": "not in", "not in": "in"}  # fmt: skip


def evaluate(m: Machine, node: ir.Expr, frame: Frame) -> Value:  # noqa: C901, PLR0911, PLR0912
    """The value of an expression: one arm per record."""
    match node:
        case ir.Name(id=name):
            return _name(m, name, frame)
        case ir.Const(value=value):
            return Const(value)
        case ir.Attr(value=owner, name=name):
            return attribute(m, m.evaluate(owner, frame), name, frame)
        case ir.Call():
            return calls.evaluate_call(m, node, frame)
        case ir.Sub():
            return selection.subscript(m, node, frame)
        case ir.Bin(op=op, left=left, right=right):
            value = combine(m, op, m.evaluate(left, frame), m.evaluate(right, frame), frame)
            return _named_residual(node, value) if op == "-" else value
        case ir.Cmp():
            return _compare(m, node, frame)
        case ir.Seq(kind=kind, items=items):
            return _display(m, kind, items, frame)
        case ir.Map(keys=keys, values=values):
            return _dict(m, keys, values, frame)
        case ir.Bool(op=op, left=left, right=right):
            return _both(m, op, left, right, frame)
        case ir.Un(op=op, value=value):
            return _unary(op, m.evaluate(value, frame))
        case ir.Cond(test=test, body=body, orelse=orelse):
            m.evaluate(test, frame)
            return join(m.evaluate(body, frame), m.evaluate(orelse, frame))
        case ir.Comp():
            return _comprehension(m, node, frame)
        case ir.Lambda():
            return Function(node, frame.scope, frame.path, frame.cell)
        case ir.FStr(parts=parts):
            return _formatted(m, parts, frame)
        case ir.Walrus(target=target, value=value):
            result = m.evaluate(value, frame)
            m.bind(target, result, frame)
            return result
        case ir.Star(value=value):
            return m.evaluate(value, frame)
        case _:
            return Unknown(m.place(frame))


def _name(m: Machine, name: str, frame: Frame) -> Value:
    value = frame.scope.find(name)
    if value is not None:
        return value
    if name == "__name__":
        return Const("__main__")
    if name in calls.BUILTINS:
        return Extern(name)
    return _starred(m, name, frame) or Unknown(m.place(frame), name)


def _starred(m: Machine, name: str, frame: Frame) -> Extern | None:
    """A name that `from library import *` brought, if the catalogue lists it in that library."""
    scope: Scope | None = frame.scope
    while scope is not None:
        for module in scope.stars:
            full = f"{module}.{name}"
            entry = m.semantics.look_up(full)
            if entry is not None and entry.name == m.semantics.canonical(full):
                return Extern(full)
        scope = scope.outer
    return None


def attribute(m: Machine, owner: Value, name: str, frame: Frame) -> Value:  # noqa: C901, PLR0911, PLR0912
    """`owner.name`."""
    match owner:
        case Extern(name=base):
            return Extern(f"{base}.{name}")
        case ModuleValue(scope=scope):
            return scope.names.get(name) or Unknown(m.place(frame), name)
        case Instance():
            if name in owner.attrs:
                return owner.attrs[name]
            member = calls.member(owner.cls, name)
            if isinstance(member, Function):
                return calls.bind_method(member, owner)
            if member is not None:
                return member
            if owner.data is not None and name not in _NOT_DATA:
                return owner.data if not calls.is_method(m, name) else Partial(owner, name)
            return Partial(owner, name) if owner.model else Unknown(m.place(frame), name)
        case ClassValue():
            return calls.member(owner, name) or Unknown(m.place(frame), name)
        case Data():
            if name in _NOT_DATA:
                return Unknown(m.place(frame), name)
            if name == "index":
                return owner.but(role="index")
            if owner.role == "bunch" and name == "target":
                return owner.but(role="", target=True)
            return owner.but(role="" if owner.role == "bunch" else owner.role)
        case Model():
            if name in owner.attrs:
                return owner.attrs[name]
            if name in {"best_estimator_", "module", "base_model", "model"}:
                return owner
            return Partial(owner, name)
        case Growing(entries=entries):
            return entries.get(name) or Partial(owner, name)
        case Unknown(hint=hint):
            return m.named(name, Unknown(owner.place or m.place(frame), name), frame) if hint else (
                Unknown(m.place(frame), name)
            )
        case _:
            return Partial(owner, name)


def _display(m: Machine, kind: str, items: list[ir.Expr], frame: Frame) -> Value:
    values: list[Value] = []
    for item in items:
        value = m.evaluate(item, frame)
        if isinstance(item, ir.Star) and isinstance(value, Sequence):
            values.extend(value.items)
        else:
            values.append(value)
    if kind == "list" and not values:
        return Growing()
    return Sequence(tuple(values))


def _dict(
    m: Machine, keys: list[ir.Expr | None], values: list[ir.Expr], frame: Frame
) -> Value:
    result = Growing()
    for key, value in zip(keys, values, strict=True):
        item = m.evaluate(value, frame)
        name = m.evaluate(key, frame) if key is not None else None
        if isinstance(name, Const):
            result.entries[str(name.value)] = item
        elif name is None and isinstance(item, Growing):
            result.entries.update(item.entries)
        else:
            result.element = item if result.element is None else join(result.element, item)
    return result


def _both(m: Machine, op: str, left: ir.Expr, right: ir.Expr, frame: Frame) -> Value:
    one, other = m.evaluate(left, frame), m.evaluate(right, frame)
    if op == "or":
        return join(one, other)
    return one if isinstance(one, (Data, Mask)) else other


def _unary(op: str, value: Value) -> Value:
    if isinstance(value, Mask) and op in {"~", "not"}:
        return Mask(value.split, value.other, value.side, value.scores)
    return value


def _formatted(m: Machine, parts: list[ir.Expr], frame: Frame) -> Value:
    text_parts: list[str] = []
    for part in parts:
        value = m.evaluate(part, frame)
        text_parts.append(str(value.value) if isinstance(value, Const) else "…")
    return Const("".join(text_parts))


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
    if len(values) > 1 and not all(isinstance(v, Data) and v == first for v in values):
        return Sequence(tuple(values))
    if isinstance(first, Data):
        return first
    return Growing(element=first)


def _rounds_of(
    m: Machine, node: ir.Comp, depth: int, frame: Frame,
    results: list[tuple[Value | None, Value]],
) -> None:  # fmt: skip
    if depth == len(node.loops):
        key = m.evaluate(node.key, frame) if node.key is not None else None
        results.append((key, m.evaluate(node.value, frame)))
        return
    loop = node.loops[depth]
    items = rounds(m.evaluate(loop.iter, frame), 8)
    for item in items if len(items) > 2 or isinstance(items[0], Const) else items[:1]:  # noqa: PLR2004
        m.bind(loop.target, item, frame)
        for test in loop.tests:
            m.evaluate(test, frame)
        _rounds_of(m, node, depth + 1, frame, results)


# Operators ----------------------------------------------------------------------------------


def combine(m: Machine, op: str, left: Value, right: Value, frame: Frame) -> Value:  # noqa: C901, PLR0911
    """The value of `left op right`."""
    if isinstance(left, Mask) or isinstance(right, Mask):
        return left if isinstance(left, Mask) else right
    if isinstance(left, Sequence) and isinstance(right, Sequence) and op == "+":
        return Sequence(left.items + right.items)
    if isinstance(left, Const) and isinstance(right, Const):
        return _constants(op, left, right)
    one, other = data_in(left), data_in(right)
    if one is None and other is None:
        path = _path(op, left, right)
        if path is not None:
            return path
        if isinstance(left, (Growing, Model, Instance)):
            return left
        return right if isinstance(right, (Growing, Model)) else Unknown(m.place(frame))
    if one is None or other is None:
        known = one or other
        assert known is not None  # noqa: S101 - one of the two is
        return known
    return _arithmetic(op, one, other)


_PREDICTION = re.compile(r"(?i)pred|y_?hat|(^|_)hat($|_)|output|forecast|guess|estimate")
_TRUTH = re.compile(r"(?i)^y$|y_|_y$|label|target|true|truth|actual|gold|expected|answer|ans$|class")


def _named_residual(node: ir.Bin, value: Value) -> Value:
    """`Y_prediction - Y_test`: a residual by its names, where the model was lost."""
    if isinstance(value, Data) and value.role == "" and names_disagree(node.left, node.right):
        return value.but(role="residual")
    return value


def names_disagree(left: ir.Expr, right: ir.Expr) -> bool:
    """Whether one side is named like predictions and the other like labels."""
    one, other = names_in(left), names_in(right)
    guessed = [any(_PREDICTION.search(n) for n in names) for names in (one, other)]
    if guessed[0] == guessed[1]:
        return False
    truth = other if guessed[0] else one
    return any(_TRUTH.search(n) for n in truth)


def _arithmetic(op: str, one: Data, other: Data) -> Data:
    if one.role == "score" or other.role == "score":
        return Data(role="score", scores=one.scores | other.scores)
    if other.role == "stat" and one.role != "stat":
        return one.but(seen=one.seen | other.seen)
    if one.role == "stat" and other.role != "stat":
        return other.but(seen=one.seen | other.seen)
    if op == "-" and bool(one.models) != bool(other.models):
        return merge(one, other).but(role="residual")
    if one.role in {"residual", "match", "loss"}:
        return one
    if other.role in {"residual", "match", "loss"}:
        return other
    if relation(one.rows, other.rows) is Relation.DISJOINT:
        return merge(one, other)
    wide = merge(one, other)
    return wide.but(rows=one.rows or other.rows, may=one.may or other.may)


def _constants(op: str, left: Const, right: Const) -> Value:
    a, b = left.value, right.value
    if isinstance(a, str) and isinstance(b, str):
        if op == "+":
            return Const(a + b)
        if op == "/":
            return Const(f"{a.rstrip('/')}/{b}")
    if isinstance(a, str) and op == "%":
        return Const(re.sub(r"%[-\d.]*[sdifr]", str(b), a, count=1))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        try:
            if op in {"+", "-", "*"}:
                return Const({"+": a + b, "-": a - b, "*": a * b}[op])
            if op in {"/", "//"}:
                return Const(a / b if op == "/" else a // b)
        except (ZeroDivisionError, OverflowError):
            return Const(None)
    return Const(None)


def _path(op: str, left: Value, right: Value) -> Const | None:
    """A path put together with `/` or `+`; what is not known of it becomes a gap."""
    if op not in {"/", "+"}:
        return None
    if isinstance(left, Const) and isinstance(left.value, str):
        return Const(left.value + ("/…" if op == "/" else "…"))
    if isinstance(right, Const) and isinstance(right.value, str):
        return Const(("…/" if op == "/" else "…") + right.value)
    return None


def _compare(m: Machine, node: ir.Cmp, frame: Frame) -> Value:
    left = m.evaluate(node.left, frame)
    rights = [m.evaluate(r, frame) for r in node.rights]
    op, right = node.ops[0], rights[0]
    one, other = data_in(left), data_in(right)
    scores = (one.scores if one else frozenset()) | (other.scores if other else frozenset())
    if scores and op in _COMPARES:
        return Data(role="choice", scores=scores)
    if op in {"==", "!="}:
        matched = _match(m, left, right, frame)
        if matched is None and names_disagree(node.left, node.rights[0]):
            matched = _named_match(m, one, other, frame)
        if matched is not None:
            return matched
    if one is not None and op in _FLIPPED and one.role in {"", "index"}:
        return _condition(node, op)
    if isinstance(left, Const) and isinstance(right, Const) and len(rights) == 1:
        return _decide(op, left.value, right.value)
    return Unknown(m.place(frame))


def _decide(op: str, a: object, b: object) -> Const:
    if op == "==":
        return Const(a == b)
    if op == "!=":
        return Const(a != b)
    if op == "is":
        return Const(a is b) if a is None or b is None else Const(None)
    if op == "is not":
        return Const(a is not b) if a is None or b is None else Const(None)
    return Const(None)


def _condition(node: ir.Cmp, op: str) -> Mask:
    value = text(node.rights[0])
    split = SplitId("where", text(node.left))
    return Mask(split, f"{op}|{value}", f"{_FLIPPED[op]}|{value}")


def _match(m: Machine, left: Value, right: Value, frame: Frame) -> Value | None:
    """Predictions compared with labels: accuracy, counted by hand."""
    one, other = data_in(left), data_in(right)
    if isinstance(left, Const) or isinstance(right, Const):
        return None
    predicted = one if one and one.models else other
    truth = other if predicted is one else one
    if predicted is None or not predicted.models or predicted.role not in {"", "index"}:
        return None
    if truth is not None and truth.models:
        return None
    whole = merge(truth, predicted) if truth is not None and not predicted.rows else predicted
    value = m.score("accuracy", m.place(frame), frame, whole, family="hand")
    return value.but(role="match")


def _named_match(m: Machine, one: Data | None, other: Data | None, frame: Frame) -> Value | None:
    """`pred == label` where the model was lost: a score, and not a sure one."""
    known = [d for d in (one, other) if d is not None and d.role in {"", "index"}]
    if not known:
        return None
    value = m.score("accuracy", m.place(frame), frame, known[0], family="hand")
    return value.but(role="match")


# What statements ask -------------------------------------------------------------------------


def truth(node: ir.Expr, value: Value) -> bool | None:
    """Whether a condition is decided: only for plain constants and `__name__` tests."""
    if isinstance(node, ir.Cmp) and isinstance(value, Const) and "__name__" in names_in(node):
        return True
    if isinstance(node, (ir.Const, ir.Name, ir.Cmp)) and isinstance(value, Const):
        return value.value if isinstance(value.value, bool) else None
    return None


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
        return (items[:star] + [Sequence(tuple(middle))] + items[len(items) - tail :])[:count]
    if isinstance(value, (Data, Instance)):
        return [value] * count
    element = element_of(value)
    return [element] * count


def absorb(holder: Data, value: Value) -> Data:
    """A table after a column was set: it has seen what the column has seen."""
    inner = data_in(value)
    if inner is None or inner.role == "score":
        return holder
    return holder.but(
        seen=holder.seen | inner.seen, rows=holder.rows or inner.rows,
        copied=holder.copied | inner.copied, toy=holder.toy and inner.toy,
    )  # fmt: skip


def statistic(name: str, data: Data, m: Machine, frame: Frame) -> Data:
    """A number computed over rows: whatever it is mixed into has seen them."""
    seen = Seen(name, data.rows, m.place(frame), "statistic", data.target)
    return Data(
        role="stat", rows=data.rows, seen=frozenset({seen}) if data.rows else frozenset(),
        scores=data.scores, target=data.target, label=data.label,
    )  # fmt: skip


def note_hand_step(m: Machine, op: str, node: ir.Expr, after: Value, frame: Frame) -> None:
    """`weights -= learning_rate * gradient`: training written out by hand."""
    if op not in {"-", "+"} or not isinstance(node, ir.Bin) or node.op not in {"*", "/"}:
        return
    if any(_LEARNING_RATE.search(name) for name in names_in(node)):
        calls.fit_by_hand(m, "gradient step", data_in(after), frame)


def note_choice(m: Machine, node: ir.If, test: Value, frame: Frame) -> None:
    """`if score > best: keep this model`: the score steers a choice."""
    scores = test.scores if isinstance(test, (Data, Mask)) else frozenset()
    if not scores or not _keeps_something(node.body):
        return
    for number in scores:
        m.record.scores[number].selects = True
    m.happen(EventKind.COMPARE, "best so far", m.place(frame), frame)


_KEEPS = {"save", "dump", "state_dict", "deepcopy", "save_weights", "save_model", "save_pretrained",
          "save_checkpoint", "get_weights", "copy"}  # fmt: skip


def _keeps_something(body: Iterable[ir.Stmt]) -> bool:
    for statement in body:
        if isinstance(statement, (ir.Assign, ir.Do)):
            names = names_in(statement.value)
            targets = statement.targets if isinstance(statement, ir.Assign) else []
            names_set = {n.lower() for t in targets for n in names_in(t)}
            if names & _KEEPS or any("best" in n for n in names_set):
                return True
        if isinstance(statement, ir.If) and _keeps_something(statement.body):
            return True
    return False
