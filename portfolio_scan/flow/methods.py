"""Methods: what `receiver.name(...)` does, by the kind of receiver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow import builtin, calls, library, origins
from portfolio_scan.flow.calls import Site, bind_method, call_function, call_value, member
from portfolio_scan.flow.expressions import element_of, statistic
from portfolio_scan.flow.rows import TEST, TRAIN, VALIDATION, Part, SplitId, label_of, narrow
from portfolio_scan.flow.text import names_in, text
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Copied,
    Data,
    Extern,
    Function,
    Growing,
    Instance,
    Metric,
    Model,
    ModuleValue,
    Partial,
    Seen,
    Sequence,
    Splitter,
    Super,
    Transformer,
    Unknown,
    Value,
    data_in,
    join,
    merge,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine

PREDICT = frozenset(
    "predict predict_proba predict_log_proba decision_function predict_generator predict_on_batch "
    "forecast predict_classes generate get_forecast get_prediction score_samples".split()
)
_LOADED = frozenset("predict predict_proba decision_function predict_classes".split())
_MODES = frozenset("train eval to cuda cpu half float double compile summary parameters state_dict "
                   "load_state_dict save save_model save_weights load_weights zero_grad get_params set_params "
                   "named_parameters requires_grad_ freeze build plot info export push_to_hub "
                   "save_pretrained enable_input_require_grads gradient_checkpointing_enable "
                   "print_trainable_parameters train_mode register_buffer apply".split())  # fmt: skip
_SCORES = frozenset("score evaluate evaluate_generator test_on_batch".split())


def call_method(m: Machine, receiver: Value, name: str, site: Site) -> Value:  # noqa: C901, PLR0911, PLR0912
    """Call a method: one arm per kind of receiver."""
    match receiver:
        case Instance():
            return _on_instance(m, receiver, name, site)
        case Super(instance=instance, cls=cls):
            return _on_super(m, instance, cls, name, site)
        case Model():
            return on_model(m, receiver, name, site)
        case Transformer():
            return _on_transformer(m, receiver, name, site)
        case Data():
            return on_data(m, receiver, name, site)
        case Splitter():
            return _on_splitter(m, receiver, name, site)
        case Metric():
            return _on_metric(m, receiver, name, site)
        case Growing():
            return _on_growing(m, receiver, name, site)
        case ModuleValue(scope=scope):
            return call_value(m, scope.names.get(name) or Unknown(site.place, name), site)
        case ClassValue():
            found = member(receiver, name)
            return call_value(m, found, site) if found else Unknown(site.place, name)
        case Sequence():
            return receiver if name == "copy" else _on_growing(m, Growing(element=element_of(receiver)), name, site)
        case Const(value=value):
            return _on_text(m, value, name, site)
        case Partial():
            return on_unknown(m, Unknown(site.place, receiver.name), name, site)
        case Extern(name=base):
            return library.call(m, f"{base}.{name}", site)
        case Function():
            return library.unlisted(m, name, site)
        case _:
            return on_unknown(m, receiver, name, site)


# Own objects ---------------------------------------------------------------------------------


def _on_instance(m: Machine, owner: Instance, name: str, site: Site) -> Value:
    found = owner.attrs.get(name) or member(owner.cls, name)
    if isinstance(found, Function):
        bound = found if found.bound is not None else bind_method(found, owner)
        return call_function(m, bound, site)
    if found is not None:
        return call_value(m, found, site)
    if owner.data is not None:
        return on_data(m, owner.data, name, site)
    if owner.model is not None:
        return on_model(m, owner.model, name, site)
    kind, base = calls.library_kind(m, owner.cls)
    if kind == "transformer":
        return _on_transformer(m, Transformer(base, owner.place), name, site)
    return on_unknown(m, Unknown(site.place, owner.cls.name), name, site)


def _on_super(m: Machine, owner: Instance, cls: ClassValue, name: str, site: Site) -> Value:
    for base in cls.bases:
        found = member(base, name) if isinstance(base, ClassValue) else None
        if isinstance(found, Function):
            return call_function(m, bind_method(found, owner), site)
    if name == "__init__":
        return Const(None)
    if owner.model is not None:
        return on_model(m, owner.model, name, site)
    return on_data(m, owner.data, name, site) if owner.data else Unknown(site.place, name)


# Models --------------------------------------------------------------------------------------


def call_model(m: Machine, model: Model, site: Site) -> Value:
    """`model(x)`: predictions."""
    return predict(m, model, site)


def predict(m: Machine, model: Model | None, site: Site) -> Data:
    """Predictions of a model for the rows it is given."""
    data = site.all_data() or Data()
    ids = frozenset({model.id}) if model else frozenset()
    return data.but(models=ids, role="", target=False)


def on_model(m: Machine, model: Model, name: str, site: Site) -> Value:  # noqa: C901, PLR0911
    """A method of something that can be fitted."""
    data = site.data(0, "x", "X", "train_dataset", "data", "df", "df_train")
    if model.family in _FAMILIES:
        result = _FAMILIES[model.family](m, model, name, site, data)
        if result is not None:
            return result
    if name in {"fit_predict", "fit_transform"} or (
        name in m.semantics.fit_words and not (name == "train" and data is None)
    ):
        return _fit(m, model, name, site, data)
    if name in PREDICT:
        return predict(m, model, site)
    if name in _SCORES:
        return m.score(
            "accuracy" if name == "score" else name, site.place, site.frame,
            data or origins.from_words(m, site), models=frozenset({model.id}),
        )  # fmt: skip
    if name == "transform":
        return data if data is not None else Unknown(site.place)
    if name in _MODES:
        return model
    if name == "get":
        return Unknown(site.place)
    inner = site.all_data()
    return inner.but(models=frozenset({model.id})) if inner is not None else model


def _fit(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value:
    given = data or model.data.get("train") or site.all_data()
    if given is None and model.rows:
        given = Data(rows=model.rows)
    unsupervised = model.family == "clustering"
    held = _validation(m, model, site, given)
    if held is not None and given is not None and "validation_split" in site.named:
        split = SplitId("call", "validation_split", site.place)
        given = given.but(rows=narrow(given.rows, split, TRAIN))
    toy = len(site.args) == 1 and isinstance(site.args[0], Sequence) and given is None
    m.fit(model, given, model.name, model.family, site.place, site.frame,
          unsupervised=unsupervised, toy=toy)  # fmt: skip
    for inner in model.inner:
        m.fit(inner, given, inner.name, inner.family, site.place, site.frame)
    if model.family == "search" and given is not None:
        m.happen(EventKind.CROSS_VALIDATE, model.name, site.place, site.frame)
        m.score(model.name, site.place, site.frame, given, folds=True, implicit=True,
                models=frozenset({model.id}))  # fmt: skip
    if held is not None:
        number = m.score("loss", site.place, site.frame, held, implicit=True,
                         label=m.label(held.rows) or held.label or VALIDATION,
                         models=frozenset({model.id}))  # fmt: skip
        if _steers(m, site):
            for n in number.scores:
                m.record.scores[n].selects = True
    if name in {"fit_predict", "fit_transform"}:
        return (given or Data()).but(models=frozenset({model.id}))
    return model


_STEERING = {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "early_stopping_rounds",
             "early_stopping", "callbacks", "callback_list"}  # fmt: skip


def _steers(m: Machine, site: Site) -> bool:
    words = site.words()
    if words & (_STEERING - {"callbacks", "callback_list"}):
        return True
    callbacks = site.arg(None, "callbacks")
    names = [v.name for v in _flatten(callbacks) if isinstance(v, Extern)]
    return any(n.rpartition(".")[2] in _STEERING for n in names)


def _flatten(value: Value | None) -> list[Value]:
    if isinstance(value, Sequence):
        return [i for v in value.items for i in _flatten(v)]
    if isinstance(value, Growing) and value.element is not None:
        return _flatten(value.element)
    return [value] if value is not None else []


def _validation(m: Machine, model: Model, site: Site, given: Data | None) -> Data | None:
    """Data that a fit call is given to watch itself on."""
    held = site.data(None, "validation_data", "eval_set", "val_data", "valid_data", "val_loader",
                     "X_val", "tuning_data")  # fmt: skip
    if held is not None:
        return held
    if "validation_split" in site.named and given is not None:
        share = site.arg(None, "validation_split")
        if isinstance(share, Const) and not share.value:
            return None
        split = m.new_split(SplitId("call", "validation_split", site.place), site.place)
        return given.but(rows=narrow(given.rows, split, VALIDATION), label=VALIDATION)
    words = [site.named.get("validation_data")]
    if words[0] is not None:
        return Data(label=VALIDATION)
    return None


def _trainer(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value | None:
    """Hugging Face's Trainer: train(), evaluate(), predict(dataset)."""
    if name == "train":
        train, held = model.data.get("train"), model.data.get("eval")
        m.fit(model, train, model.name, "trainer", site.place, site.frame)
        for inner in model.inner:
            m.fit(inner, train, inner.name, "trainer", site.place, site.frame)
        if held is not None:
            number = m.score("loss", site.place, site.frame, held, implicit=True,
                             label=m.label(held.rows) or held.label or VALIDATION,
                             models=frozenset({model.id}))  # fmt: skip
            if "selects" in model.attrs:
                for n in number.scores:
                    m.record.scores[n].selects = True
        return model
    if name in {"evaluate", "predict"}:
        held = data or site.data(None, "eval_dataset", "test_dataset") or model.data.get("eval")
        result = m.score(name, site.place, site.frame, held, models=frozenset({model.id}),
                         implicit=data is None)  # fmt: skip
        return result if name == "evaluate" else (held or Data()).but(models=frozenset({model.id}))
    return model


