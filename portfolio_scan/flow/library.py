"""Library calls: one small function per catalogue kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow import builtin, origins
from portfolio_scan.flow.calls import Site, call_value
from portfolio_scan.flow.expressions import statistic
from portfolio_scan.flow.rows import TEST, TRAIN, VALIDATION, Part, SplitId, narrow, rebase
from portfolio_scan.flow.values import (
    Const,
    Copied,
    Data,
    Extern,
    Function,
    Growing,
    Instance,
    Metric,
    Model,
    Seen,
    Sequence,
    Splitter,
    Transformer,
    Unknown,
    Value,
    data_in,
    merge,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry


def call(m: Machine, name: str, site: Site) -> Value:
    """Call a library name: what the catalogue says, else what any function does."""
    if name in builtin.CALLS:
        return builtin.CALLS[name](m, site)
    entry = m.semantics.look_up(name)
    if entry is not None and entry.kind in _KINDS:
        return _KINDS[entry.kind](m, entry, name, site)
    return unlisted(m, name, site)


def unlisted(m: Machine, name: str, site: Site) -> Value:
    """A function that the catalogue does not list: most hand examples on, reshaped."""
    _run_callbacks(m, site)
    data = site.all_data()
    if data is not None and data.role != "score":
        return data.but(role="" if data.role == "bunch" else data.role)
    if data is not None:
        return data
    return Extern(name)


def _run_callbacks(m: Machine, site: Site) -> None:
    """Own functions handed to a library are run by it: `pool.map(work, items)`, callbacks."""
    for value in (*site.args, *site.named.values()):
        data = site.all_data()
        if isinstance(value, Function) and id(value.node) not in m.called and data is not None:
            call_value(m, value, Site(site.node, site.frame, site.place, [data]))


# Data ----------------------------------------------------------------------------------------


def _split(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """train_test_split: n arrays in, 2n out."""
    split = m.new_split(SplitId("call", name, site.place), site.place)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    order = entry.get("order", [TRAIN, TEST])
    parts: list[Value] = []
    for value in site.args or list(site.named.values()):
        data = data_in(value)
        if data is None:
            data = Data(rows=frozenset({Part(m.new_source(origins.key(value, site), site.place))}))
        parts.extend(data.but(rows=narrow(data.rows, split, side)) for side in order)
    return Sequence(tuple(parts))


def _random_split(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """torch.utils.data.random_split: as many parts as there are lengths."""
    data = site.data(0, "dataset") or origins.unnamed(m, site)
    split = m.new_split(SplitId("call", name, site.place), site.place)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    lengths = site.arg(1, "lengths")
    count = len(lengths.items) if isinstance(lengths, Sequence) else 3
    sides = ("0", "1", "2", "3", "4")[:count]
    return Sequence(tuple(data.but(rows=narrow(data.rows, split, side)) for side in sides))


def _subset(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """torch.utils.data.Subset: rows of a data set at an index."""
    data = site.data(0, "dataset") or origins.unnamed(m, site)
    index = site.data(1, "indices")
    if index is not None and index.rows:
        return data.but(rows=rebase(data.rows, index.rows), label=index.label or data.label)
    return data


def _wrap(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Loaders, tensors, frames: the examples of the arguments, in another box."""
    data = site.all_data() if entry.get("all", True) else site.data(0)
    sampler = site.data(None, "sampler", "batch_sampler")
    whole = site.data(0, "dataset", "data")
    if sampler is not None and whole is not None and sampler.rows != whole.rows:
        return whole.but(rows=rebase(whole.rows, sampler.rows))
    if whole is not None and entry.get("first"):
        return whole
    if data is not None:
        return data
    literal = next((v for v in site.args if isinstance(v, (Sequence, Growing))), None)
    if literal is not None:
        return origins.literal(m, literal, site)
    return Extern(name)


