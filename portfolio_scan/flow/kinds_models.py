"""Catalogue kinds about models: estimators, trainers, weights, metrics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.callbacks import steer, stops_early
from portfolio_scan.flow.column_flow import note_given
from portfolio_scan.flow.functions import backward
from portfolio_scan.flow.measures import RUNNING, reordered
from portfolio_scan.flow.models import watched_parts
from portfolio_scan.flow.operators import match
from portfolio_scan.flow.order import shuffles
from portfolio_scan.flow.origins import from_path
from portfolio_scan.flow.rows import TRAIN, VALIDATION, SplitId, narrow
from portfolio_scan.flow.scores import loss_of, score_call, watch
from portfolio_scan.flow.storage import path_of, restored
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Growing,
    Instance,
    Metric,
    Model,
    Sequence,
    Splitter,
    Transformer,
    Unknown,
    Value,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
from portfolio_scan.flow.site import Site


def _made(m: Machine, entry: Entry, name: str, site: Site, family: str) -> Model:
    """A model as the catalogue describes it."""
    manner = str(entry.get("manner", ""))
    return m.new_model(name, str(entry.get("family", family)), site.place, manner=manner)


def estimator_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Something that can be fitted, with what it is made of."""
    last = name.rpartition(".")[2]
    if last in _STORED:
        return _stored(m, entry, name, site)
    model = _made(m, entry, name, site, "estimator")
    _adopt(model, site)
    if m.semantics.manner(model.manner).verb(last):  # a method of the class itself
        model.name = name.rpartition(".")[0]
        return m.call_method(model, last, site)
    if stops_early(site):
        model.selects = True
    data = site.all_data()
    if data is not None:
        model.rows = data.rows
        model.data["train"] = data
    if entry.get("fits") and (data is not None or site.args or site.named.keys() & _CORPUS):
        unsupervised = model.family == "clustering"
        m.fit(model, data, name, model.family, site.place, site.frame, unsupervised=unsupervised)
    return model


_STORED = {"load", "load_model", "load_from_file"}
_CORPUS = {"sentences", "documents", "corpus", "corpus_file", "train_set"}
"""What constructors that fit at once call their rows."""


def _stored(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`PPO.load("agent")`: a model from a file, which may be one that this repository wrote."""
    known = restored(m, path_of(site), name, site)
    if known is None:
        place, frame = site.place, site.frame
        m.happen(EventKind.MODEL_CALL, name, place, frame, family="stored")
    model = _made(m, entry, name.rpartition(".")[0], site, "estimator")
    if isinstance(known, Model):
        m.record.weights[model.id] = known.id
    return model


def _adopt(model: Model, site: Site) -> None:
    """A search, stack or pipeline is made of the models it was given."""
    stack: list[Value] = [*site.args, *site.named.values()]
    while stack:
        value = stack.pop()
        if isinstance(value, Model):
            model.inner.append(value)
        elif isinstance(value, Instance) and value.model is not None:
            model.inner.append(value.model)
        elif isinstance(value, Sequence):
            stack.extend(value.items)
        elif isinstance(value, Growing) and value.element is not None:
            stack.append(value.element)


def pipeline_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A pipeline is a transformer unless it holds a model or something unknown."""
    steps = list(site.args)
    if steps and isinstance(steps[0], (Sequence, Growing)) and len(steps) == 1:
        steps = list(steps[0].items) if isinstance(steps[0], Sequence) else []
    given = site.arg(None, "steps", "stages")
    steps += list(given.items) if isinstance(given, Sequence) else [given] if given else []
    last = steps[-1] if steps else None
    while isinstance(last, Sequence) and last.items:
        last = last.items[-1]
    if _transforms(m, last) or entry.get("transformer"):
        return Transformer(name, site.place)
    model = _made(m, entry, name, site, "pipeline")
    _adopt(model, site)
    return model


def _transforms(m: Machine, step: Value | None) -> bool:
    """Whether a step of a pipeline is known to be no model."""
    if isinstance(step, Transformer):
        return True
    entry = m.semantics.look_up(step.name) if isinstance(step, Extern) else None
    return entry is not None and entry.kind in {"wrap", "transformer"}


def transformer_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Something whose fit takes statistics."""
    told = entry.get("lists_if")
    lists = bool(entry.get("lists")) or (told is not None and told in site.texts())
    return Transformer(name, site.place, lists=lists, copies=bool(entry.get("copies", True)))


def folds_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A cross-validator."""
    shuffled = shuffles(str(entry.get("shuffles", "")), site)
    return Splitter(name, site.place, str(entry.get("family", "fold")), shuffled)


def pretrained_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Somebody else's weights."""
    m.happen(
        EventKind.MODEL_CALL,
        name,
        site.place,
        site.frame,
        family=str(entry.get("family", "pretrained")),
    )
    if entry.get("returns") == "data":
        data = site.all_data()
        return data if data is not None else Unknown(site.place)
    family = str(entry.get("model", "network"))
    return m.new_model(name, family, site.place, manner=str(entry.get("manner", "")))


def api_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Somebody's model behind an API."""
    m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="api")
    return Extern(name)