def _lightning(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Lightning's Trainer: fit(model, …), validate(…), test(…)."""
    given = site.arg(0, "model")
    network = given if isinstance(given, Model) else getattr(given, "model", None) or model
    data = site.data(1, "train_dataloaders", "train_dataloader", "datamodule", "dataloaders")
    if name == "fit":
        m.fit(network, data, network.name, "lightning", site.place, site.frame)
        held = site.data(2, "val_dataloaders", "val_dataloader")
        if held is not None or isinstance(site.arg(1), Instance) or "datamodule" in site.named:
            m.score("loss", site.place, site.frame, held, label=VALIDATION, implicit=True,
                    models=frozenset({network.id}))  # fmt: skip
        return model
    if name in {"test", "validate"}:
        label = TEST if name == "test" else VALIDATION
        return m.score(name, site.place, site.frame, data, label=label,
                       models=frozenset({network.id}))  # fmt: skip
    return model


def _ultralytics(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """YOLO(...).train(data=yaml) validates on the yaml's `val` part by itself; .val() again."""
    source = m.new_source(f"data of {site.text(None, 'data') or 'the YAML file'}", site.place)
    split = m.new_split(SplitId("files", source), site.place)
    rows = frozenset({Part(source)})
    if name == "train":
        m.fit(model, Data(rows=narrow(rows, split, TRAIN)), model.name, "ultralytics", site.place,
              site.frame)  # fmt: skip
        m.score("mAP", site.place, site.frame, Data(rows=narrow(rows, split, VALIDATION)),
                label=VALIDATION, implicit=True, models=frozenset({model.id}))  # fmt: skip
        return model
    if name == "val":
        label = label_of(site.text(None, "split")) or VALIDATION
        return m.score("mAP", site.place, site.frame, Data(rows=narrow(rows, split, label)),
                       label=label, models=frozenset({model.id}))  # fmt: skip
    if name in {"predict", "track"}:
        return predict(m, model, site)
    return model


def _embedder(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Sentence embeddings keep their rows and learn nothing."""
    if name.startswith(("encode", "embed")):
        return site.all_data() or Unknown(site.place)
    return None


_FAMILIES = {
    "trainer": _trainer,
    "lightning": _lightning,
    "ultralytics": _ultralytics,
    "embedder": _embedder,
}


# Transformers --------------------------------------------------------------------------------


def _on_transformer(m: Machine, tool: Transformer, name: str, site: Site) -> Value:
    data = site.data(0, "X", "y", "raw_documents", "data")
    everything = site.all_data()
    if name.startswith("fit_resample") or name == "fit_sample":
        return _resampled(m, tool, site)
    if name in {"fit", "partial_fit", "adapt"} or name.startswith("fit_"):
        if data is None:
            toy = [v for v in site.args if isinstance(v, (Sequence, Growing))]
            return Data(toy=True) if toy and name != "fit" else tool
        m.happen(EventKind.FIT_TRANSFORM, tool.name, site.place, site.frame)
        fitted = {Seen(tool.name, data.rows, site.place, target=data.target)} if data.rows else set()
        tool.seen = frozenset(fitted) | data.seen
        if name in {"fit", "partial_fit", "adapt"}:
            return tool
        return data.but(seen=data.seen | tool.seen)
    if name in {"transform", "inverse_transform", "texts_to_sequences", "texts_to_matrix"}:
        if data is None:
            return Unknown(site.place)
        return data.but(seen=data.seen | tool.seen)
    return everything.but(seen=everything.seen | tool.seen) if everything else tool


def _resampled(m: Machine, tool: Transformer, site: Site) -> Value:
    m.happen(EventKind.RESAMPLE, tool.name, site.place, site.frame)
    parts: list[Value] = []
    for value in [*site.args, *site.named.values()][:2]:
        data = data_in(value) or Data()
        copied = Copied(tool.name, site.place, data.rows)
        parts.append(data.but(copied=data.copied | {copied}))
    return Sequence(tuple(parts))


def _on_splitter(m: Machine, folds: Splitter, name: str, site: Site) -> Value:
    if name != "split":
        return Unknown(site.place)
    data = site.data(0, "X")
    kind = "fold" if folds.family == "fold" else "call"
    split = m.new_split(SplitId(kind, folds.name, folds.place), site.place)
    m.happen(EventKind.SPLIT if kind == "call" else EventKind.CROSS_VALIDATE, folds.name,
             site.place, site.frame)  # fmt: skip
    rows = data.rows if data is not None and data.rows else frozenset(
        {Part(m.new_source(f"index of {folds.name} at {site.place.line}", site.place))}
    )  # fmt: skip
    sides = tuple(
        Data(rows=narrow(rows, split, side), role="index") for side in (TRAIN, "held")
    )
    return Growing(element=Sequence(sides))


# Metrics -------------------------------------------------------------------------------------


def _on_metric(m: Machine, metric: Metric, name: str, site: Site) -> Value:
    """torchmetrics and Keras metric objects: update, then compute."""
    data = site.all_data()
    if name in {"update", "update_state", "add_batch", "add", "__call__"} and data is not None:
        metric.rows |= data.rows
        metric.models |= data.models
        return Unknown(site.place)
    if name in {"compute", "result", "forward", "aggregate"}:
        if metric.entry == "loss":
            return data.but(role="loss") if data else Data(role="loss")
        whole = data or Data(rows=metric.rows, models=metric.models)
        return m.score(metric.name, site.place, site.frame, whole)
    return metric


# Data ----------------------------------------------------------------------------------------


def on_data(m: Machine, data: Data, name: str, site: Site) -> Value:  # noqa: C901, PLR0911, PLR0912
    """A method of a table, array, loader or prediction."""
    special = _SPECIAL.get(name)
    if special is not None:
        result = special(m, data, name, site)
        if result is not None:
            return result
    if name in m.semantics.fit_words and name != "train" and not site.args:
        return data
    if name.startswith(("to_csv", "to_parquet", "to_pickle", "to_json", "to_excel", "to_feather", "save", "write")):
        path = site.text(0, "path_or_buf", "path")
        if path:
            m.record.saved.setdefault(origins.file_key(path), data)
        return Const(None)
    effect = m.semantics.method(name)
    if effect == "stat":
        if data.role in {"match", "residual"}:
            return library.score_of_role(m, data, name, site)
        if data.role in {"score", "loss", "choice"}:
            return data
        return statistic(name, data, m, site.frame)
    if effect == "lose":
        return Unknown(site.place)
    if effect == "filter":
        return data
    library._run_callbacks(m, site)
    other = site.all_data()
    if other is None:
        return data
    if effect == "mix":
        return merge(data, other)
    return data.but(
        seen=data.seen | other.seen, copied=data.copied | other.copied,
        rows=data.rows or other.rows,
    )  # fmt: skip


def _sample(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`df.sample(frac=.8)`: one side of a division whose other side is `drop(sample.index)`."""
    share = site.arg(None, "frac")
    if isinstance(share, Const) and share.value == 1:
        return data
    replace = site.arg(None, "replace")
    if isinstance(replace, Const) and replace.value is True:
        return data.but(copied=data.copied | {Copied("sample", site.place, data.rows)})
    split = m.new_split(SplitId("sample", "", site.place), site.place)
    return data.but(rows=narrow(data.rows, split, "taken"))


def _drop(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    index = site.data(0, "index", "labels")
    if index is None or not index.rows:
        return None
    for part in index.rows:
        if part.path and part.path[-1][0].kind in {"sample", "call", "slice", "where"}:
            split, side = part.path[-1]
            base = frozenset(Part(p.source, p.path) for p in data.rows)
            return data.but(rows=narrow(base, split, f"not {side}"))
    return None


def _parts(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """HF `.train_test_split()` gives a dict; Spark's `randomSplit` a list."""
    split = m.new_split(SplitId("call", name, site.place), site.place)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    if name == "train_test_split":
        return Growing(entries={s: data.but(rows=narrow(data.rows, split, s), role="")
                                for s in (TRAIN, TEST)})  # fmt: skip
    sides = ("0", "1", "2")
    weights = site.arg(0)
    count = len(weights.items) if isinstance(weights, Sequence) else 2
    return Sequence(tuple(data.but(rows=narrow(data.rows, split, s)) for s in sides[:count]))


def _take_skip(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """tf.data: take(n) and skip(n) divide at n; head and tail likewise."""
    if not site.node.args:
        return data
    bound = text(site.node.args[0].value)
    side = f":{bound}" if name in {"take", "head", "limit"} else f"{bound}:"
    if name in {"head", "tail"} and bound.isdigit() and int(bound) <= 20:  # noqa: PLR2004 - a look
        return data
    return data.but(rows=narrow(data.rows, SplitId("slice"), side))


def _backward(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`loss.backward()`: whatever predicted is being trained."""
    if not data.rows:
        owner = site.frame.scope.find("self")
        held = calls.held_by(owner) if isinstance(owner, Instance) else None
        data = merge(data, held) if held is not None else data
    ids = sorted(data.models)
    models = [m.record.models[i] for i in ids] or [None]
    for model in models:
        m.fit(model, data, model.name if model else "network", "loop", site.place, site.frame)
    return Const(None)


def _isin(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    from portfolio_scan.flow.values import Mask  # noqa: PLC0415 - shorter to read here

    value = text(site.node.args[0].value) if site.node.args else ""
    owner = text(site.node.func.value) if hasattr(site.node.func, "value") else ""
    return Mask(SplitId("where", owner), f"in|{value}", f"not in|{value}")


def _items(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    if name in {"iterrows", "items", "iteritems", "groupby"}:
        pair = Sequence((Unknown(site.place), data))
        return data if name == "groupby" else Growing(element=pair)
    return None


def _apply(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`map(f)`, `apply(f)`: rows stay; statistics inside f are seen."""
    for value in (*site.args, *site.named.values()):
        if isinstance(value, Function):
            inner = data_in(
                call_value(m, value, Site(site.node, site.frame, site.place, [data]))
            )
            if inner is not None and inner.role in {"", "stat"}:
                return data.but(seen=data.seen | inner.seen)
            return data
    other = site.all_data()
    return data.but(seen=data.seen | other.seen) if other is not None else data


def _split_method(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    return data if name == "split" else None


_SPECIAL = {
    "sample": _sample,
    "drop": _drop,
    "train_test_split": _parts,
    "randomSplit": _parts,
    "random_split": _parts,
    "take": _take_skip,
    "skip": _take_skip,
    "head": _take_skip,
    "tail": _take_skip,
    "limit": _take_skip,
    "backward": _backward,
    "isin": _isin,
    "iterrows": _items,
    "items": _items,
    "groupby": _items,
    "map": _apply,
    "apply": _apply,
    "transform": _apply,
    "applymap": _apply,
    "split": _split_method,
}


# Containers and text -------------------------------------------------------------------------


def _on_growing(m: Machine, box: Growing, name: str, site: Site) -> Value:  # noqa: C901, PLR0911
    value = site.args[0] if site.args else None
    if name in {"append", "extend", "add", "insert", "appendleft", "update"}:
        if name == "insert" and len(site.args) > 1:
            value = site.args[1]
        if isinstance(value, Growing) and name == "update":
            box.entries.update(value.entries)
        if value is not None:
            item = element_of(value) if name == "extend" else value
            before = data_in(box.element)
            after = data_in(item)
            if before is not None and after is not None:
                box.element = merge(before, after)
            else:
                box.element = item if box.element is None else join(box.element, item)
        return Const(None)
    if name == "items" and box.entries and box.element is None:
        return Sequence(tuple(Sequence((Const(k), v)) for k, v in box.entries.items()))
    if name == "items":
        return Growing(element=Sequence((Unknown(site.place), element_of(box))))
    if name == "values":
        return Sequence(tuple(box.entries.values())) if box.entries else box
    if name in {"get", "pop", "setdefault"}:
        if isinstance(value, Const) and str(value.value) in box.entries:
            return box.entries[str(value.value)]
        return element_of(box)
    if name in {"read", "readlines", "readline", "read_text"} and "path" in box.entries:
        return origins.read(m, name, Site(site.node, site.frame, site.place, [box.entries["path"]]))
    if name in {"map", "filter", "with_format", "set_format", "shuffle", "cast_column", "remove_columns",
                "select", "rename_column", "batch", "prefetch"}:  # fmt: skip
        return box
    inner = data_in(box)
    return on_data(m, inner, name, site) if inner is not None and name not in {"keys"} else Unknown(site.place)


def _on_text(m: Machine, value: object, name: str, site: Site) -> Value:
    if not isinstance(value, str):
        return Unknown(site.place)
    if name in {"joinpath", "__truediv__"}:
        return builtin.CALLS["os.path.join"](m, Site(site.node, site.frame, site.place, [Const(value), *site.args]))
    if name in {"open", "resolve", "absolute", "expanduser", "as_posix", "strip", "lower"}:
        return Const(value)
    if name == "format":
        return Const(re.sub(r"\{[^}]*\}", "…", value))
    if name in {"glob", "rglob", "iterdir", "read_text", "read_bytes"}:
        return origins.read(m, name, Site(site.node, site.frame, site.place, [Const(value)]))
    if name == "join":
        data = site.all_data()
        return data if data is not None else Const(None)
    return Unknown(site.place)


# Lost receivers ------------------------------------------------------------------------------


def on_unknown(m: Machine, receiver: Value, name: str, site: Site) -> Value:  # noqa: PLR0911
    """A method of something that was lost: only names and arguments speak, and softly."""
    hint = receiver.hint if isinstance(receiver, Unknown) else ""
    data = site.all_data()
    if name == "backward":
        return _backward(m, Data(), name, site) or Const(None)
    named = bool(hint) and (
        bool(calls._MODEL_NAME.match(hint)) or bool(re.search(r"model|classif|regress|clf|estimator|net$", hint, re.I))
    )
    if name in _LOADED and named and site.args:
        m.happen(EventKind.MODEL_CALL, f"{hint}.{name}", site.place, site.frame, family="stored")
    if named and name in m.semantics.fit_words | PREDICT | _SCORES and (data is not None or name == "train"):
        if name == "train" and data is None:
            return receiver
        model = calls.named_model(m, site.frame, hint, site.place)
        return on_model(m, model, name, site)
    if name in {"fit", "fit_generator", "partial_fit"} and data is not None and len(site.args) >= 2:  # noqa: PLR2004
        model = calls.named_model(m, site.frame, hint or "estimator", site.place)
        return on_model(m, model, name, site)
    if name in {"fit_transform", "fit_resample"} and data is not None:
        return _on_transformer(m, Transformer(hint or "transformer", site.place), name, site)
    if name == "fit" and site.args and isinstance(site.args[0], Instance) and site.args[0].model:
        trainer = m.new_model(hint or "trainer", "lightning", site.place)
        return on_model(m, trainer, name, site)
    if name in PREDICT and data is not None:
        model = calls.named_model(m, site.frame, hint or "estimator", site.place)
        return predict(m, model, site)
    if name == "transform" and data is not None:
        return data
    if name in {"items", "values"}:
        return Growing(element=Unknown(site.place, hint))
    label = label_of(name)
    if label and calls.names_data(name) and name in names_in(site.node):
        return calls.declared(site.frame.path, label)
    return Unknown(site.place, hint if name in {"get", "copy", "to", "cuda"} else name)


__all__ = ["call_method", "call_model", "on_model", "predict"]
