"""Operators: what arithmetic and comparison do to examples, predictions and scores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import TRAIN, SplitId, relation
from portfolio_scan.flow.text import names_in, text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Growing,
    Instance,
    Mask,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
    merge,
)
from portfolio_scan.flow.wiring import follow
from portfolio_scan.model import Relation

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.parsing import program as ir


_FOLD_COLUMN = re.compile(r"(?i)\b(k?folds?|fold_?(id|idx|no|num)?|cv_?fold|kfold)['\"\]]*$")
_COMPARES = {"<", "<=", ">", ">=", "==", "!="}


_FLIPPED = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
    "in": "not in",
    "not in": "in",
}


def combine(m: Machine, op: str, left: Value, right: Value, frame: Frame) -> Value:
    """The value of `left op right`."""
    if op in {">>", "<<"} and (follow(left, right) if op == ">>" else follow(right, left)):
        return right
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


_TRUTH = re.compile(
    r"(?i)^y$|y_|_y$|label|target|true|truth|actual|gold|expected|answer|ans$|class"
)


def named_residual(node: ir.Bin, value: Value) -> Value:
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
        # By how much two scores differ tells where, not which model to keep.
        role = "choice" if op == "-" else "score"
        return Data(role=role, scores=one.scores | other.scores)
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
    result = _computed(op, left.value, right.value)
    return Const(result, may=(left.may or right.may) and result is not None)


def _computed(op: str, a: object, b: object) -> str | float | None:
    if isinstance(a, str) and isinstance(b, str):
        if op == "+":
            return a + b
        if op == "/":
            return f"{a.rstrip('/')}/{b}"
    if isinstance(a, str) and op == "%":
        return re.sub(r"%[-\d.]*[sdifr]", str(b), a, count=1)
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        try:
            if op in {"+", "-", "*"}:
                return {"+": a + b, "-": a - b, "*": a * b}[op]
            if op in {"/", "//"}:
                return a / b if op == "/" else a // b
        except (ZeroDivisionError, OverflowError):
            return None
    return None


def _path(op: str, left: Value, right: Value) -> Const | None:
    """A path put together with `/` or `+`; what is not known of it becomes a gap."""
    if op not in {"/", "+"}:
        return None
    if isinstance(left, Const) and isinstance(left.value, str):
        return Const(left.value + ("/…" if op == "/" else "…"), left.may)
    if isinstance(right, Const) and isinstance(right.value, str):
        return Const(("…/" if op == "/" else "…") + right.value, right.may)
    return None


def compare(m: Machine, node: ir.Cmp, frame: Frame) -> Value:
    """The value of a comparison: a condition on rows, a count of matches, a choice by score."""
    left = m.evaluate(node.left, frame)
    rights = [m.evaluate(r, frame) for r in node.rights]
    op, right = node.ops[0], rights[0]
    one, other = data_in(left), data_in(right)
    scores = (one.scores if one else frozenset()) | (other.scores if other else frozenset())
    if scores and op in _COMPARES:
        return Data(role="choice", scores=scores)
    if op in {"==", "!="}:
        matched = match(m, (left, node.left), (right, node.rights[0]), frame)
        if matched is not None:
            return matched
    if one is not None and op in _FLIPPED and one.role in {"", "index"}:
        return _condition(node, op)
    if isinstance(left, Const) and isinstance(right, Const) and len(rights) == 1:
        return Const(None) if left.may or right.may else _decide(op, left.value, right.value)
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
    column = text(node.left)
    if op in {"==", "!="} and _FOLD_COLUMN.search(column):  # df[df.kfold != fold]
        sides = ("held", TRAIN) if op == "==" else (TRAIN, "held")
        return Mask(SplitId("fold", column), *sides)
    split = SplitId("where", column)
    return Mask(split, f"{op}|{value}", f"{_FLIPPED[op]}|{value}")


def match(
    m: Machine, left: tuple[Value, ir.Expr], right: tuple[Value, ir.Expr], frame: Frame
) -> Value | None:
    """Predictions compared with labels, by value or else by name: accuracy, counted by hand."""
    found = _value_match(m, left[0], right[0], frame)
    if found is None and names_disagree(left[1], right[1]):
        return _named_match(m, data_in(left[0]), data_in(right[0]), frame)
    return found


def _value_match(m: Machine, left: Value, right: Value, frame: Frame) -> Value | None:
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
