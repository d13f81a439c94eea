"""Choices: scores that steer, and training steps written out by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.functions import fit_by_hand
from portfolio_scan.flow.rows import SplitId
from portfolio_scan.flow.text import names_in, text
from portfolio_scan.flow.values import Data, Mask, Value, data_in
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import children, walk_expression, walk_statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


LEARNING_RATE = re.compile(
    r"(^|_)(lr|learning_?rate|alpha|eta|step_?size|learn_rate)($|_)", re.IGNORECASE
)


def note_hand_step(m: Machine, node: ir.Aug, after: Value, frame: Frame) -> bool:
    """`weights -= learning_rate * gradient`: training written out by hand; whether it is that."""
    moved = node.value
    if node.op not in {"-", "+"} or not isinstance(moved, ir.Bin) or moved.op not in {"*", "/"}:
        return False
    named = any(LEARNING_RATE.search(name) for name in names_in(moved))
    if not named and not (follows_a_slope(moved) and (node.op == "-" or _is_negated(moved))):
        return False
    fit_by_hand(m, "gradient step", data_in(after), frame, node.target)
    return True


_SLOPE = re.compile(r"(?i)grad|slope|deriv|^d_?[wb]\d*$")


def follows_a_slope(moved: ir.Expr) -> bool:
    """`0.1 * dW`, `0.1 * X.T @ (answers - y)`: a slope by its name, or by how it is computed."""
    if any(_SLOPE.search(name) for name in names_in(moved)):
        return True
    inside = list(walk_expression(moved))
    turned = any(isinstance(one, ir.Attr) and one.name in {"T", "transpose"} for one in inside)
    return turned and any(isinstance(one, ir.Bin) and one.op == "-" for one in inside)


def _is_negated(moved: ir.Bin) -> bool:
    """`weights += -0.1 * gradient`."""
    sides = (moved.left, moved.right)
    return any(isinstance(one, ir.Un) and one.op == "-" for one in sides)


def note_choice(m: Machine, node: ir.If, test: Value, frame: Frame) -> None:
    """`if score > best: keep this model`: the score steers a choice."""
    scores = test.scores if isinstance(test, (Data, Mask)) else frozenset()
    if not scores or not (_keeps_something(node.body) or _keeps_best(node)):
        return
    m.choose(scores)
    m.happen(EventKind.COMPARE, "best so far", m.place(frame), frame)


def sides(node: ir.Expr, test: Value) -> tuple[tuple[SplitId, str], tuple[SplitId, str]]:
    """The two sides of the rows that a condition divides: those that pass, and the others."""
    if isinstance(test, Mask):
        return (test.split, test.side), (test.split, test.other)
    split = SplitId("where", text(node))
    return (split, "==|True"), (split, "!=|True")


_KEEPS = {
    "save",
    "dump",
    "state_dict",
    "deepcopy",
    "save_weights",
    "save_model",
    "save_pretrained",
    "save_checkpoint",
    "get_weights",
    "copy",
}


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


def _keeps_best(node: ir.If) -> bool:
    """`if score > top: top = score`: one side of the comparison takes the other's place."""
    if not isinstance(node.test, ir.Cmp) or len(node.test.rights) != 1:
        return False
    sides = (node.test.left, node.test.rights[0])
    spelled = (text(sides[0]), text(sides[1]))
    for statement in walk_statements(node.body):
        if not isinstance(statement, ir.Assign):
            continue
        for target in statement.targets:
            parts = target.items if isinstance(target, ir.Seq) else [target]
            given = names_in(statement.value)
            for kept, other in ((spelled[0], sides[1]), (spelled[1], sides[0])):
                if any(text(part) == kept for part in parts) and given & names_in(other):
                    return True
    return False


def note_count(m: Machine, node: ir.If, frame: Frame) -> None:
    """`if answer == 1 and label == 0: wrong += 1`: a confusion matrix, counted by hand."""
    if not counts(m, node):
        return
    tests = [node.test, *(s.test for s in walk_statements(node.body) if isinstance(s, ir.If))]
    asked = {text(held): held for test in tests for held in _held_in(test)}
    found = [(held, data_in(m.evaluate(held, frame))) for _, held in sorted(asked.items())]
    known = [d for held, d in found if d and d.role == "" and (d.single or _takes_one(held))]
    answers = [d for d in known if d.models]
    if answers and len(known) > len(answers):
        m.score("confusion_matrix", m.place(frame), frame, answers[0], family="hand")


def _held_in(node: ir.Expr) -> Iterable[ir.Expr]:
    """The names, attributes and items that an expression asks about: `row["y"]`, not `row`."""
    stack = [node]
    while stack:
        item = stack.pop()
        if _is_held(item):
            yield item
        else:
            stack.extend(children(item))


def _is_held(node: ir.Expr) -> bool:
    while isinstance(node, (ir.Attr, ir.Sub)):
        node = node.value
    return isinstance(node, ir.Name)


def _takes_one(node: ir.Expr) -> bool:
    """`answers[i]`, `table.loc[i, "y"]`: an item by its place."""
    if not isinstance(node, ir.Sub):
        return False
    key = node.items[0] if node.items else None
    if isinstance(key, ir.Seq) and key.items:
        key = key.items[0]
    named = isinstance(key, ir.Const) and isinstance(key.value, str)
    return isinstance(key, (ir.Name, ir.Const)) and not named


def counts(m: Machine, node: ir.If) -> bool:
    """Whether a branch counts: `correct += 1`, `hits = hits + 1`, `right.append(1)`."""
    known = m.counting.get(id(node))
    if known is None:
        known = m.counting[id(node)] = _counts(node.body)
    return known


def _counts(body: Iterable[ir.Stmt]) -> bool:
    for statement in walk_statements(body):
        if isinstance(statement, ir.Aug):
            return True
        if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Bin):
            return True
        if isinstance(statement, ir.Do) and names_in(statement.value) & {"append", "add", "update"}:
            return True
    return False
