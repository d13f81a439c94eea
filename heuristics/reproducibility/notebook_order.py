"""Were the notebooks last run from top to bottom?"""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
    Weight,
)

_FEWEST = 4
"""Cells with a count below which an order says nothing."""
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Run:
    """The counts that one notebook keeps of its last run."""

    path: str
    first: int
    """The first cell that was run."""
    broken: int
    """The first cell that was run before one above it; 0: there is none."""
    whole: bool
    """Counted 1, 2, 3 … without a gap: run at once, in a fresh kernel."""


class NotebookOrder(Heuristic):
    """Compares the execution counts that notebooks keep with the order of their cells."""

    id = "reproducibility.notebook-order"
    question = "Were the notebooks last run from top to bottom?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    would_change = "Notebooks that are run anew from top to bottom before they are committed."

    def judge(self, context: RepositoryContext) -> Judgement:
        """In order everywhere is a strength; another order somewhere is a note."""
        runs = [run for run in map(_run, context.units) if run is not None]
        if not runs:
            message = "No notebook keeps the order in which it was run."
            finding = self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.5)
            return Judgement(findings=(finding,))
        broken = [run for run in runs if run.broken]
        number = f"{len(runs)} {'notebook' if len(runs) == 1 else 'notebooks'}"
        if broken:
            finding = self.finding(
                Outcome.PRESENT,
                f"In {len(broken)} of {number} with counts, cells were last run in another order "
                "than they stand in.",
                confidence=0.9,
                evidence=[
                    context.evidence(
                        Place(path=run.path, cell=run.broken), "run before a cell above"
                    )
                    for run in broken[:_SHOWN]
                ],
                question="Does this notebook give the same result when it is run from the top?",
                polarity=Polarity.NOTE,
            )
            return Judgement(findings=(finding,))
        whole = sum(run.whole for run in runs)
        at_once = f"; {whole} in one go from a fresh kernel" if whole else ""
        finding = self.finding(
            Outcome.PRESENT,
            f"Cells of {number} were last run in the order they stand in{at_once}.",
            confidence=0.9,
            evidence=[
                context.evidence(
                    Place(path=run.path, cell=run.first), "the first cell that was run"
                )
                for run in runs[:_SHOWN]
            ],
            polarity=None if whole * 2 >= len(runs) else Polarity.NOTE,
        )
        return Judgement(findings=(finding,))


def _run(unit: UnitFacts) -> _Run | None:
    """What a notebook's counts tell; None: it is none, or keeps too few."""
    counted = [(cell, count) for cell, count in unit.order if count is not None]
    if len(counted) < _FEWEST:
        return None
    broken, highest = 0, 0
    for cell, count in counted:
        if count < highest and not broken:
            broken = cell
        highest = max(highest, count)
    counts = [count for _, count in counted]
    whole = counts == list(range(1, len(counts) + 1))
    return _Run(path=unit.path, first=counted[0][0], broken=broken, whole=whole)
