"""PyCaret's experiments: set up, compare, predict, by functions of a module or by an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.origins import unnamed
from portfolio_scan.flow.rows import TEST, TRAIN, SplitId, narrow
from portfolio_scan.flow.values import Data, Model, Unknown, Value
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site

_WHOLE, _TRAIN, _HELD = "?automl whole", "?automl", "?automl held"
"""What an experiment divides its rows into, among the names of its module or object."""

_REFITTED = "automl on all rows"
"""The family of a model that was fitted once more, on all rows: what it says then is a forecast."""


def automl_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Functions that share one experiment per module."""
    scope = site.frame.scope
    while scope.outer is not None:
        scope = scope.outer
    return _speak(m, str(entry.get("verb")), name, site, scope.names)


def on_experiment(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """`ClassificationExperiment()`: methods with the words of its module's functions."""
    module = model.name.rpartition(".")[0]
    entry = m.semantics.look_up(f"{module}.{name}")
    if entry is None or entry.kind != "automl":
        return model
    result = _speak(m, str(entry.get("verb")), f"{module}.{name}", site, model.attrs)
    return model if entry.get("verb") == "setup" else result


def _speak(m: Machine, verb: str, name: str, site: Site, kept: MutableMapping[str, Value]) -> Value:
    if verb == "setup":
        data = site.data(0, "data") or unnamed(m, site)
        split = m.new_split(SplitId("call", name, site.place), site.place)
        m.happen(EventKind.SPLIT, name, site.place, site.frame)
        kept[_WHOLE] = data
        kept[_TRAIN] = data.but(rows=narrow(data.rows, split, TRAIN))
        kept[_HELD] = data.but(rows=narrow(data.rows, split, TEST), label=TEST)
        return Unknown(site.place)
    if verb in {"fit", "refit"}:
        found = kept.get(_TRAIN if verb == "fit" else _WHOLE)
        model = m.new_model(name, "automl" if verb == "fit" else _REFITTED, site.place)
        known = found if isinstance(found, Data) else None
        m.fit(model, known, name, "automl", site.place, site.frame)
        if verb == "fit":
            m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
            m.score(name, site.place, site.frame, known, folds=True, models=frozenset({model.id}))
        return model
    if verb == "predict":
        given = site.arg(0, "estimator")
        models = frozenset({given.id}) if isinstance(given, Model) else frozenset()
        other, held = site.data(1, "data"), kept.get(_HELD)
        refitted = isinstance(given, Model) and given.family == _REFITTED
        if other is None and isinstance(held, Data) and not refitted:
            m.score(name, site.place, site.frame, held, models=models)
            return held.but(models=models)
        return (other or Data()).but(models=models)
    return Unknown(site.place)
