"""Scores: metrics called, written out by hand, and watched by a trainer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.marks import Seen
from portfolio_scan.flow.origins import from_words
from portfolio_scan.flow.rows import VALIDATION, relation
from portfolio_scan.flow.values import Const, Data, Model, data_in, merge
from portfolio_scan.model import Relation

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site


def statistic(name: str, data: Data, m: Machine, frame: Frame) -> Data:
    """A number computed over rows: whatever it is mixed into has seen them."""
    if data.single:
        return data.but(role="")
    seen = Seen(name, data.sure_rows, m.place(frame), "statistic", data.target, by=data.by)
    return Data(
        role="stat",
        rows=data.rows,
        seen=frozenset({seen}) if data.rows else frozenset(),
        scores=data.scores,
        target=data.target,
        label=data.label,
    )


def across_columns(site: Site, position: int) -> bool:
    """`axis=1`, or the axis by position: a number for each row, from that row alone."""
    axis = site.arg(position, "axis", "dim")
    return isinstance(axis, Const) and axis.value in {1, -1, "columns"}


def score_of_role(m: Machine, data: Data, name: str, site: Site) -> Data:
    """The mean of matches or residuals is a metric written by hand."""
    if data.role == "match":
        return data.but(role="score")
    return m.score("error", site.place, site.frame, data, family="hand")


def loss_of(m: Machine, site: Site) -> Data:
    """The loss of predictions against labels."""
    data = (site.all_data() or Data()).but(role="loss")
    # Of the rows of a fit it trains; of others it tells how the model does on them.
    m.contrast(data, site.place, site.frame, loss=True)
    return data


def is_sample(truth: Data) -> bool:
    """Whether labels are a competition's sample of what to hand in, which are none."""
    return bool(truth.rows) and all(_SAMPLE.search(part.source) for part in truth.rows)


_SAMPLE = re.compile(r"(?i)(sample|gender)_?submission|submission_?(sample|format)")


def score_call(m: Machine, name: str, site: Site, *, entry: str = "") -> Data:
    """A metric called on labels and predictions."""
    if entry == "loss":
        return loss_of(m, site)
    values = [
        site.arg(0, "y_true", "labels", "references", "target"),
        site.arg(1, "y_pred", "y_score", "predictions", "preds", "y_prob"),
    ]
    known = [d for d in map(data_in, values) if d is not None]
    # Labels may come from a model too (clusters): the later argument is what was predicted.
    predicted = next((d for d in reversed(known) if d.models), None)
    truth = next((d for d in known if d is not predicted), None)
    if truth is not None and is_sample(truth):
        return Data(role="score")
    whole = predicted or truth
    if whole is not None and not whole.rows and truth is not None:
        whole = merge(truth, whole)
    if whole is not None and truth is not None and truth.rows and whole is predicted:
        whole = whole.but(label=whole.label or truth.label)
    if whole is None:
        whole = from_words(site)
    if truth is not None and relation(truth.rows, whole.rows) is Relation.DISJOINT:
        # Asked about known customers, compared with what they bought later.
        whole = whole.but(rows=truth.rows, label=truth.label)
    return m.score(name, site.place, site.frame, whole)


def watch(m: Machine, model: Model, held: Data, site: Site, *, selects: bool) -> None:
    """A score that a trainer computes by itself on the data it is given for validation."""
    number = m.score(
        "loss",
        site.place,
        site.frame,
        held,
        implicit=True,
        label=m.record.label(held.rows) or held.label or VALIDATION,
        models=frozenset({model.id}),
    )
    if selects:
        m.choose(number.scores)