def _concat(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """pd.concat, np.concatenate, ConcatDataset: rows of all (or columns, when axis is 1)."""
    data = site.all_data()
    axis = site.arg(None, "axis")
    if data is not None and isinstance(axis, Const) and axis.value in {1, "columns"}:
        first = data_in(site.args[0].items[0]) if (
            site.args and isinstance(site.args[0], Sequence) and site.args[0].items
        ) else None  # fmt: skip
        return data.but(rows=first.rows if first and first.rows else data.rows)
    return data or Extern(name)


def _statistic(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """np.mean and its like: a number that has seen its rows; of residuals, a score."""
    data = site.all_data()
    if data is None:
        return Const(None)
    if data.role in {"match", "residual"}:
        return score_of_role(m, data, name, site)
    if data.role in {"score", "loss", "choice"}:
        return data
    return statistic(name, data, m, site.frame)


def score_of_role(m: Machine, data: Data, name: str, site: Site) -> Data:
    """The mean of matches or residuals is a metric written by hand."""
    if data.role == "match":
        return data.but(role="score")
    return m.score("error", site.place, site.frame, data, family="hand")


def _random(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """Random numbers in the place of data."""
    key = m.new_source(f"random numbers ({name})", site.place)
    return Data(rows=frozenset({Part(key)}), toy=True)


def _permutation(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """A shuffled index: slicing it divides whatever it is applied to."""
    data = site.data(0)
    if data is not None and data.role == "index":
        return data
    key = m.new_source(f"index made by {name} at {site.place.path}:{site.place.line}", site.place)
    return Data(rows=frozenset({Part(key)}), role="index")


# Models --------------------------------------------------------------------------------------


def _estimator(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    model = m.new_model(name, str(entry.get("family", "estimator")), site.place)
    _adopt(model, site)
    data = site.all_data()
    if data is not None:
        model.rows = data.rows
        model.data["train"] = data
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


def _pipeline(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A pipeline is a transformer unless it holds a model or something unknown."""
    steps = list(site.args)
    if steps and isinstance(steps[0], (Sequence, Growing)) and len(steps) == 1:
        steps = list(steps[0].items) if isinstance(steps[0], Sequence) else []
    steps += [v for v in (site.named.get("steps"),) if v is not None]
    last = steps[-1] if steps else None
    while isinstance(last, Sequence) and last.items:
        last = last.items[-1]
    if isinstance(last, Transformer) or entry.get("transformer"):
        return Transformer(name, site.place)
    model = m.new_model(name, "pipeline", site.place)
    _adopt(model, site)
    return model


def _transformer(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return Transformer(name, site.place)


def _folds(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return Splitter(name, site.place, str(entry.get("family", "fold")))


def _pretrained(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Somebody else's weights."""
    m.happen(
        EventKind.MODEL_CALL, name, site.place, site.frame,
        family=str(entry.get("family", "pretrained")),
    )  # fmt: skip
    if entry.get("returns") == "data":
        data = site.all_data()
        return data if data is not None else Unknown(site.place)
    return m.new_model(name, str(entry.get("model", "network")), site.place)


def _api(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="api")
    return Extern(name)


def _loss(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A loss function, or the loss object that will be called."""
    if entry.get("object"):
        return Metric(name, site.place, entry="loss")
    return loss_of(m, site)


def loss_of(m: Machine, site: Site) -> Data:
    """The loss of predictions against labels."""
    data = site.all_data() or Data()
    return data.but(role="loss")


def _fit_function(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """xgb.train(params, dtrain, evals=…), pycaret's create_model(): training by function."""
    model = m.new_model(name, str(entry.get("family", "boosting")), site.place)
    index = entry.get("data", 1)
    train = site.data(index, "dtrain", "train_set", "pool", "dataset", "data")
    m.fit(model, train, name, model.family, site.place, site.frame)
    evals = site.data(None, "evals", "valid_sets", "eval_set")
    if evals is not None:
        _implicit(m, model, evals, site, selects="early_stopping_rounds" in site.words()
                  or "early_stopping" in site.words())  # fmt: skip
    if entry.get("cross_validates"):
        m.score(name, site.place, site.frame, train, folds=True, models=frozenset({model.id}))
    return model


def _implicit(m: Machine, model: Model, data: Data, site: Site, *, selects: bool) -> None:
    """A score that a trainer computes by itself on the data it is given for validation."""
    label = m.label(data.rows) or data.label or VALIDATION
    number = m.score("loss", site.place, site.frame, data, label=label, implicit=True,
                     models=frozenset({model.id}))  # fmt: skip
    if selects:
        for n in number.scores:
            m.record.scores[n].selects = True


def _cross_validate(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    model = site.arg(0, "estimator", "model")
    data = site.data(1, "X") or site.data(entry.get("data", 1))
    known = model if isinstance(model, Model) else m.new_model("estimator", "estimator", site.place)
    m.fit(known, data, known.name, known.family, site.place, site.frame)
    m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
    score = m.score(name, site.place, site.frame, data, folds=True, models=frozenset({known.id}))
    if entry.get("returns") == "predictions" and data is not None:
        split = SplitId("fold", name, site.place)
        return data.but(rows=narrow(data.rows, split, "held"), models=frozenset({known.id}))
    return score


# Scores --------------------------------------------------------------------------------------


def _metric(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    if entry.get("object"):
        return Metric(name.rpartition(".")[2], site.place, entry="metric")
    return score_call(m, str(entry.get("metric", name.rpartition(".")[2])), site)


def score_call(m: Machine, name: str, site: Site, *, entry: str = "") -> Data:
    """A metric called on labels and predictions."""
    if entry == "loss":
        return loss_of(m, site)
    values = [site.arg(0, "y_true", "labels", "references", "target"),
              site.arg(1, "y_pred", "y_score", "predictions", "preds", "y_prob")]  # fmt: skip
    known = [d for d in map(data_in, values) if d is not None]
    predicted = next((d for d in known if d.models), None)
    truth = next((d for d in known if d is not predicted), None)
    whole = predicted or truth
    if whole is not None and not whole.rows and truth is not None:
        whole = merge(truth, whole)
    if whole is not None and truth is not None and truth.rows and whole is predicted:
        whole = whole.but(label=whole.label or truth.label)
    if whole is None:
        whole = origins.from_words(m, site)
    return m.score(name, site.place, site.frame, whole)


# Files ---------------------------------------------------------------------------------------


def _save(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    value = site.arg(entry.get("value", 0), "obj", "value", "object")
    path = next((t for t in (_path_text(v) for v in (*site.args, *site.named.values())) if t), "")
    kept = value if isinstance(value, Model) else data_in(value)
    if isinstance(value, Instance) and value.model is not None:
        kept = value.model
    if path and kept is not None:
        m.record.saved[origins.file_key(path)] = kept
    m.happen(EventKind.SAVE, name, site.place, site.frame)
    return Const(None)


def _path_text(value: Value) -> str:
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Growing) and isinstance(value.entries.get("path"), Const):
        return str(value.entries["path"].value)  # type: ignore[union-attr]
    return ""


def _restore(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A file written by another script of the repository gives back what was saved."""
    path = next((t for t in (_path_text(v) for v in site.args) if t), "")
    known = m.record.from_file(origins.file_key(path)) if path else None
    if isinstance(known, str):
        model = m.new_model(path, "stored", site.place)
        m.record.stored[model.id] = origins.file_key(path)
        return model
    if known is not None:
        m.happen(EventKind.RESTORE, name, site.place, site.frame, family="own")
        return known
    kind = origins.file_kind(path)
    if kind == "data" or entry.get("holds") == "data":
        return origins.read(m, name, site)
    if kind == "model" or re.search(r"model|clf|classifier|pipe|net|weights", path, re.I):
        m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="stored")
        return m.new_model(path or name, "stored", site.place)
    m.happen(EventKind.RESTORE, name, site.place, site.frame, family="unknown")
    return Unknown(site.place)


def _reader(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return origins.read(m, name, site)


def _dataset(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return origins.dataset(m, entry, name, site)


def _folder(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return origins.folder(m, entry, name, site)


def _resampler(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`resample(df)`: the same example may be in twice."""
    data = site.all_data()
    if data is None:
        return Transformer(name, site.place)
    m.happen(EventKind.RESAMPLE, name, site.place, site.frame)
    return data.but(copied=data.copied | {Copied(name, site.place, data.rows)})


def _resampler_object(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    return Transformer(name, site.place)


def _trainer(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """HF Trainer and TRL: model and data are given at construction."""
    model = m.new_model(name, "trainer", site.place)
    _adopt(model, site)
    for key, names in (("train", ("train_dataset", "train_data")), ("eval", ("eval_dataset",))):
        data = site.data(None, *names)
        if data is not None:
            model.data[key] = data
    if any(k in site.named for k in ("compute_metrics",)):
        model.attrs["compute_metrics"] = site.named["compute_metrics"]
    if site.words() & {"EarlyStoppingCallback", "load_best_model_at_end"}:
        model.attrs["selects"] = Const(True)  # noqa: FBT003 - a value, not a flag
    args = site.arg(1, "args")
    if isinstance(args, Extern) or args is None:
        model.attrs["arguments"] = args or Const(None)
    return model


def _fitter(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Lightning's Trainer, Ultralytics' YOLO, a PyCaret experiment: an object of its own family."""
    family = str(entry.get("family", "fitter"))
    if entry.get("calls_model"):
        m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="pretrained")
    model = m.new_model(name, family, site.place)
    if site.words() & {"EarlyStopping", "ModelCheckpoint"}:
        model.attrs["selects"] = Const(True)  # noqa: FBT003 - a value, not a flag
    return model


def _automl(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """PyCaret's functions share one experiment per module."""
    verb = str(entry.get("verb"))
    scope = site.frame.scope
    if verb == "setup":
        data = site.data(0, "data") or origins.unnamed(m, site)
        split = m.new_split(SplitId("call", name, site.place), site.place)
        m.happen(EventKind.SPLIT, name, site.place, site.frame)
        while scope.outer is not None:
            scope = scope.outer
        scope.names["?automl"] = data.but(rows=narrow(data.rows, split, TRAIN))
        scope.names["?automl held"] = data.but(rows=narrow(data.rows, split, TEST), label=TEST)
        return Unknown(site.place)
    train, held = scope.find("?automl"), scope.find("?automl held")
    if verb == "fit":
        model = m.new_model(name, "automl", site.place)
        data = train if isinstance(train, Data) else None
        m.fit(model, data, name, "automl", site.place, site.frame)
        m.happen(EventKind.CROSS_VALIDATE, name, site.place, site.frame)
        m.score(name, site.place, site.frame, data, folds=True, models=frozenset({model.id}))
        return model
    if verb == "predict":
        given = site.arg(0, "estimator")
        models = frozenset({given.id}) if isinstance(given, Model) else frozenset()
        other = site.data(1, "data")
        if other is None and isinstance(held, Data):
            m.score(name, site.place, site.frame, held, models=models)
            return held.but(models=models)
        return (other or Data()).but(models=models)
    return Unknown(site.place)


def _plain(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A name that is listed so that its prefix does not speak for it: hands its argument on."""
    return site.args[0] if site.args else Extern(name)


def _pretrained_class(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`AutoModel.from_pretrained(…)`: weights for a model class, words for a tokenizer."""
    last = name.rpartition(".")[2]
    helper = re.search(r"Tokenizer|Processor|Config|Extractor|Collator|Scheduler|Streamer", name)
    if last in {"from_pretrained", "from_single_file"} and not helper:
        return _pretrained(m, entry, name, site)
    if last == "from_config" and not helper:
        return m.new_model(name, "network", site.place)
    data = site.all_data()
    return data if data is not None else Extern(name)


def _layer(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A layer, or a layer applied to a layer."""
    return Extern(name)


def _tokenizer(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A vocabulary learnt from texts: a transformer that tells a model little about labels."""
    return Transformer(name, site.place)


def _wrap_dict(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`DatasetDict({"train": …, "test": …})`."""
    first = site.arg(0)
    return first if isinstance(first, Growing) else Growing(entries=dict(site.named))


def _tf1_train(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """TensorFlow 1: an optimiser's `minimize` is the training step."""
    if name.endswith(".minimize"):
        m.fit(None, site.all_data(), name, "network", site.place, site.frame)
    return Extern(name)


def _seen(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A function that takes statistics and applies them at once: `preprocessing.scale(X)`."""
    data = site.all_data()
    if data is None:
        return Extern(name)
    m.happen(EventKind.FIT_TRANSFORM, name, site.place, site.frame)
    seen = Seen(name, data.rows, site.place, target=data.target)
    return data.but(seen=data.seen | ({seen} if data.rows else frozenset()))


_KINDS: dict[str, Callable[[Machine, Entry, str, Site], Value]] = {
    "api": _api,
    "automl": _automl,
    "concat": _concat,
    "cross_validate": _cross_validate,
    "dataset": _dataset,
    "estimator": _estimator,
    "fit_function": _fit_function,
    "fitter": _fitter,
    "folder": _folder,
    "folds": _folds,
    "loss": _loss,
    "metric": _metric,
    "network": _estimator,
    "permutation": _permutation,
    "pipeline": _pipeline,
    "pretrained": _pretrained,
    "random": _random,
    "random_split": _random_split,
    "reader": _reader,
    "resampler": _resampler,
    "resampler_object": _resampler_object,
    "restore": _restore,
    "save": _save,
    "search": _estimator,
    "seen": _seen,
    "plain": _plain,
    "pretrained_class": _pretrained_class,
    "layer_call": _layer,
    "tokenizer": _tokenizer,
    "wrap_dict": _wrap_dict,
    "tf1_train": _tf1_train,
    "split": _split,
    "statistic": _statistic,
    "subset": _subset,
    "trainer": _trainer,
    "transformer": _transformer,
    "wrap": _wrap,
}
