"""Shuffling: scores whose rows a split shuffled apart from those of the fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import TEST, VALIDATION, Part, Rows, SplitId, relation
from portfolio_scan.model import Place, Relation

if TYPE_CHECKING:
    from portfolio_scan.flow.marks import Tied
    from portfolio_scan.flow.pairing import Pairer
    from portfolio_scan.flow.record import Fit, Record, Score

_COVERED = {Relation.SAME, Relation.SUBSET}


def shuffled_at(record: Record, pairer: Pairer, score: Score, fit: Fit) -> Place | None:
    """Where the rows were shuffled that this score and this fit divide between them.

    None also for rows that only served to choose, where others were kept for a test.
    """
    part = pairer.part(score)
    if (score.implicit and part != TEST) or (part == VALIDATION and _is_tested(record, pairer)):
        return None
    if score.folds:
        return score.place if score.shuffled else None
    split = _dividing(score.rows, fit.rows)
    return record.splits.get(split) if split is not None and split in record.shuffles else None


def tied_before(mark: Tied, score: Score, fit: Fit) -> bool:
    """Whether rows were tied to one another before they were divided."""
    sides = (score.rows,) if score.folds else (score.rows, fit.rows)
    return all(relation(rows, mark.rows) in _COVERED for rows in sides)


def _is_tested(record: Record, pairer: Pairer) -> bool:
    return any(pairer.part(score) == TEST and not score.implicit for score in record.scores)


def _dividing(scored: Rows, fitted: Rows) -> SplitId | None:
    """The one split that keeps scored and fitted rows apart; None where there are several."""
    found = {_first_apart(one, other) for one in scored for other in fitted}
    return found.pop() if len(found) == 1 else None


def _first_apart(one: Part, other: Part) -> SplitId | None:
    if one.source != other.source:
        return None
    for (split, side), (other_split, other_side) in zip(one.path, other.path, strict=False):
        if split != other_split:
            return None
        if side != other_side:
            return split
    return None
