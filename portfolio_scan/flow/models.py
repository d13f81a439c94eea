"""Models: methods of what can be fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.callbacks import steer
from portfolio_scan.flow.origins import from_words
from portfolio_scan.flow.rows import TRAIN, VALIDATION, SplitId, narrow
from portfolio_scan.flow.scores import watch
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.storage import load_weights, path_of, store
from portfolio_scan.flow.trainers import FAMILIES
from portfolio_scan.flow.values import (
    Const,
    Data,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine


PREDICT = frozenset(
    [
        "predict",
        "predict_proba",
        "predict_log_proba",
        "decision_function",
        "predict_generator",
        "predict_on_batch",
        "forecast",
        "predict_classes",
        "generate",
        "get_forecast",
        "get_prediction",
        "score_samples",
    ]
)


_MODES = frozenset(
    [
        "train",
        "eval",
        "to",
        "cuda",
        "cpu",
        "half",
        "float",
        "double",
        "compile",
        "summary",
        "parameters",
        "state_dict",
        "load_state_dict",
        "save",
        "save_model",
        "save_weights",
        "load_weights",
        "zero_grad",
        "get_params",
        "set_params",
        "named_parameters",
        "requires_grad_",
        "freeze",
        "build",
        "plot",
        "info",
        "export",
        "push_to_hub",
        "save_pretrained",
        "enable_input_require_grads",
        "gradient_checkpointing_enable",
        "print_trainable_parameters",
        "train_mode",
        "register_buffer",
        "apply",
    ]
)


_SAVES = frozenset(
    ["save", "save_model", "save_weights", "save_pretrained", "save_checkpoint", "export"]
)
_LOADS = frozenset(["load_weights", "load_model", "load_state_dict"])


def _wraps(model: Model) -> bool:
    """Whether an object trains another one, which is what it saves."""
    return model.family in {"trainer", "lightning"}


SCORES = frozenset(["score", "evaluate", "evaluate_generator", "test_on_batch"])


def on_model(m: Machine, model: Model, name: str, site: Site) -> Value:
    """A method of something that can be fitted."""
    data = site.data(
        0, "x", "X", "train_dataset", "data", "df", "df_train", "generator", "train_data", "dataset"
    )
    if name in _SAVES:
        store(m, path_of(site), next(iter(model.inner), model) if _wraps(model) else model, site)
        return model
    if name in _LOADS and (site.args or site.named):
        return load_weights(m, model, site)
    if model.family in FAMILIES:
        result = FAMILIES[model.family](m, model, name, site, data)
        if result is not None:
            return result
    if name in {"fit_predict", "fit_transform"} or (
        name in m.semantics.fit_words and not (name == "train" and data is None)
    ):
        return _fit(m, model, name, site, data)
    if name in PREDICT:
        m.use(model, data, site.place, site.frame)
        return predict(model, site)
    if name in SCORES:
        return m.score(
            "accuracy" if name == "score" else name,
            site.place,
            site.frame,
            data or from_words(site),
            models=frozenset({model.id}),
        )
    if name == "transform":
        return data if data is not None else Unknown(site.place)
    if name == "update" and "sgd" in site.named:  # spaCy
        m.fit(model, data, model.name, model.family, site.place, site.frame)
        return model
    if name in _MODES:
        return model
    if name == "get":
        return Unknown(site.place)
    inner = site.all_data()
    return inner.but(models=frozenset({model.id})) if inner is not None else model


def _fit(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    given = data or model.data.get("train") or site.all_data(without=_WATCHED)
    if given is None and model.rows:
        given = Data(rows=model.rows)
    unsupervised = model.family == "clustering"
    held = _validation(m, model, site, given)
    watched = watched_parts(_watched(site), given) if held is not None else []
    if held is not None and given is not None and "validation_split" in site.named:
        split = SplitId("call", "validation_split", site.place)
        given = given.but(rows=narrow(given.rows, split, TRAIN))
    toy = len(site.args) == 1 and isinstance(site.args[0], Sequence) and given is None
    m.fit(
        model,
        given,
        model.name,
        model.family,
        site.place,
        site.frame,
        unsupervised=unsupervised,
        toy=toy,
    )
    for inner in model.inner:
        m.fit(inner, given, inner.name, inner.family, site.place, site.frame)
    if model.family == "search" and given is not None:
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
        watch(m, model, part, site, selects=last and (steer(site) or model.selects))
    if name in {"fit_predict", "fit_transform"}:
        return (given or Data()).but(models=frozenset({model.id}))
    return model


_WATCHED = ("validation_data", "eval_set", "val_data", "valid_data", "val_loader", "X_val",
            "tuning_data", "evals", "valid_sets")  # fmt: skip


def _watched(site: Site) -> Value | None:
    """What a fit is given to watch itself on; of Keras' pair of inputs and answers the inputs."""
    value = site.arg(None, *_WATCHED)
    if "validation_data" in site.named and isinstance(value, Sequence) and value.items:
        return value.items[0]
    return value


def watched_parts(value: Value | None, given: Data | None) -> list[Data]:
    """`eval_set=[(X_train, y_train), (X_test, y_test)]`: each alone, without the trained one."""
    if isinstance(value, Sequence):
        parts = [d for d in map(data_in, value.items) if d is not None]
    else:
        whole = data_in(value)
        parts = [whole] if whole is not None else []
    known = given.rows if given is not None else frozenset()
    if len({p.rows for p in parts}) > 1:
        return [p for p in parts if not p.rows or p.rows != known]
    return parts[:1]


def _validation(m: Machine, model: Model, site: Site, given: Data | None) -> Data | None:
    """Data that a fit call is given to watch itself on."""
    held = site.data(None, *_WATCHED)
    if held is not None:
        return held
    if "validation_split" in site.named and given is not None:
        share = site.arg(None, "validation_split")
        if isinstance(share, Const) and not share.value:
            return None
        split = m.new_split(SplitId("call", "validation_split", site.place), site.place)
        return given.but(rows=narrow(given.rows, split, VALIDATION), label=VALIDATION)
    return Data(label=VALIDATION) if "validation_data" in site.named else None
