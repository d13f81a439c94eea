"""Models: methods of what can be fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.callbacks import steer
from portfolio_scan.flow.column_flow import note_given
from portfolio_scan.flow.divisions import parts_of
from portfolio_scan.flow.origins import from_path, from_words, is_literal
from portfolio_scan.flow.rows import TEST, TRAIN, VALIDATION, Part, SplitId, narrow
from portfolio_scan.flow.scores import watch
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.storage import load_weights, path_of, store
from portfolio_scan.flow.trainers import FAMILIES
from portfolio_scan.flow.values import (
    Const,
    Data,
    Metric,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.manners import Manner


_SAVES = frozenset(
    ["save", "save_model", "save_weights", "save_pretrained", "save_checkpoint", "export"]
)


def _wraps(model: Model) -> bool:
    """Whether an object trains another one, which is what it saves."""
    return model.family in {"trainer", "lightning"}


def on_model(m: Machine, model: Model, name: str, site: Site) -> Value:
    """A method of something that can be fitted."""
    manner = m.semantics.manner(model.manner)
    data = _given(m, manner, site)
    if name in _SAVES:
        store(m, path_of(site), next(iter(model.inner), model) if _wraps(model) else model, site)
        return model
    if name == "load_state_dict" and (site.args or site.named):
        return load_weights(m, model, site)
    if model.family in FAMILIES:
        result = FAMILIES[model.family](m, model, name, site, data)
        if result is not None:
            return result
    act = _ACTS.get(manner.verb(name) or _verb(m, model, name, site, data))
    if act is not None:
        return act(m, model, name, site, data)
    if name in m.semantics.words("leave"):
        return model
    if name == "get":
        return Unknown(site.place)
    inner = site.all_data()
    return inner.but(models=frozenset({model.id})) if inner is not None else model


def _is_written_out(site: Site) -> bool:
    """Whether the rows stand in the call, or in lists of literals."""
    alone = len(site.args) == 1 and isinstance(site.args[0], Sequence)
    return alone or (bool(site.args) and all(is_literal(value) for value in site.args))


_ROWS = (
    *("x", "X", "train_dataset", "data", "df", "df_train", "generator", "train_data"),
    *("dataset", "series", "y_train"),
)


def _given(m: Machine, manner: Manner, site: Site) -> Data | None:
    """The rows that a call is about, by the words of the library or else by common ones."""
    data = site.data(None, *manner.data) if manner.data else None
    if data is None:
        data = site.data(0, *_ROWS)
    path = site.text(0, *manner.data) if manner.paths and data is None else ""
    return from_path(m, path, site) if path else data


_SWITCHED = {"network", "unknown", "stored", "loop", "embedder"}
"""Families of which `train()` may be a mode rather than training."""


def _is_mode(model: Model, site: Site, data: Data | None) -> bool:
    """Whether `train(…)` switches a mode and trains nothing."""
    if data is not None or (isinstance(site.arg(0), Const) and site.text(0)):
        return False
    return model.family in _SWITCHED or not (site.args or site.named)


def _verb(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> str:
    """What a method does by the words that all libraries share."""
    semantics = m.semantics
    if name in {"fit_predict", "fit_transform"}:
        return "fit"
    if name in semantics.fit_words and not (name == "train" and _is_mode(model, site, data)):
        return "fit"
    if name in semantics.words("predict"):
        return "predict"
    if name in semantics.words("load"):
        return "load"
    if name in semantics.words("score"):
        return "score"
    return "rows" if name == "transform" else ""


def _predict(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    m.use(model, data, site.place, site.frame)
    if m.semantics.manner(model.manner).ahead or (name in m.semantics.words("ahead") and not data):
        # Of the rows it is compared with, only those count that it says something of.
        return Data(models=frozenset({model.id}), may=True)
    answers = predict(model, site)
    if data is not None and not answers.rows:  # rows named by a path
        answers = answers.but(rows=data.rows, label=data.label)
    if m.semantics.manner(model.manner).online and asked_first(m, model):
        return answers.but(rows=narrow(answers.rows, _asked_first(model), "held"))
    return answers


def _asked_first(model: Model) -> SplitId:
    """Each row is held out until the model has answered for it: folds of one row."""
    return SplitId("fold", f"{model.name} asked before it learns", model.place)


def asked_first(m: Machine, model: Model) -> bool:
    """Whether a model that learns row by row was asked before it learnt anything."""
    if "?asked" not in model.attrs:
        model.attrs["?asked"] = Const(all(fit.model != model.id for fit in m.record.fits))
    return model.attrs["?asked"] == Const(True)


def _score(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    evaluator = next((v for v in site.args if isinstance(v, Metric) and v.rows), None)
    if data is None and evaluator is not None:  # an evaluator brings the rows it was made of
        data = Data(rows=evaluator.rows)
    models = frozenset({model.id, *(inner.id for inner in model.inner)})
    return m.score(
        _own_metric(m, model) if name == "score" else name,
        site.place,
        site.frame,
        data or from_words(site),
        models=models,
    )


def _own_metric(m: Machine, model: Model) -> str:
    """What `score` computes: R² of a regressor, accuracy of a classifier; else only `score`."""
    names = [one.name.rpartition(".")[2] for one in (model, *model.inner)]
    own = m.semantics.words("scored_by_likelihood") & set(names)
    for metric, suffix in (("r2_score", "Regressor"), ("accuracy", "Classifier")):
        listed = m.semantics.words(f"scored_by_{metric}")
        if not own and any(name.endswith(suffix) or name in listed for name in names):
            return metric
    return "score"


def _load(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    """Weights from a file: somebody else's, unless the repository itself wrote them."""
    path = path_of(site)
    if not path or m.record.files.read(path, in_test=site.frame.in_test) is None:
        place, frame = site.place, site.frame
        m.happen(EventKind.MODEL_CALL, f"{model.name}.{name}", place, frame, family="stored")
    return load_weights(m, model, site)


