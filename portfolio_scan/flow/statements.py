"""What each kind of statement does to the names of a frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow import (
    choices,
    column_flow,
    expressions,
    iteration,
    operators,
    steps,
)
from portfolio_scan.flow.binding import bind
from portfolio_scan.flow.branches import meet
from portfolio_scan.flow.classes import takes_fields
from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.given import apart
from portfolio_scan.flow.text import names_in
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Extern,
    Function,
    Growing,
    Mask,
    ModuleValue,
    Scope,
    Sequence,
    Unknown,
    Value,
    soften,
)
from portfolio_scan.flow.wiring import decorated
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.rows import SplitId

_UNROLL = 8
"""Rounds of a loop over something written out in the code."""


def _assign(m: Machine, node: ir.Assign, frame: Frame) -> None:
    value = m.evaluate(node.value, frame)
    steps.note_assigned(m, node, value, frame)
    for target in node.targets:
        bind(m, target, value, frame)
        if not isinstance(target, ir.Name):
            column_flow.assign(m, target, node.value, value, frame)


def _augment(m: Machine, node: ir.Aug, frame: Frame) -> None:
    before = m.evaluate(node.target, frame)
    after = m.evaluate(node.value, frame)
    value = operators.combine(m, node.op, before, after, frame)
    whole = ir.Bin(node.op, node.target, node.value)
    if isinstance(value, Data):
        value = column_flow.after_operator(m, whole, (before, after), frame, value)
    if not steps.note_augmented(m, node, frame) and choices.note_hand_step(m, node, after, frame):
        value = before  # a weight is no row, whatever rows it was learnt from
    bind(m, node.target, value, frame)
    if not isinstance(node.target, ir.Name):
        column_flow.assign(m, node.target, whole, value, frame)


def _do(m: Machine, node: ir.Do, frame: Frame) -> None:
    value = m.evaluate(node.value, frame)
    call = node.value
    in_place = isinstance(call, ir.Call) and any(
        a.name == "inplace" and isinstance(a.value, ir.Const) and a.value.value is True
        for a in call.args
    )
    if in_place and isinstance(call, ir.Call) and isinstance(call.func, ir.Attr):
        bind(m, call.func.value, value, frame)


def _return(m: Machine, node: ir.Return, frame: Frame) -> None:
    value = m.evaluate(node.value, frame) if node.value is not None else Const(None)
    frame.returns.append(Growing(element=value) if node.generator else value)


def _if(m: Machine, node: ir.If, frame: Frame) -> None:
    scores = len(m.record.scores)
    test = m.evaluate(node.test, frame)
    scored = len(m.record.scores) > scores
    if scored and isinstance(node.test, ir.Cmp) and not choices.counts(m, node):
        # `if index == predicted: word = …; break` looks something up and measures nothing.
        del m.record.scores[scores:]
        test = test if _scores_before(test, scores) else Unknown()
    if len(m.record.scores) == scores:
        choices.note_count(m, node, frame)
    choices.note_choice(m, node, test, frame)
    decided = expressions.truth(node.test, test)
    before = dict(frame.scope.names)
    passed, failed = choices.sides(node.test, test)
    sure = decided is not None
    if decided is not False:
        _run_where(m, node.body, passed, frame, sure=sure)
    after = dict(frame.scope.names)
    if decided is True:
        return
    frame.scope.names = before
    _run_where(m, node.orelse, failed, frame, sure=sure)
    if decided is None:
        _join_names(m, frame, after)


def _run_where(
    m: Machine, body: list[ir.Stmt], side: tuple[SplitId, str], frame: Frame, *, sure: bool
) -> None:
    """Run a branch: what is collected in it are the rows on one side of its condition."""
    frame.tests.append(side)
    run = m.run if sure else m.run_branch
    run(body, frame)
    frame.tests.pop()


def _scores_before(test: Value, count: int) -> bool:
    """Whether a test compares only scores that were there before it."""
    return not isinstance(test, (Data, Mask)) or all(number < count for number in test.scores)


def _join_names(m: Machine, frame: Frame, other: dict[str, Value]) -> None:
    names = frame.scope.names
    for name, value in other.items():
        here = names.get(name)
        if here is not value:  # most names are not touched in a branch
            names[name] = meet(m, value, here, frame) if here is not None else value


_FOLD = re.compile(r"(?i)(^|_)fold($|_)")


def _for(m: Machine, node: ir.For, frame: Frame) -> None:
    iterable = m.evaluate(node.iter, frame)
    items = iteration.rounds(iterable, _UNROLL)
    if isinstance(iterable, Growing) and any(map(_FOLD.search, names_in(node.target))):
        items = iteration.fold_of(items, m.place(frame))
    if isinstance(node.target, ir.Seq):
        frame.paired |= names_in(node.target)
    names = iterable.names if isinstance(iterable, Sequence) else ()
    for number, item in enumerate(items):
        bind(m, node.target, item, frame)
        m.run_round(node, frame)
        if number < len(names) and names[number] and isinstance(node.target, ir.Name):
            _write_back(names[number], node.target.id, item, frame)
    m.run(node.orelse, frame)


def _write_back(name: str, target: str, before: Value, frame: Frame) -> None:
    """`for df in [train, test]: df["x"] = …` changes train and test themselves."""
    after = frame.scope.names.get(target)
    changed = isinstance(after, Data) and isinstance(before, Data) and after != before
    if changed and after is not None and name in frame.scope.names:
        frame.scope.names[name] = after


def _while(m: Machine, node: ir.While, frame: Frame) -> None:
    for _ in range(2):
        m.evaluate(node.test, frame)
        m.run_round(node, frame)
    m.run(node.orelse, frame)


def _with(m: Machine, node: ir.With, frame: Frame) -> None:
    for value, name in node.items:
        entered = m.evaluate(value, frame)
        if name is not None:
            bind(m, name, entered, frame)
    m.run(node.body, frame)


def _try(m: Machine, node: ir.Try, frame: Frame) -> None:
    m.run(node.body, frame)
    for handler in node.handlers:
        tried = dict(frame.scope.names)
        m.run_branch(handler, frame)
        for name, value in tried.items():
            frame.scope.names[name] = value
    m.run(node.orelse, frame)
    m.run(node.final, frame)


def _function(m: Machine, node: ir.Func, frame: Frame) -> None:
    value = Function(node, frame.scope, frame.path, frame.cell)
    for decorator in node.decorators:
        decorated(m, value, m.evaluate(decorator, frame), frame)
    value.given = apart(value.given)
    frame.scope.names[node.name] = value


def _class(m: Machine, node: ir.Class, frame: Frame) -> None:
    bases = [m.evaluate(base, frame) for base in node.bases]
    value = ClassValue(node.name, frame.scope, frame.path, frame.cell, node, bases)
    inner = Frame(Scope(frame.scope), frame.path, frame.cell, frame.in_test, frame.depth)
    m.run(node.body, inner)
    for decorator in node.decorators:
        value.decorators.append(m.evaluate(decorator, frame))
    for member in inner.scope.names.values():
        if isinstance(member, Function) and member.scope is inner.scope:
            member.owner = value
            member.scope = frame.scope
    value.members = inner.scope.names
    if takes_fields(m, value):
        value.members = apart({k: soften(member) for k, member in value.members.items()})
    frame.scope.names[node.name] = value


def _import(m: Machine, node: ir.Import, frame: Frame) -> None:
    for module, alias in node.names:
        own = m.modules.find(m, module, 0, frame)
        if alias:
            frame.scope.names[alias] = own or Extern(module)
        elif own is None:
            root = module.partition(".")[0]
            frame.scope.names[root] = m.modules.find(m, root, 0, frame) or Extern(root)
        else:
            _bind_package(m, module, own, frame)


def _bind_package(m: Machine, module: str, own: ModuleValue, frame: Frame) -> None:
    """`import a.b.c` binds `a`, from which `b` and `c` are reached."""
    parts = module.split(".")
    for number in range(len(parts) - 1, 0, -1):
        above = ".".join(parts[:number])
        known = frame.scope.names.get(above) if number == 1 else None
        package = known if isinstance(known, ModuleValue) else m.modules.find(m, above, 0, frame)
        package = package or ModuleValue(above, Scope())
        package.scope.names[parts[number]] = own
        own = package
    frame.scope.names[parts[0]] = own


def _from(m: Machine, node: ir.From, frame: Frame) -> None:
    own = m.modules.find(m, node.module, node.level, frame, [name for name, _ in node.names])
    for name, alias in node.names:
        if name == "*":
            if own is not None:
                _bind_all(own, frame)
            elif not node.level:
                frame.scope.stars.append(node.module)
            continue
        full = f"{node.module}.{name}".strip(".")
        found = own.scope.names.get(name) if own is not None else None
        found = found or m.modules.find(m, full, node.level, frame)
        if found is None and not node.level and (own is None or m.semantics.look_up(full)):
            found = Extern(full)
        frame.scope.names[alias or name] = found or Unknown(m.place(frame), name)


def _bind_all(own: ModuleValue, frame: Frame) -> None:
    """`from own import *`: the names of `__all__`, else those without an underscore."""
    listed = own.scope.names.get("__all__")
    names = {str(v.value) for v in getattr(listed, "items", ()) if isinstance(v, Const)}
    frame.scope.stars.extend(own.scope.stars)
    for key, value in list(own.scope.names.items()):
        if key in names or (not isinstance(listed, Sequence) and not key.startswith("_")):
            frame.scope.names[key] = value


def _other(m: Machine, node: ir.Other, frame: Frame) -> None:
    if node.kind == "del":
        column_flow.delete(m, node.values, frame)
    if node.kind in {"assert", "raise"}:
        for value in node.values:
            m.evaluate(value, frame)


HANDLERS: dict[type[ir.Stmt], Callable[[Machine, Any, Frame], None]] = {
    ir.Assign: _assign,
    ir.Aug: _augment,
    ir.Do: _do,
    ir.Return: _return,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.With: _with,
    ir.Try: _try,
    ir.Func: _function,
    ir.Class: _class,
    ir.Import: _import,
    ir.From: _from,
    ir.Other: _other,
}
"""What runs each kind of statement, looked up by `Machine.run`."""
