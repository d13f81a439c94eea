"""Measures: metric objects called, updated and asked, and evaluators that bring their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import UNKNOWN_ROWS
from portfolio_scan.flow.scores import score_call
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.transformers import on_metric
from portfolio_scan.flow.values import Data, Instance, Metric, Model, Value

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry

EVALUATOR, RUNNING = "evaluator", "running"
"""What a metric object is beyond the common: it brings its rows; it scores with every update."""


def evaluator_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`TripletEvaluator(anchors, …)`: made of rows, and later called with a model."""
    data = site.all_data() or Data()
    parts = name.split(".")
    word = next((p for p in reversed(parts) if p[:1].isupper()), parts[-1])
    return Metric(word, site.place, entry=EVALUATOR, rows=data.rows)


def reordered(entry: Entry, site: Site) -> Site:
    """The call of a metric whose labels and predictions do not stand first and second."""
    if entry.get("truth") is None:
        return site
    at = (int(entry.get("truth", 0)), int(entry.get("predicted", 1)))
    args = [site.args[i] for i in at if i < len(site.args)]
    return Site(site.node, site.frame, site.place, args, site.named)


def call_metric(m: Machine, metric: Metric, site: Site) -> Value:
    """A metric object or function, called."""
    if metric.entry != EVALUATOR:
        data = site.all_data()
        if data is not None:  # it keeps what it was called with, for whoever asks it
            metric.rows |= data.rows
            metric.models |= data.models
        return score_call(m, metric.name, site, entry=metric.entry)
    given = next((v for v in site.args if isinstance(v, (Model, Instance))), None)
    model = given.model if isinstance(given, Instance) else given
    ids = frozenset({model.id}) if model is not None else frozenset()
    return m.score(metric.name, site.place, site.frame, Data(rows=metric.rows), models=ids)


def method_of_metric(m: Machine, metric: Metric, name: str, site: Site) -> Value:
    """A method of a metric object, by the words that libraries have for updating and asking."""
    semantics = m.semantics
    if name in semantics.words("reset"):
        metric.rows, metric.models = UNKNOWN_ROWS, frozenset()
        return metric
    if name in semantics.words("update"):
        if metric.entry == RUNNING:  # what it holds is printed, and nobody asks for it
            score_call(m, metric.name, site)
            return metric
        return on_metric(m, metric, "update", site)
    if name in semantics.words("ask"):
        return on_metric(m, metric, "compute", site)
    return on_metric(m, metric, name, site)