def _rows(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    return site.all_data() or Unknown(site.place)


def _divide(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    """A model that divides rows for its user."""
    return parts_of(m, data or Data(), name, site)


def _in_folds(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    """Fits and scores by folds inside the library."""
    m.fit(model, data, model.name, model.family, site.place, site.frame)
    return _folded(m, model, name, site, data)


def _answers_in_folds(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    """Fits in folds and gives what it says of each fold's rows."""
    known = data or Data()
    split = m.new_split(SplitId("fold", name, site.place), site.place)
    fitted = known.but(rows=narrow(known.rows, split, TRAIN))
    m.fit(model, fitted, model.name, model.family, site.place, site.frame)
    m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
    return known.but(rows=narrow(known.rows, split, "held"), models=frozenset({model.id}))


def _folded(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    """A score by folds, computed now or kept from the fit."""
    m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
    fits = [fit for fit in m.record.fits if fit.model == model.id]
    known = data or (Data(rows=fits[-1].rows) if fits else None)
    ids = frozenset({model.id})
    return m.score(name, site.place, site.frame, known, folds=True, models=ids)


def _fit(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    manner = m.semantics.manner(model.manner)
    beside = (*_WATCHED, *manner.watch)
    given = data or model.data.get("train") or site.all_data(without=beside)
    if given is None and model.rows:
        given = Data(rows=model.rows)
    if manner.online and "?asked" in model.attrs and given is not None and asked_first(m, model):
        given = given.but(rows=narrow(given.rows, _asked_first(model), TRAIN))
    given, kept = _kept_back(m, model, manner, given)
    unsupervised = model.family == "clustering"
    held = _validation(m, site, given, beside)
    watched = watched_parts(_watched(site, beside), given) if held is not None else []
    if held is not None and given is not None and "validation_split" in site.named:
        split = SplitId("call", "validation_split", site.place)
        given = given.but(rows=narrow(given.rows, split, TRAIN))
    toy = given is None and _is_written_out(site)
    fitted = m.fit(
        model,
        given,
        model.name,
        model.family,
        site.place,
        site.frame,
        unsupervised=unsupervised,
        toy=toy,
    )
    note_given(fitted, site)
    for inner in model.inner:
        m.fit(inner, given, inner.name, inner.family, site.place, site.frame)
    if model.family in _SEARCHES and given is not None:
        m.happen(EventKind.CROSS_VALIDATE, model.name, site.place, site.frame)
        m.score(
            model.name,
            site.place,
            site.frame,
            given,
            folds=True,
            implicit=True,
            models=frozenset({model.id}),
        )
    watched = watched or ([held] if held is not None else [])
    for number, part in enumerate(watched):
        last = number == len(watched) - 1
        chosen = steer(site) or model.selects or manner.selects or manner.verb(name) == "search"
        watch(m, model, part, site, selects=last and chosen)
    ids = frozenset({model.id})
    if kept is not None:
        m.score("loss", site.place, site.frame, kept, implicit=kept.label != TEST, models=ids)
    scored = site.data(manner.scored) if manner.scored is not None else None
    if scored is not None:
        m.score(name, site.place, site.frame, scored, models=ids)
    if name in {"fit_predict", "fit_transform"}:
        return (given or Data()).but(models=frozenset({model.id}))
    return model


def _kept_back(
    m: Machine, model: Model, manner: Manner, given: Data | None
) -> tuple[Data | None, Data | None]:
    """What a fit trains on, and the part that its library keeps back and scores by itself."""
    if not manner.validates:
        return given, None
    source = m.new_source(f"data of {model.name}", model.place)
    whole = given if given is not None and given.rows else Data(rows=frozenset({Part(source)}))
    split = m.new_split(SplitId("flag", source), model.place)
    part = manner.validates
    held = whole.but(rows=narrow(whole.rows, split, part), label=part)
    return whole.but(rows=narrow(whole.rows, split, TRAIN)), held


_ACTS = {
    "fit": _fit,
    "search": _fit,
    "predict": _predict,
    "score": _score,
    "rows": _rows,
    "load": _load,
    "divide": _divide,
    "cross_validate": _in_folds,
    "cross_predict": _answers_in_folds,
    "folded": _folded,
}
_SEARCHES = {"search", "automl_object"}
"""Families that fit many candidates in folds of the rows they are given, and keep the best."""
_WATCHED = ("validation_data", "eval_set", "val_data", "valid_data", "val_loader", "X_val",
            "tuning_data", "evals", "valid_sets")  # fmt: skip


def _watched(site: Site, names: tuple[str, ...]) -> Value | None:
    """What a fit is given to watch itself on; of Keras' pair of inputs and answers the inputs."""
    value = site.arg(None, *names)
    if "validation_data" in site.named and isinstance(value, Sequence) and value.items:
        return value.items[0]
    return value


def _inputs(value: Value) -> Data | None:
    """The inputs of a pair of inputs and answers, which are the answers' rows too."""
    if isinstance(value, Sequence) and value.items:
        return data_in(value.items[0]) or data_in(value)
    return data_in(value)


def watched_parts(value: Value | None, given: Data | None) -> list[Data]:
    """`eval_set=[(X_train, y_train), (X_test, y_test)]`: each alone, without the trained one."""
    if isinstance(value, Sequence):
        parts = [d for d in map(_inputs, value.items) if d is not None]
    else:
        whole = data_in(value)
        parts = [whole] if whole is not None else []
    known = given.rows if given is not None else frozenset()
    if len({p.rows for p in parts}) > 1:
        return [p for p in parts if not p.rows or p.rows != known]
    return parts[:1]


def _validation(m: Machine, site: Site, given: Data | None, names: tuple[str, ...]) -> Data | None:
    """Data that a fit call is given to watch itself on."""
    held = site.data(None, *names)
    if held is not None:
        return held
    if "validation_split" in site.named and given is not None:
        share = site.arg(None, "validation_split")
        if isinstance(share, Const) and not share.value:
            return None
        split = m.new_split(SplitId("call", "validation_split", site.place), site.place)
        return given.but(rows=narrow(given.rows, split, VALIDATION), label=VALIDATION)
    return Data(label=VALIDATION) if "validation_data" in site.named else None
