"""Group leaks: examples that were made of one, on both sides of a split that shuffled them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.kin import KIN
from portfolio_scan.flow.pairing import crossing
from portfolio_scan.flow.shuffling import shuffled_at, tied_before
from portfolio_scan.model import LeakSite, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.pairing import Pairer
    from portfolio_scan.flow.record import Record


def group_leaks(record: Record, pairer: Pairer) -> Iterator[LeakSite]:
    """Leaks through kin that a score and its fit bear out."""
    for score, fit in pairer.judged():
        if shuffled_at(record, pairer, score, fit) is None:
            continue
        for mark in sorted(fit.tied, key=lambda t: (t.place, t.kind, t.name)):
            if mark.kind == KIN and tied_before(mark, score, fit):
                made = Step(place=mark.place, text=f"{mark.name} of one example")
                steps = crossing(made, pairer.chain(score, fit))
                yield LeakSite(kind="group", place=mark.place, confidence=0.85, chain=steps)
