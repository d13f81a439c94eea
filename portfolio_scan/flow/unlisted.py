"""Library names that the catalogue does not list: what any function does, and what may be training.

Not to know a library is no reason to say that nothing is trained with it.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from portfolio_scan.flow.callbacks import chooses, is_callback
from portfolio_scan.flow.calls import run_callbacks
from portfolio_scan.flow.functions import backward
from portfolio_scan.flow.kinds_models import fit_step_kind
from portfolio_scan.flow.semantics import Entry
from portfolio_scan.flow.steps import descends
from portfolio_scan.flow.values import ClassValue, Extern, Unknown, Value
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site

_ESTIMATOR = re.compile(r"^[A-Z]\w*(Classifier|Regressor|Clusterer|Forecaster|Recommender)(CV)?$")
"""Names by which libraries in scikit-learn's manner are known."""
_LEARNER = re.compile(
    r"^[A-Z]?\w*(Model|Classifier|Regressor|Clusterer|Estimator|Learner|Network|Net|Forecaster|Predictor|"
    r"Recommender|Trainer|Agent|Policy|Booster|Perceptron|AutoML)(CV)?$"
)
"""Classes whose objects can learn, by their names."""
_FIELD = re.compile(
    r"(?i)learn|torch|tensor|keras|neural|boost|forest|bayes|classif|regress|predict|forecast|cluster"
    r"|recommend|automl|lstm|bert|gan$|(^|[._-])(ml|ai|nn|rl|nlp|gnn)([._-]|$)|ml$"
)
"""Packages that are about learning, by their names."""
_TRAINS = frozenset(
    [
        *("train", "fit", "partial_fit", "fit_generator", "fit_predict", "train_model", "finetune"),
        *("fine_tune", "learn_one", "train_on_batch", "fit_one_cycle", "train_supervised"),
    ]
)
_MAY_TRAIN = frozenset(["update", "learn"])
"""Words of other trades too: they count on an object that is called a model only."""
_TEACHES = _TRAINS | _MAY_TRAIN


def unlisted(m: Machine, name: str, site: Site) -> Value:
    """A function that the catalogue does not list: most hand examples on, reshaped."""
    run_callbacks(m, site)
    data = site.all_data()
    if is_callback(name) and not chooses(name, site):
        return Unknown(site.place)
    if name.endswith((".apply_gradients", ".backward")):
        return fit_step_kind(m, Entry(name, "fit_step", {}), name, site)
    if data is not None and descends(name, data):
        backward(m, data, name, site)
        return data
    note_unlisted(m, name, site)
    last = name.rpartition(".")[2]
    if _ESTIMATOR.match(last):
        model = m.new_model(last, "unknown", site.place)
        if data is not None:
            model.rows = data.rows
        return model
    if data is not None and _LEARNER.match(last):
        return Extern(name)
    if data is not None and data.role != "score":
        return data.but(role="" if data.role == "bunch" else data.role)
    if data is not None:
        return data
    return Extern(name)


def note_unlisted(m: Machine, name: str, site: Site) -> None:
    """Note a call that is named like training, on something of a library that is not listed."""
    owner, _, method = name.rpartition(".")
    if method not in _TEACHES or not owner or m.semantics.look_up(name) is not None:
        return
    root = owner.partition(".")[0]
    if method == "train" and not site.args and m.semantics.area(root) in {"deep", "vision", "nlp"}:
        return  # a network of a library that is known: a mode
    if root in sys.stdlib_module_names or m.semantics.area(root) == "data":
        return
    learner = bool(_LEARNER.match(owner.rpartition(".")[2]))
    about = bool(m.semantics.area(root)) or bool(_FIELD.search(owner)) or learner
    if learner if method in _MAY_TRAIN else about:
        m.happen(EventKind.UNLISTED, name, site.place, site.frame)


def note_inherited(m: Machine, cls: ClassValue, method: str, site: Site) -> None:
    """The same for a method that an own class has from a library's class."""
    for base in cls.bases:
        if isinstance(base, Extern):
            note_unlisted(m, f"{base.name}.{method}", site)
        elif isinstance(base, ClassValue) and base is not cls:
            note_inherited(m, base, method, site)
