"""Contrasts: a model's answers beside the true values, where no known metric compares them.

A plot, a table, a sum by groups, an error that nobody names. They are no score, for what comes of
them is not known; but whoever says that a model was never scored must not have met one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.flow.values import Data, Growing, Mask, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.rows import Rows
    from portfolio_scan.flow.site import Site
    from portfolio_scan.flow.values import Value
    from portfolio_scan.model import Place

_SHOWS = frozenset(
    {
        *("plot", "scatter", "step", "bar", "hist", "line", "lineplot", "scatterplot", "regplot"),
        *("kdeplot", "distplot", "histplot", "displot", "add_trace", "Scatter", "print", "head"),
    }
)
"""Calls that show a series, one beside the other."""
_ITEMS = 40
"""Of a longer display the first are enough."""


@dataclass(slots=True)
class Shown:
    """Answers and true values that one file has shown so far, by their rows."""

    answers: dict[Rows, dict[tuple[frozenset[int], Place], Data]] = field(default_factory=dict)
    truths: set[Rows] = field(default_factory=set)


def note_call(m: Machine, name: str, site: Site) -> None:
    """A call that is given answers and the true values, or shows them one after the other."""
    answers, truth = None, None
    for value in _parts((*site.args, *site.named.values())):
        if isinstance(value, Mask):
            if value.counted is not None:
                m.contrast(value.counted, site.place, site.frame)
        elif isinstance(value, Data):
            if not value.models:
                truth = value if value.target and value.role == "" else truth
            elif value.role in {"match", "residual"}:
                m.contrast(value, site.place, site.frame)
            elif value.role == "":
                answers = value
    if answers is not None and truth is not None and name not in m.semantics.fit_words:
        m.contrast(answers, site.place, site.frame)
    elif name in _SHOWS:
        _note_shown(m, answers, truth, site)


def note_operator(m: Machine, one: Data, other: Data, frame: Frame) -> None:
    """`answers - labels`, `labels * 2 + answers`."""
    if bool(one.models) == bool(other.models) or one.role or other.role:
        return
    answers, truth = (one, other) if one.models else (other, one)
    if truth.target:
        m.contrast(answers, m.place(frame), frame)


def _note_shown(m: Machine, answers: Data | None, truth: Data | None, site: Site) -> None:
    """`plt.plot(y_test); plt.plot(predicted)`: the true values of these rows, then the answers."""
    shown = m.shown.setdefault(site.frame.path, Shown())
    if answers is not None:
        shown.answers.setdefault(answers.rows, {})[answers.models, site.place] = answers
        if answers.rows in shown.truths:
            m.contrast(answers, site.place, site.frame)
    if truth is not None and truth.rows not in shown.truths:
        shown.truths.add(truth.rows)
        for (_, place), one in shown.answers.get(truth.rows, {}).items():
            m.contrast(one, place, site.frame)


def _parts(values: Iterable[Value]) -> Iterator[Value]:
    """Values, and those that a display of them holds."""
    for value in values:
        if isinstance(value, Sequence):
            yield from value.items[:_ITEMS]
        elif isinstance(value, Growing):
            yield from list(value.entries.values())[:_ITEMS]
        else:
            yield value
