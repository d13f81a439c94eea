"""Transformers, cross-validators, metric objects: they take statistics, divide, score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.marks import Copied, Seen
from portfolio_scan.flow.rows import TRAIN, Part, SplitId, narrow
from portfolio_scan.flow.values import (
    Data,
    Growing,
    Metric,
    Sequence,
    Splitter,
    Transformer,
    Unknown,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site


def on_transformer(m: Machine, tool: Transformer, name: str, site: Site) -> Value:
    """A method of something whose fit takes statistics."""
    data = site.data(0, "X", "y", "raw_documents", "data")
    everything = site.all_data()
    if name.startswith("fit_resample") or name == "fit_sample":
        return _resampled(m, tool, site)
    if name in {"fit", "partial_fit", "adapt"} or name.startswith("fit_"):
        if data is None:
            toy = [v for v in site.args if isinstance(v, (Sequence, Growing))]
            return Data(toy=True) if toy and name != "fit" else tool
        m.happen(EventKind.FIT_TRANSFORM, tool.name, site.place, site.frame)
        kind = "dictionary" if tool.lists else "transform"
        fitted = Seen(
            tool.name,
            data.sure_rows,
            site.place,
            kind,
            target=data.target,
        )
        tool.seen = data.seen | ({fitted} if data.rows else frozenset())
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
        twice = {Copied(tool.name, site.place, data.rows)} if tool.copies else set()
        parts.append(data.but(copied=data.copied | twice))
    return Sequence(tuple(parts))


def on_splitter(m: Machine, folds: Splitter, name: str, site: Site) -> Value:
    """A cross-validator's `split`: pairs of indexes."""
    if name != "split":
        return Unknown(site.place)
    data = site.data(0, "X")
    kind = "fold" if folds.family == "fold" else "call"
    split = m.new_split(SplitId(kind, folds.name, folds.place), site.place)
    if folds.shuffles:
        m.record.shuffles.add(split)
    m.happen(
        EventKind.SPLIT if kind == "call" else EventKind.CROSS_VALIDATE,
        folds.name,
        site.place,
        site.frame,
    )
    rows = (
        data.rows
        if data is not None and data.rows
        else frozenset(
            {Part(m.new_source(f"index of {folds.name} at {site.place.line}", site.place))}
        )
    )
    sides = tuple(Data(rows=narrow(rows, split, side), role="index") for side in (TRAIN, "held"))
    return Growing(element=Sequence(sides))


def on_metric(m: Machine, metric: Metric, name: str, site: Site) -> Value:
    """Torchmetrics and Keras metric objects: update, then compute."""
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
