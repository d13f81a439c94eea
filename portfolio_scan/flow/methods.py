"""Methods: what `receiver.name(...)` does, by the kind of receiver."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio_scan.flow.arguments import on_parser
from portfolio_scan.flow.calls import call_value
from portfolio_scan.flow.classes import (
    bind_method,
    blank_instance,
    library_kind,
    member,
    takes_fields,
)
from portfolio_scan.flow.column_flow import after_method, after_transformer, bare
from portfolio_scan.flow.containers import on_growing, on_text
from portfolio_scan.flow.divisions import divide
from portfolio_scan.flow.framework_steps import note_next
from portfolio_scan.flow.functions import backward, call_function
from portfolio_scan.flow.given import Node, Parser, Settings, as_settings
from portfolio_scan.flow.iteration import element_of
from portfolio_scan.flow.library import call, seen_through
from portfolio_scan.flow.measures import method_of_metric
from portfolio_scan.flow.models import on_model
from portfolio_scan.flow.modules import run_script
from portfolio_scan.flow.naming import MODEL_NAME, declared, named_model, names_data
from portfolio_scan.flow.operators import count
from portfolio_scan.flow.order import resampled
from portfolio_scan.flow.rows import SplitId, label_of, narrow
from portfolio_scan.flow.settings import WHOLE, on_settings
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.steps import descends
from portfolio_scan.flow.tables import on_data
from portfolio_scan.flow.text import names_in
from portfolio_scan.flow.transformers import on_splitter, on_transformer
from portfolio_scan.flow.unlisted import note_inherited, unlisted
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Extern,
    Function,
    Groups,
    Growing,
    Instance,
    Mask,
    Metric,
    Model,
    ModuleValue,
    Partial,
    Sequence,
    Splitter,
    Super,
    Transformer,
    Unknown,
    Value,
)
from portfolio_scan.flow.wiring import exchanged, on_node
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine


_LOADED = frozenset(["predict", "predict_proba", "decision_function", "predict_classes"])


def call_method(m: Machine, receiver: Value, name: str, site: Site) -> Value:
    """Call a method: one arm per kind of receiver."""
    if name == "result" and not site.args and isinstance(receiver, (Data, Growing, Sequence)):
        return receiver  # of a task that was submitted
    match receiver:
        case Instance():
            return _on_instance(m, receiver, name, site)
        case Super(instance=instance, cls=cls):
            return _on_super(m, instance, cls, name, site)
        case Model():
            return on_model(m, receiver, name, site)
        case Transformer():
            result = on_transformer(m, receiver, name, site)
            return after_transformer(m, receiver, name, site, result)
        case Data():
            known = divide(m, receiver, name, site) or seen_through(m, receiver, name, site)
            if known is None:
                known = on_data(m, receiver, name, site)
            result = after_method(m, receiver, name, site, known)
            return resampled(site, result) if name == "resample" else result
        case Splitter():
            return on_splitter(m, receiver, name, site)
        case Metric():
            return method_of_metric(m, receiver, name, site)
        case Settings():
            return on_settings(m, receiver, name, site)
        case Parser():
            return on_parser(m, receiver, name, site)
        case Growing():
            kept = receiver.entries.get(name)
            if isinstance(kept, (Function, Partial, Metric)):  # `state.apply_fn(params, x)`
                return call_value(m, kept, site)
            if name == "apply_gradients":  # a training state
                backward(m, site.all_data() or Data(), name, site)
                return receiver
            return on_growing(m, receiver, name, site)
        case ModuleValue(scope=scope):
            return call_value(m, scope.names.get(name) or Unknown(site.place, name), site)
        case ClassValue():
            return _on_class(m, receiver, name, site)
        case Sequence():
            return (
                receiver
                if name == "copy"
                else on_growing(m, Growing(element=element_of(receiver)), name, site)
            )
        case Const():
            return on_text(m, receiver, name, site)
        case Groups():  # .tolist(), .astype(str)
            return receiver
        case Mask(counted=counted) if counted is not None and name in {"sum", "mean"}:
            return count(m, receiver, site.frame)
        case Mask(answers=answers) if answers is not None:
            return on_data(m, answers, name, site)
        case Partial():
            return on_unknown(m, Unknown(site.place, receiver.name), name, site)
        case Extern(name=base):
            return call(m, f"{base}.{name}", site)
        case Function():
            return _on_function(m, receiver, name, site)
        case Node():
            return on_node(m, receiver, name, site)
        case _:
            return on_unknown(m, receiver, name, site)


_RUNS = frozenset(
    ["submit", "delay", "apply_async", "run", "remote", "fn", "__call__", "entrypoint"]
)
_SAME = frozenset(["with_options", "options", "override", "alias", "configured", "partial"])


def _on_function(m: Machine, function: Function, name: str, site: Site) -> Value:
    """A method of an own function that a framework has wrapped."""
    if name in _RUNS:
        return call_function(m, function, site)
    if name in _SAME:
        return function
    if name in {"map", "expand", "starmap"}:
        args = [element_of(value) for value in site.args]
        named = {key: element_of(value) for key, value in site.named.items()}
        inner = Site(site.node, site.frame, site.place, args, named)
        return Growing(element=call_function(m, function, inner))
    return unlisted(m, name, site)


def _on_instance(m: Machine, owner: Instance, name: str, site: Site) -> Value:
    found = owner.attrs.get(name) or member(owner.cls, name)
    if isinstance(found, Function):
        bound = found if found.bound is not None else bind_method(found, owner)
        return call_function(m, bound, site)
    if found is not None:
        return call_value(m, found, site)
    if name in WHOLE and takes_fields(m, owner.cls):
        return as_settings(owner)
    if owner.data is not None:
        return bare(on_data(m, owner.data, name, site))
    if owner.model is not None:
        result = on_model(m, owner.model, name, site)
        return owner if result is owner.model else result  # `net = Net().to(device)`
    kind, base = library_kind(m, owner.cls)
    if kind == "steps" and name == "next":
        return note_next(m, owner, site)
    if kind == "transformer":
        return on_transformer(m, Transformer(base, owner.place), name, site)
    note_inherited(m, owner.cls, name, site)
    return on_unknown(m, Unknown(site.place, owner.cls.name), name, site)


_LOADS = {"from_pretrained", "load_from_checkpoint", "from_single_file"}


def _on_class(m: Machine, cls: ClassValue, name: str, site: Site) -> Value:
    """A method of a class: its own, or one that its library's class brings."""
    found = member(cls, name)
    if found is not None:
        return call_value(m, found, site)
    kind, base = library_kind(m, cls)
    if name in _LOADS and kind:
        instance = blank_instance(m, cls, site.frame)
        entry = m.semantics.look_up(base)
        if entry is not None and entry.kind == "pretrained_class":
            m.call_library(f"{base}.{name}", site)
        return instance
    if kind == "arguments":
        return m.call_library(f"{base}.{name}", site)
    return Unknown(site.place, name)


