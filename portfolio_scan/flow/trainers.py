"""Trainers: objects that are given a model and data, and train and score by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.automl import on_experiment
from portfolio_scan.flow.classes import bind_method, member
from portfolio_scan.flow.functions import call_function
from portfolio_scan.flow.rows import TEST, TRAIN, VALIDATION, Part, SplitId, label_of, narrow
from portfolio_scan.flow.scores import watch
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.values import (
    Data,
    Function,
    Instance,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
)

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine


def _trainer(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value | None:
    """Hugging Face's Trainer and its like: train(), evaluate(), predict(dataset)."""
    verb = m.semantics.manner(model.manner).verb(name)
    if verb in {"fit", "search"}:
        train, held = model.data.get("train"), model.data.get("eval")
        m.fit(model, train, model.name, "trainer", site.place, site.frame)
        for inner in model.inner:
            m.fit(inner, train, inner.name, "trainer", site.place, site.frame)
        if held is not None:
            watch(m, model, held, site, selects=model.selects or verb == "search")
        return model
    if verb == "score":
        held = data or site.data(None, "eval_dataset", "test_dataset") or model.data.get("eval")
        result = m.score(
            name, site.place, site.frame, held, models=frozenset({model.id}), implicit=data is None
        )
        return result if name != "predict" else (held or Data()).but(models=frozenset({model.id}))
    return model


def _lightning(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Lightning's Trainer: fit(model, …), validate(…), test(…)."""
    given = site.arg(0, "model")
    network = given if isinstance(given, Model) else getattr(given, "model", None)
    network = network or model.attrs.get("?network")
    network = network if isinstance(network, Model) else model
    model.attrs.setdefault("?network", network)
    module = site.arg(None, "datamodule") or site.arg(1)
    held_by = module if isinstance(module, Instance) and module.data is None else given
    if name == "fit":
        model.inner = [network]
        data = site.data(1, "train_dataloaders", "train_dataloader", "dataloaders")
        data = data or _loader(m, held_by, "train", site)
        m.fit(network, data, network.name, "lightning", site.place, site.frame)
        model.attrs["?held by"] = held_by or network
        held = site.data(2, "val_dataloaders", "val_dataloader")
        lost = "datamodule" in site.named and not isinstance(module, Instance)
        if held is None and (lost or _has_loader(held_by, "val")):
            held = _loader(m, held_by, "val", site) or Data()
        if held is not None:
            number = m.score(
                "loss",
                site.place,
                site.frame,
                held,
                label=VALIDATION,
                implicit=True,
                models=frozenset({network.id}),
            )
            if model.selects:
                m.choose(number.scores)
        return model
    if name in {"test", "validate"}:
        label = TEST if name == "test" else VALIDATION
        data = site.data(1, "dataloaders", "test_dataloaders", "val_dataloaders")
        if data is None:
            kept = held_by if isinstance(held_by, Instance) else model.attrs.get("?held by")
            data = _loader(m, kept, "test" if name == "test" else "val", site)
        return m.score(
            name, site.place, site.frame, data, label=label, models=frozenset({network.id})
        )
    return model


def _has_loader(owner: Value | None, part: str) -> bool:
    return isinstance(owner, Instance) and member(owner.cls, f"{part}_dataloader") is not None


def _loader(m: Machine, owner: Value | None, part: str, site: Site) -> Data | None:
    """What a data module (or the network itself) says the rows of a part are.

    Its hooks are run as the library runs them: `prepare_data` and `setup` once, then the loader's.
    """
    if not isinstance(owner, Instance) or not _has_loader(owner, part):
        return None
    hooks = ["prepare_data", "setup"] if "?set up" not in owner.attrs else []
    owner.attrs["?set up"] = Unknown(site.place)
    found: Value | None = None
    for hook in (*hooks, f"{part}_dataloader"):
        function = member(owner.cls, hook)
        if isinstance(function, Function):
            bare = Site(site.node, site.frame, site.place)
            found = call_function(m, bind_method(function, owner), bare)
    return data_in(found)


def _ultralytics(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """YOLO(...).train(data=yaml) validates on the yaml's `val` part by itself; .val() again."""
    source = m.new_source(f"data of {site.text(None, 'data') or 'the YAML file'}", site.place)
    split = m.new_split(SplitId("files", source), site.place)
    rows = frozenset({Part(source)})
    if name == "train":
        m.fit(
            model,
            Data(rows=narrow(rows, split, TRAIN)),
            model.name,
            "ultralytics",
            site.place,
            site.frame,
        )
        m.score(
            "mAP",
            site.place,
            site.frame,
            Data(rows=narrow(rows, split, VALIDATION)),
            label=VALIDATION,
            implicit=True,
            models=frozenset({model.id}),
        )
        return model
    if name == "val":
        label = label_of(site.text(None, "split")) or VALIDATION
        return m.score(
            "mAP",
            site.place,
            site.frame,
            Data(rows=narrow(rows, split, label)),
            label=label,
            models=frozenset({model.id}),
        )
    if name in {"predict", "track"}:
        return predict(model, site)
    return model


def _embedder(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Sentence embeddings keep their rows and learn nothing."""
    if name.startswith(("encode", "embed")):
        return site.all_data() or Unknown(site.place)
    return None


def _fastai(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Fastai's Learner: its data loaders keep a validation part, which it scores as it trains."""
    given = model.data.get("train")
    source = m.new_source(f"data of {model.name}", model.place)
    split = m.new_split(SplitId("flag", source), model.place)
    rows = given.rows if given is not None and given.rows else frozenset({Part(source)})
    held = Data(rows=narrow(rows, split, VALIDATION), label=VALIDATION)
    ids = frozenset({model.id})
    if name in {"fine_tune", "fit", "fit_one_cycle", "fit_flat_cos", "fit_sgdr"}:
        train = Data(rows=narrow(rows, split, TRAIN))
        m.fit(model, train, model.name, "fastai", site.place, site.frame)
        m.score("loss", site.place, site.frame, held, implicit=True, models=ids)
        return model
    other = site.data(None, "dl")
    if name == "validate":
        return m.score(name, site.place, site.frame, other or held, models=ids)
    if name == "get_preds":
        asked = other or held
        return Sequence((asked.but(models=ids), asked.but(target=True)))
    if name == "test_dl":
        return site.all_data() or Unknown(site.place)
    return model


FAMILIES = {
    "experiment": on_experiment,
    "fastai": _fastai,
    "trainer": _trainer,
    "lightning": _lightning,
    "ultralytics": _ultralytics,
    "embedder": _embedder,
}