def loss_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A loss function, or the loss object that will be called."""
    if entry.get("object") and not _called_at_once(name, site):
        return Metric(name, site.place, entry="loss")
    return loss_of(m, site)


def _called_at_once(name: str, site: Site) -> bool:
    """Whether a name among classes is a function, given its rows: `keras.losses.mse(y, p)`."""
    return name.rpartition(".")[2][:1].islower() and site.all_data() is not None


_TRAINED_ON = ("dtrain", "train_set", "pool", "dataset", "data", "train_data", "train_dataset")


def fit_function_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """xgb.train(params, dtrain, evals=…), pycaret's create_model(): training by function."""
    model = _made(m, entry, name, site, "boosting")
    index = entry.get("data", 1)
    train = site.data(index, *_TRAINED_ON)
    _adopt(model, site)
    path = site.text(index, "input", "path") if entry.get("paths") else ""
    if path:
        train = from_path(m, path, site)
    m.fit(model, train, name, model.family, site.place, site.frame)
    for inner in model.inner:
        m.fit(inner, train, inner.name, inner.family, site.place, site.frame)
    watched = site.arg(entry.get("watch"), "evals", "valid_sets", "eval_set")
    steers = stops_early(site)
    parts = watched_parts(watched, train)
    for number, part in enumerate(parts):
        watch(m, model, part, site, selects=steers and number == len(parts) - 1)
    if entry.get("validates"):
        known = Data(label=VALIDATION)
        ids = frozenset({model.id})
        m.score("loss", site.place, site.frame, known, implicit=True, models=ids)
    if entry.get("cross_validates"):
        m.score(name, site.place, site.frame, train, folds=True, models=frozenset({model.id}))
    return model


def cross_validate_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """cross_val_score(estimator, X, y): fits and scores by folds inside the library."""
    model = site.arg(int(entry.get("model", 0)), "estimator", "model", "forecaster")
    data = site.data(int(entry.get("data", 1)), "X") or site.data(None, "y", "data")
    given = model if isinstance(model, Model) else None
    if data is None and given is not None:  # folds of what it was fitted on
        data = next((Data(rows=f.rows) for f in m.record.fits if f.model == given.id), None)
    # The library fits copies: the model that was given stays as it was fitted before.
    known = m.new_model(
        given.name if given else "estimator", given.family if given else "estimator", site.place
    )
    split = m.new_split(SplitId("fold", name, site.place), site.place)
    fitted = data.but(rows=narrow(data.rows, split, TRAIN)) if data is not None else None
    fit = m.fit(known, fitted, known.name, known.family, site.place, site.frame)
    note_given(fit, site, 1)
    m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
    score = m.score(name, site.place, site.frame, data, folds=True, models=frozenset({known.id}))
    folds = site.arg(None, "cv")
    m.record.scores[-1].shuffled = isinstance(folds, Splitter) and folds.shuffles
    if entry.get("returns") == "predictions" and data is not None:
        return data.but(rows=narrow(data.rows, split, "held"), models=frozenset({known.id}))
    return score


