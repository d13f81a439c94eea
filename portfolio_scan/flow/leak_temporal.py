"""Temporal leaks: a series that is shuffled before it is divided, and features that look ahead.

A date among the columns proves nothing: many tables have one. Rows are a series where the code
looks up neighbouring rows of what it predicts, cuts overlapping stretches, or reads quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.order import SERIES, WINDOW
from portfolio_scan.flow.pairing import crossing
from portfolio_scan.flow.shuffling import shuffled_at, tied_before
from portfolio_scan.model import LeakSite, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.column_flow import Given
    from portfolio_scan.flow.columns import Column
    from portfolio_scan.flow.pairing import Pairer
    from portfolio_scan.flow.record import Fit, Record, Score


def temporal_leaks(record: Record, pairer: Pairer) -> Iterator[LeakSite]:
    """Leaks through time that a score and its fit bear out."""
    for score, fit in pairer.judged():
        yield from _shuffled(record, pairer, score, fit)
        yield from _ahead(pairer, score, fit)


def _shuffled(record: Record, pairer: Pairer, score: Score, fit: Fit) -> Iterator[LeakSite]:
    """Rows of one series on both sides of a split that shuffled them."""
    place = shuffled_at(record, pairer, score, fit)
    shown = next(_series(record, score, fit), None) if place is not None else None
    if place is not None and shown is not None:
        steps = crossing(shown, pairer.chain(score, fit))
        yield LeakSite(kind="temporal", place=place, confidence=0.85, chain=steps)


_SHOWN = {
    SERIES: "{} gives a series in time",
    WINDOW: "{} cuts overlapping stretches of a series",
}


def _series(record: Record, score: Score, fit: Fit) -> Iterator[Step]:
    """What shows that the fitted rows are a series, one step each."""
    if fit.given is not None:
        yield from _forecast(fit.given)
    for mark in sorted(fit.tied, key=lambda t: (t.place, t.kind, t.name)):
        examples = mark.kind != WINDOW or mark.place in record.paired
        if mark.kind in _SHOWN and examples and tied_before(mark, score, fit):
            yield Step(place=mark.place, text=_SHOWN[mark.kind].format(mark.name))


def _forecast(given: Given) -> Iterator[Step]:
    """The label is a later value than a feature of the same column."""
    label = given.label
    then = {(c, d) for c, d in label.reached() if not c.inputs}
    if label.furthest() > 0 and label.place is not None:
        yield Step(place=label.place, text=f"{label.shown} is the value of a later row")
        return
    for feature in given.features():
        reached = sorted(feature.reached(), key=lambda reach: (reach[0].name, reach[1]))
        for column, distance in reached:
            earlier = any(column is c and distance < d for c, d in then)
            if earlier and feature.place is not None:
                text = f"{feature.shown} is computed from earlier rows of {column.shown}"
                yield Step(place=feature.place, text=text)
                return


def _ahead(pairer: Pairer, score: Score, fit: Fit) -> Iterator[LeakSite]:
    """A feature that is only known once the label is: the forecast is read off the future."""
    if fit.given is None:
        return
    horizon = fit.given.label.furthest()
    if horizon <= 0:
        return  # without a forecast nobody knows which way time runs
    told = fit.given.label.meanings()
    for feature in fit.given.features():
        late = feature.furthest() >= horizon and not _tells(feature, told)
        if late and feature.place is not None:
            text = f"{feature.shown} is computed from rows as late as the one predicted"
            steps = crossing(Step(place=feature.place, text=text), pairer.chain(score, fit))
            yield LeakSite(kind="temporal", place=feature.place, confidence=0.85, chain=steps)


def _tells(feature: Column, meanings: list[tuple[Column, int]]) -> bool:
    """Whether it is a target leak, which is told as such."""
    return not feature.reached().isdisjoint(meanings)
