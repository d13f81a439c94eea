"""Catalogue kinds about calls: functions handed to a library, and objects that are handed back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.calls import call_value
from portfolio_scan.flow.rows import label_of
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.text import names_in
from portfolio_scan.flow.values import (
    Data,
    Extern,
    Function,
    Gradient,
    Instance,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry


def object_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Something without rows of its own, whose methods are listed under its name."""
    return Extern(name)


def each_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`accelerator.prepare(model, loader)`: hands each of its arguments back, in their order."""
    return Sequence(tuple(site.args)) if len(site.args) > 1 else _alone(site, name)


def _alone(site: Site, name: str) -> Value:
    return site.args[0] if site.args else Extern(name)


def gradient_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`jax.grad(loss)`: a function that gives the slopes of another one (and its value)."""
    function = site.arg(int(entry.get("function", 0)), "fun", "f")
    return Gradient(function, both=bool(entry.get("both"))) if function else Extern(name)


def maps_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`jax.tree.map(f, params, grads)`: applies a function to what follows it."""
    function, *rest = site.args or [Unknown(site.place)]
    if not isinstance(function, Function):
        return _alone(site, name)
    inside = [value for value in rest if not isinstance(value, Function)]
    result = call_value(m, function, Site(site.node, site.frame, site.place, inside))
    return inside[0] if isinstance(result, Unknown) and inside else result


def tune_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`study.optimize(objective)`: calls a function over and over and keeps the best of its scores.

    What it gives back are settings, not rows.
    """
    function = site.arg(int(entry.get("function", 0)), *entry.get("names", ("objective", "fn")))
    if isinstance(function, Function):
        trial = Site(site.node, site.frame, site.place, [Unknown(site.place, "trial")])
        scored = data_in(call_value(m, function, trial))
        if scored is not None and scored.scores:
            m.choose(scored.scores)
            m.happen(EventKind.COMPARE, name, site.place, site.frame)
    return Extern(name)


def evaluation_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`evaluate_policy(model, env)`, `auc_score(model, test)`: a score of a model on rows."""
    given = site.arg(int(entry.get("model", 0)), "model", "estimator", "classifier")
    model = given.model if isinstance(given, Instance) else given
    ids = frozenset({model.id}) if isinstance(model, Model) else frozenset()
    data = site.data(int(entry.get("data", 1)), "X", "data", "dataset", "test_interactions")
    known = data if data is not None and data.rows else _by_name(site, entry)
    word = str(entry.get("metric", name.rpartition(".")[2]))
    return m.score(word, site.place, site.frame, known, models=ids | known.models)


def _by_name(site: Site, entry: Entry) -> Data:
    """What the name of the argument with the rows says, when its value was lost."""
    at = int(entry.get("data", 1))
    node = site.node.args[at].value if at < len(site.node.args) else None
    labels = {label_of(word) for word in names_in(node)} - {""} if node is not None else set()
    return Data(label=labels.pop() if len(labels) == 1 else "")
