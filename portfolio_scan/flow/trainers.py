"""Trainers: objects that are given a model and data, and train and score by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.classes import member
from portfolio_scan.flow.rows import TEST, TRAIN, VALIDATION, Part, SplitId, label_of, narrow
from portfolio_scan.flow.scores import watch
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.values import Data, Instance, Model, Sequence, Unknown, Value

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine


def _trainer(m: Machine, model: Model, name: str, site: Site, data: Data | None) -> Value | None:
    """Hugging Face's Trainer: train(), evaluate(), predict(dataset)."""
    if name == "train":
        train, held = model.data.get("train"), model.data.get("eval")
        m.fit(model, train, model.name, "trainer", site.place, site.frame)
        for inner in model.inner:
            m.fit(inner, train, inner.name, "trainer", site.place, site.frame)
        if held is not None:
            watch(m, model, held, site, selects=model.selects)
        return model
    if name in {"evaluate", "predict"}:
        held = data or site.data(None, "eval_dataset", "test_dataset") or model.data.get("eval")
        result = m.score(
            name, site.place, site.frame, held, models=frozenset({model.id}), implicit=data is None
        )
        return result if name == "evaluate" else (held or Data()).but(models=frozenset({model.id}))
    return model


def _lightning(m: Machine, model: Model, name: str, site: Site, _: Data | None) -> Value | None:
    """Lightning's Trainer: fit(model, …), validate(…), test(…)."""
    given = site.arg(0, "model")
    network = given if isinstance(given, Model) else getattr(given, "model", None) or model
    data = site.data(1, "train_dataloaders", "train_dataloader", "datamodule", "dataloaders")
    if name == "fit":
        model.inner = [network]
        m.fit(network, data, network.name, "lightning", site.place, site.frame)
        held = site.data(2, "val_dataloaders", "val_dataloader")
        module = site.arg(1, "datamodule")
        watches = isinstance(module, Instance) and member(module.cls, "val_dataloader") is not None
        lost = "datamodule" in site.named and not isinstance(module, Instance)
        if held is not None or watches or lost:
            m.score(
                "loss",
                site.place,
                site.frame,
                held,
                label=VALIDATION,
                implicit=True,
                models=frozenset({network.id}),
            )
        return model
    if name in {"test", "validate"}:
        label = TEST if name == "test" else VALIDATION
        return m.score(
            name, site.place, site.frame, data, label=label, models=frozenset({network.id})
        )
    return model


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
    source = m.new_source(f"data of {model.name}", model.place)
    split = m.new_split(SplitId("flag", source), model.place)
    rows = frozenset({Part(source)})
    held = Data(rows=narrow(rows, split, VALIDATION), label=VALIDATION)
    ids = frozenset({model.id})
    if name in {"fine_tune", "fit", "fit_one_cycle", "fit_flat_cos", "fit_sgdr"}:
        train = Data(rows=narrow(rows, split, TRAIN))
        m.fit(model, train, model.name, "fastai", site.place, site.frame)
        m.score("loss", site.place, site.frame, held, implicit=True, models=ids)
        return model
    if name == "validate":
        return m.score(name, site.place, site.frame, held, models=ids)
    if name == "get_preds":
        return Sequence((held.but(models=ids), held.but(target=True)))
    return model


FAMILIES = {
    "fastai": _fastai,
    "trainer": _trainer,
    "lightning": _lightning,
    "ultralytics": _ultralytics,
    "embedder": _embedder,
}