def metric_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A metric function, or a metric object."""
    last = name.rpartition(".")[2]
    classes = last[:1].isupper() and site.all_data() is None
    if (entry.get("object") and not _called_at_once(name, site)) or classes:
        called = site.text(0) if last in {"load", "load_metric"} else ""
        way = RUNNING if entry.get("running") else "metric"
        return Metric(called or last, site.place, entry=way)
    word = str(entry.get("metric", name.rpartition(".")[2]))
    return score_call(m, word, reordered(entry, site))


def equal_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """torch.eq, np.equal, tf.equal: what `==` does."""
    if len(site.args) < 2:  # noqa: PLR2004 - the two that are compared
        return Extern(name)
    left, right = (site.args[0], site.node.args[0].value), (site.args[1], site.node.args[1].value)
    found = match(m, left, right, site.frame)
    return found if found is not None else site.all_data() or Extern(name)


def fit_step_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """optax.apply_updates, optimizer.apply_gradients: one step of training."""
    data = site.all_data() or Data()
    backward(m, data, name, site)
    return site.args[0] if site.args else Extern(name)


def arguments_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """TrainingArguments(…): kept by name, for the trainer that is given them."""
    return Growing(entries=dict(site.named))


def trainer_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """HF Trainer and TRL: model and data are given at construction."""
    model = m.new_model(name, "trainer", site.place, manner=str(entry.get("manner", "trainer")))
    _adopt(model, site)
    for key, names in (
        ("train", ("train_dataset", "train_data", "dataset")),
        ("eval", ("eval_dataset",)),
    ):
        data = site.data(None, *names)
        given = site.arg(None, *names)
        if data is not None:
            model.data[key] = data
        elif given is not None and not (isinstance(given, Const) and given.value is None):
            model.data[key] = Data(label=TRAIN if key == "train" else VALIDATION)
    if site.words() & {"EarlyStoppingCallback", "load_best_model_at_end"}:
        model.selects = True
    args = site.arg(1, "args")
    if isinstance(args, Growing) and "load_best_model_at_end" in args.entries:
        best = args.entries["load_best_model_at_end"]
        if not (isinstance(best, Const) and best.value is False):
            model.selects = True
    return model


def fitter_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Lightning's Trainer, Ultralytics' YOLO, a PyCaret experiment: an object of its own family."""
    family = str(entry.get("family", "fitter"))
    if entry.get("calls_model"):
        m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="pretrained")
    model = m.new_model(name, family, site.place, manner=str(entry.get("manner", "")))
    _adopt(model, site)
    model.selects = steer(site)
    given = site.data(0, "dls", "data", "databunch", "train_data", "train_dataloader")
    given = given or (site.all_data() if model.manner else None)
    if given is not None:
        model.data["train"] = given
    return model


def pretrained_class_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`AutoModel.from_pretrained(…)`: weights for a model class, words for a tokenizer."""
    last = name.rpartition(".")[2]
    helper = re.search(r"Tokenizer|Processor|Config|Extractor|Collator|Scheduler|Streamer", name)
    if last in {"from_pretrained", "from_single_file"} and not helper:
        return pretrained_kind(m, entry, name, site)
    if last == "from_config" and not helper:
        return m.new_model(name, "network", site.place)
    if site.args and isinstance(site.args[0], Model):  # one more layer around a model
        return site.args[0]
    if re.search(r"Model$|For[A-Z]\w+$", last) and not helper:  # built from settings
        return m.new_model(name, "network", site.place)
    data = site.all_data()
    return data if data is not None else Extern(name)


def layer_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A layer, or a layer applied to a layer."""
    return Extern(name)


def tokenizer_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A vocabulary learnt from texts: it lists words, and computes nothing from rows."""
    return Transformer(name, site.place, lists=True)


def tf1_train_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """TensorFlow 1: an optimiser's `minimize` is the training step."""
    if name.endswith(".minimize"):
        m.fit(None, site.all_data(), name, "network", site.place, site.frame)
    return Extern(name)
