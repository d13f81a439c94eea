"""Training steps written out in arithmetic: descent along a gradient, updates of a value table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.choices import LEARNING_RATE
from portfolio_scan.flow.functions import fit_by_hand
from portfolio_scan.flow.text import names_in, text
from portfolio_scan.flow.values import Data, Instance, Value, data_in
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine

_TABLE = re.compile(r"(?i)^_?(q|q\d|q_?(table|values?|matrix|sa|func\w*)|(state|action)_?values?)$")
_REWARD = re.compile(r"(?i)reward|^r\d?$|^rew$")
_DISCOUNT = re.compile(r"(?i)gamma|discount")
_SURPRISE = re.compile(r"(?i)temporal_?diff|^td(_|$)|td_?(error|target|delta)|^(delta|target)$")
_MOVES = re.compile(r"(?i)update|apply|step|descend")
_SLOPE = re.compile(r"grad|Grad|slope|delta|deriv|(^|_)err|^d_?[wWbBvVuUtT]\w*$")


def note_assigned(m: Machine, node: ir.Assign, value: Value, frame: Frame) -> None:
    """`w = w - rate * slope` and `Q[s, a] = Q[s, a] + rate * (reward + …)`: steps of training."""
    if not isinstance(node.value, (ir.Bin, ir.Seq)):
        return
    for target, given in _pairs(node):
        if not isinstance(given, ir.Bin):
            continue
        if is_value_update(target, given):
            _note_agent(m, frame)
        elif _is_step(target, given):
            fit_by_hand(m, "gradient step", data_in(value), frame, target)


def note_augmented(m: Machine, node: ir.Aug, frame: Frame) -> bool:
    """`Q[s, a] += rate * (reward + …)`; whether it is one."""
    if not is_value_update(node.target, node.value):
        return False
    _note_agent(m, frame)
    return True


def note_descent(m: Machine, right: Value, frame: Frame) -> bool:
    """`params - rate * slopes`, the slopes from differentiating a loss; whether it is that."""
    slopes = data_in(right)
    if slopes is None or slopes.role != "gradient":
        return False
    place = m.place(frame)
    rows = Data(rows=slopes.rows)
    for number in sorted(slopes.models):
        model = m.record.models[number]
        m.fit(model, rows, model.name, "loop", place, frame)
    if not slopes.models:
        fit_by_hand(m, "gradient step", rows, frame)
    return True


def descends(name: str, data: Data) -> bool:
    """Whether slopes are given to something that moves along them: `tx.update(grads, state)`."""
    return data.role == "gradient" and bool(_MOVES.search(name))


def _pairs(node: ir.Assign) -> list[tuple[ir.Expr, ir.Expr]]:
    """Targets with what each is given: `w, b = w - …, b - …` is two."""
    if isinstance(node.value, ir.Seq):
        for target in node.targets:
            if isinstance(target, ir.Seq) and len(target.items) == len(node.value.items):
                return list(zip(target.items, node.value.items, strict=True))
    return [(target, node.value) for target in node.targets]


def _is_step(target: ir.Expr, given: ir.Bin) -> bool:
    """Whether something is moved by a learning rate times something.

    `level = level + alpha * (x - level)` follows a series and learns nothing.
    """
    moved = given.right
    if given.op not in {"-", "+"} or not isinstance(moved, ir.Bin) or moved.op not in "*/@":
        return False
    if not _names_rate(moved):
        return False
    before, after = _plain(text(given.left)), _plain(text(target))
    if before == after:
        return given.op == "-" or not names_in(target) & names_in(moved) - {"self"}
    return given.op == "-" and any(_SLOPE.search(name) for name in names_in(moved))


def _names_rate(node: ir.Expr) -> bool:
    """Whether an expression names a learning rate."""
    return any(LEARNING_RATE.search(name) for name in names_in(node))


def _plain(spelt: str) -> str:
    return spelt.removesuffix(".data")


def is_value_update(target: ir.Expr, given: ir.Expr) -> bool:
    """Whether an expression moves the value of a state towards a reward by a learning rate."""
    if not _names_rate(given):
        return False
    names = names_in(given)
    rewarded = any(_REWARD.search(name) for name in names)
    if rewarded and any(_DISCOUNT.search(name) for name in names):
        return True
    held = any(_TABLE.match(name) for name in names | names_in(target))
    return held and (rewarded or any(_SURPRISE.search(name) for name in names))


def _note_agent(m: Machine, frame: Frame) -> None:
    """The table of an agent was trained, in the episodes of a game and not on rows."""
    owner = frame.scope.find("self")
    if isinstance(owner, Instance):
        name = owner.cls.name
    else:
        name = frame.function.name if frame.function is not None else "value table"
    m.fit(None, None, name, "reinforcement", m.place(frame), frame)
