"""Target leaks: the label, or what it can be read off, stays among the features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.pairing import crossing
from portfolio_scan.model import LeakSite, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.column_flow import Given
    from portfolio_scan.flow.columns import Column, Reach
    from portfolio_scan.flow.pairing import Pairer
    from portfolio_scan.flow.record import Fit, Record
    from portfolio_scan.model import Place

_PLAIN = {"estimator", "boosting", "baseline", "network"}
"""Models that are fitted on all columns they are given; a pipeline may pick some."""
_DEEPEST = 20
"""Steps of a formula that are followed."""


def target_leaks(record: Record, pairer: Pairer) -> Iterator[LeakSite]:
    """Leaks of the target that a score and its fit bear out."""
    for score, fit in pairer.judged():
        if fit.given is None or not _takes_all(record, fit):
            continue
        for place, text in _told(fit.given):
            where = place or fit.place
            steps = crossing(Step(place=where, text=text), pairer.chain(score, fit))
            yield LeakSite(kind="target", place=where, confidence=0.9, chain=steps)


def _takes_all(record: Record, fit: Fit) -> bool:
    """Whether the model surely sees every column that it is given."""
    if fit.model is None:
        return False
    waiting = [record.models[fit.model]]
    while waiting:
        model = waiting.pop()
        if model.family == "search":
            waiting.extend(model.inner)
            if not model.inner:
                return False
        elif model.family not in _PLAIN:
            return False
    return True


def _told(given: Given) -> Iterator[tuple[Place | None, str]]:
    """Where the label crosses into the features, and how."""
    label = given.label
    meanings = label.meanings()
    features = list(given.features())
    told = False
    for feature in features:
        if feature is label:
            place = given.table.place if given.table is not None else None
            yield place, f"{label.shown}, the label, is among the features"
            told = True
            continue
        if (feature, 0) in meanings:
            yield label.place, f"{label.shown}, the label, is computed from {feature.shown}"
            told = True
            continue
        reached = feature.reached()
        shared = [meaning[0] for meaning in meanings if meaning in reached]
        if shared and feature.place is not None:
            what = "the label" if label in shared else f"{shared[0].shown}, as the label is"
            yield feature.place, f"{feature.shown}, a feature, is computed from {what}"
            told = True
    if not told and label.inputs and _determined((label, 0), _known(features), 0):
        names = " and ".join(sorted({c.shown for c, _ in label.inputs})[:3])
        yield (
            label.place,
            f"{label.shown}, the label, is computed from {names}, which stay features",
        )


def _known(features: list[Column]) -> set[Reach]:
    return {form for feature in features for form in feature.forms()}


def _determined(reach: Reach, known: set[Reach], depth: int) -> bool:
    """Whether a value follows from known ones alone."""
    if reach in known:
        return True
    column, distance = reach
    if not column.whole or not column.inputs or depth > _DEEPEST:
        return False
    return all(_determined((c, distance + d), known, depth + 1) for c, d in column.inputs)
