"""Operators: what arithmetic and comparison do to examples, predictions and scores."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.contrasts import note_operator
from portfolio_scan.flow.rows import TRAIN, SplitId, narrow, relation
from portfolio_scan.flow.scores import is_sample
from portfolio_scan.flow.text import literal_text, names_in, text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Group,
    Growing,
    Instance,
    Mask,
    Model,
    Scope,
    Sequence,
    Transformer,
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
_BOUNDS = {"<", "<=", ">", ">="}
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
    if isinstance(left, Mask) and isinstance(right, Mask):
        return together(left, right)
    if isinstance(left, Mask) or isinstance(right, Mask):
        return left if isinstance(left, Mask) else right
    if isinstance(left, Sequence) and isinstance(right, Sequence) and op == "+":
        return Sequence(left.items + right.items)
    if isinstance(left, Const) and isinstance(right, Const):
        return _constants(op, left, right)
    if op == "%" and isinstance(left, Const) and isinstance(left.value, str):
        return Const("…")  # "lag %d" % number: a text with a gap
    one, other = data_in(left), data_in(right)
    if one is None and other is None:
        path = _path(op, left, right)
        if path is not None:
            return path
        if op == "|" and isinstance(left, (Model, Transformer)) and isinstance(right, Model):
            return right  # a pipeline is what its last step is
        if isinstance(left, (Growing, Model, Instance)):
            return left
        return right if isinstance(right, (Growing, Model)) else Unknown(m.place(frame))
    if one is None or other is None:
        known = one or other
        assert known is not None  # noqa: S101 - one of the two is
        return known
    if op == "-" and one.role == "index" and other.role in {"", "index"}:
        # `set(all) - set(held)`: some of them, and never all.
        split = m.new_split(SplitId("lost", "difference", m.place(frame)), m.place(frame))
        return one.but(rows=narrow(one.rows, split, "rest"))
    note_operator(m, one, other, frame)
    return _arithmetic(op, one, other)


def together(one: Mask, other: Mask) -> Mask:
    """`(answers == 1) & (labels == 0)`: selects like the first, and counts when it is summed."""
    asked = [mask.about for mask in (one, other) if mask.about is not None]
    answers = [data for data in asked if data.models]
    if len(asked) == 2 and len(answers) == 1:  # noqa: PLR2004 - answers and labels
        return replace(one, counted=answers[0])
    return one


def count(m: Machine, mask: Mask, frame: Frame) -> Data:
    """The sum of a condition on answers and labels: a cell of a confusion matrix."""
    return m.score("confusion_matrix", m.place(frame), frame, mask.counted, family="hand")


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
        predicted, whole = one if one.models else other, merge(one, other)
        return whole.but(rows=predicted.rows or whole.rows, role="residual")
    if op in {"*", "@"} and {one.role, other.role} == {"residual", ""}:
        return _slope(*((one, other) if one.role else (other, one)))
    if one.role in {"residual", "match", "loss"}:
        return one
    if other.role in {"residual", "match", "loss"}:
        return other
    if relation(one.rows, other.rows) is Relation.DISJOINT:
        return merge(one, other)
    wide = merge(one, other)
    return wide.but(rows=one.rows or other.rows, may=one.may or other.may)


def _slope(error: Data, inputs: Data) -> Data:
    """`(predicted - y) * x`: the slope of a squared error, which no program reports as a score."""
    return error if inputs.target or inputs.models else error.but(role="gradient")


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
    if scores and op in _COMPARES and not _are_cut(one, op) and not _are_cut(other, op):
        return Data(role="choice", scores=scores)
    if op in {"==", "!="}:
        matched = match(m, (left, node.left), (right, node.rights[0]), frame)
        if matched is not None:
            return matched
    if one is not None and op in _FLIPPED and one.role in {"", "index"}:
        mask = _condition(node, op, right, frame.scope)
        if one.models and op in _BOUNDS:
            return replace(mask, answers=one)
        asks = op in {"==", "!="} and isinstance(right, Const) and one.role == ""
        return replace(mask, about=one) if asks else mask
    if isinstance(left, Const) and isinstance(right, Const) and len(rights) == 1:
        return Const(None) if left.may or right.may else _decide(op, left.value, right.value)
    return Unknown(m.place(frame))


def _are_cut(data: Data | None, op: str) -> bool:
    """`chances > edge`: answers that are cut at a bound, which scores may have chosen before."""
    return op in _BOUNDS and data is not None and bool(data.models) and data.role == ""


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


def _condition(node: ir.Cmp, op: str, right: Value, scope: Scope) -> Mask:
    value = literal_text(right) or text(node.rights[0], scope)
    column = text(node.left, scope)
    each = isinstance(right, Group) and right.column == column
    # df[df.kfold != fold], or one group after the other: for g in df.g.unique(): df[df.g != g]
    if op in {"==", "!="} and (each or _FOLD_COLUMN.search(column)):
        sides = ("held", TRAIN) if op == "==" else (TRAIN, "held")
        return Mask(SplitId("fold", column), *sides)
    split = SplitId("where", column)
    return Mask(split, f"{op}|{value}", f"{_FLIPPED[op]}|{value}")


def match(
    m: Machine, left: tuple[Value, ir.Expr], right: tuple[Value, ir.Expr], frame: Frame
) -> Value | None:
    """Predictions compared with labels, by value or else by name: accuracy, counted by hand."""
    found = _value_match(m, left[0], right[0], frame)
    if found is not None:
        return found
    sides = (data_in(left[0]), data_in(right[0]))
    known = [data for data in sides if data is not None and data.role in {"", "index"}]
    if not known or not names_disagree(left[1], right[1]):
        return None
    # `pred == label` where the model was lost: a score, and not a sure one.
    value = m.score("accuracy", m.place(frame), frame, known[0], family="hand")
    return value.but(role="match")


def _value_match(m: Machine, left: Value, right: Value, frame: Frame) -> Value | None:
    one, other = data_in(left), data_in(right)
    if isinstance(left, Const) or isinstance(right, Const):
        return None
    predicted = one if one and one.models else other
    truth = other if predicted is one else one
    if predicted is None or not predicted.models or predicted.role not in {"", "index"}:
        return None
    if truth is not None and (truth.models or is_sample(truth)):
        return None
    whole = merge(truth, predicted) if truth is not None and not predicted.rows else predicted
    value = m.score("accuracy", m.place(frame), frame, whole, family="hand")
    return value.but(role="match")