def _on_super(m: Machine, owner: Instance, cls: ClassValue, name: str, site: Site) -> Value:
    for base in cls.bases:
        found = member(base, name) if isinstance(base, ClassValue) else None
        if isinstance(found, Function):
            return call_function(m, bind_method(found, owner), site)
    if name == "__init__":
        return Const(None)
    if owner.model is not None:
        return on_model(m, owner.model, name, site)
    return bare(on_data(m, owner.data, name, site)) if owner.data else Unknown(site.place, name)


@lru_cache(maxsize=4096)
def _names_a_model(hint: str) -> bool:
    found = re.search(r"model|classif|regress|clf|estimator|net$", hint, re.IGNORECASE)
    return bool(hint) and (bool(MODEL_NAME.match(hint)) or found is not None)


def on_unknown(m: Machine, receiver: Value, name: str, site: Site) -> Value:
    """A method of something that was lost: only names and arguments speak, and softly."""
    hint = receiver.hint if isinstance(receiver, Unknown) else ""
    if name == "run_line_magic" and site.text(0) == "run":
        return run_script(m, site.text(1), site.frame)
    if name in {"xcom_push", "xcom_pull"}:
        return exchanged(m, name, site)
    named = _names_a_model(hint)
    data = site.all_data()
    semantics = m.semantics
    predicts, scores = semantics.words("predict"), semantics.words("score")
    if data is not None and descends(name, data):
        backward(m, data, name, site)
        return data
    if name in {"backward", "apply_gradients"}:  # with an argument: accelerator.backward(loss)
        return backward(m, data or Data(), name, site)
    if name in _LOADED and named and site.args:
        m.happen(EventKind.MODEL_CALL, f"{hint}.{name}", site.place, site.frame, family="stored")
    if (
        named
        and name in semantics.fit_words | predicts | scores
        and (data is not None or name == "train")
    ):
        if name == "train" and data is None:
            return receiver
        model = named_model(m, site.frame, hint, site.place)
        return on_model(m, model, name, site)
    pair = len(site.args) >= 2  # noqa: PLR2004 - features and labels
    if name in {"fit", "fit_generator", "partial_fit"} and pair and (data is not None or named):
        model = named_model(m, site.frame, hint or "estimator", site.place)
        return on_model(m, model, name, site)
    if name == "update" and site.named.keys() & {"sgd", "losses"}:  # spaCy's language, lost
        model = named_model(m, site.frame, hint or "nlp", site.place)
        m.fit(model, data, model.name, model.family, site.place, site.frame)
        return receiver
    if name in {"fit_transform", "fit_resample"} and data is not None:
        return on_transformer(m, Transformer(hint or "transformer", site.place), name, site)
    if name == "fit" and site.args and isinstance(site.args[0], Instance) and site.args[0].model:
        trainer = m.new_model(hint or "trainer", "lightning", site.place)
        return on_model(m, trainer, name, site)
    if name in predicts and data is not None:
        model = named_model(m, site.frame, hint or "estimator", site.place)
        return predict(model, site)
    if name == "transform" and data is not None:
        return bare(data)
    if name in {"items", "values"}:
        return Growing(element=Unknown(site.place, hint))
    if name == "split" and data is not None and data.rows:
        return _divided(m, data, site)
    label = label_of(name)
    if label and names_data(name) and name in names_in(site.node):
        return declared(site.frame.path, label)
    return Unknown(site.place, hint if name in {"get", "copy", "to", "cuda"} else name)


def _divided(m: Machine, data: Data, site: Site) -> Value:
    """`cv.split(X)` of something lost: rounds of two indexes, and how they lie is not known."""
    split = m.new_split(SplitId("lost", "split", site.place), site.place)
    sides = (data.but(rows=narrow(data.rows, split, side), role="index") for side in ("0", "1"))
    return Growing(element=Sequence(tuple(sides)))
