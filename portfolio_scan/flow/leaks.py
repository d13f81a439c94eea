"""Leaks: what pairs of a score and a fit say about information that crossed between their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.leak_group import group_leaks
from portfolio_scan.flow.leak_target import target_leaks
from portfolio_scan.flow.leak_temporal import temporal_leaks
from portfolio_scan.flow.pairing import INSIDE, crossing, in_order, short
from portfolio_scan.flow.rows import BY_IDS, TEST, VALIDATION, Part, Rows, relation
from portfolio_scan.model import LeakSite, Place, Relation, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from portfolio_scan.flow.marks import Seen
    from portfolio_scan.flow.pairing import Pairer
    from portfolio_scan.flow.record import Fit, Record, Score


_SEEN = INSIDE | {Relation.SUPERSET}


class LeakFinder:
    """Reads the pairs of one record; `linked` are the files that import each other."""

    def __init__(self, record: Record, pairer: Pairer, linked: AbstractSet[str]) -> None:
        self._record = record
        self._pairer = pairer
        self._linked = linked

    def leaks(self) -> list[LeakSite]:
        """The leaks that the pairs bear out."""
        found: dict[tuple[str, Place], LeakSite] = {}
        for score in self._record.scores:
            fit = self._pairer.nearest(score)
            if fit is None or score.loss:  # a loss watched in passing is too weak for a flag
                continue
            for leak in (*self._preprocessing(score, fit), *self._overlap(score, fit)):
                found.setdefault((leak.kind, leak.place), leak)
        for further in (temporal_leaks, group_leaks, target_leaks):
            for leak in further(self._record, self._pairer):
                found.setdefault((leak.kind, leak.place), leak)
        scored = {place for _, place in found}
        for leak in (*self._unscored(scored), *self._only_seen(), *self._multi_test()):
            found.setdefault((leak.kind, leak.place), leak)
        return list(found.values())

    def _preprocessing(self, score: Score, fit: Fit) -> Iterable[LeakSite]:
        """Statistics in the training numbers that were computed on rows holding the scored ones."""
        doubtful = score.may or fit.may
        apart = score.folds or relation(score.rows, fit.rows) is Relation.DISJOINT
        if not apart or (score.implicit and (score.folds or self._pairer.part(score) != TEST)):
            return  # a trainer that watches itself on part of its training rows misleads nobody
        for seen in in_order(fit.seen):
            if not _tells(seen) or (doubtful and not _of_one_value(seen, score, fit)):
                continue
            if relation(score.rows, seen.rows) in INSIDE and not _keeps_groups(seen, score.rows):
                what = f"{short(seen.name)} takes statistics of all rows"
                steps = crossing(Step(place=seen.place, text=what), self._pairer.chain(score, fit))
                yield LeakSite(kind="preprocessing", place=seen.place, confidence=0.9, chain=steps)
        yield from self._refitted(score, fit)

    def _refitted(self, score: Score, fit: Fit) -> Iterable[LeakSite]:
        """`scaler.fit_transform(X_test)`: the scored rows are measured by their own yardstick."""
        for seen in in_order(score.seen - fit.seen):
            own = relation(score.rows, seen.rows) in INSIDE
            if seen.kind != "transform" or seen.target or not own:
                continue
            what = f"{short(seen.name)} is fitted again, on the rows that are scored"
            step = Step(place=seen.place, text=what)
            steps = crossing(step, self._pairer.chain(score, fit), fit.place)
            yield LeakSite(kind="preprocessing", place=seen.place, confidence=0.7, chain=steps)

    def _unscored(self, scored: set[Place]) -> Iterable[LeakSite]:
        """The same for predictions on test rows that nobody scores: a competition's test file."""
        for use in self._record.uses:
            fits = [f for f in self._pairer.fits_of(use.model) if f.order < use.order]
            if not fits or use.may or fits[-1].may:
                continue
            fit = fits[-1]
            if relation(use.rows, fit.rows) is not Relation.DISJOINT:
                continue
            if TEST not in {self._record.label(use.rows), use.label}:
                continue
            for seen in in_order(fit.seen):
                inside = relation(use.rows, seen.rows) in INSIDE
                apart = _tells(seen) and not _keeps_groups(seen, use.rows)
                if apart and inside and seen.place not in scored:
                    what = f"{short(seen.name)} takes statistics of training and test rows together"
                    steps = (
                        Step(place=seen.place, text=what),
                        Step(place=fit.place, text=f"{short(fit.name)} fitted"),
                    )
                    answered = Step(place=use.place, text="predicts the test rows")
                    yield LeakSite(
                        kind="preprocessing",
                        place=seen.place,
                        confidence=0.6,
                        chain=(*steps, answered),
                    )

    def _overlap(self, score: Score, fit: Fit) -> Iterable[LeakSite]:
        """The same examples on both sides: copied before the split, or simply scored again."""
        if score.may or fit.may or (score.folds and score.implicit):
            return
        way = self._pairer.relation(score, fit)
        if way is Relation.DISJOINT:
            for copy in in_order(fit.copied & score.copied):
                step = Step(
                    place=copy.place, text=f"{short(copy.name)} copies rows before the split"
                )
                yield LeakSite(
                    kind="overlap",
                    place=copy.place,
                    confidence=0.9,
                    chain=crossing(step, self._pairer.chain(score, fit)),
                )
        elif score.implicit:
            return  # what a trainer watches beside is no result that anybody reads
        elif way in _SEEN and self._pairer.part(score) in {TEST, VALIDATION}:
            yield LeakSite(
                kind="overlap",
                place=score.place,
                confidence=0.8,
                chain=self._pairer.chain(score, fit),
            )

    def _only_seen(self) -> Iterable[LeakSite]:
        """A file in which every score is on rows that the model was fitted on.

        A score on the training rows beside one on others is good practice and stays silent.
        """
        ways: dict[str, list[tuple[Score, Fit | None, Relation]]] = {}
        for score in self._record.scores:
            fit = self._pairer.nearest(score)
            way = self._pairer.relation(score, fit)
            # A module's scores are only told apart from its importers' when it stands alone.
            group = "" if score.place.path in self._linked else score.place.path
            ways.setdefault(group, []).append((score, fit, way))
        for found in ways.values():
            if all(way in _SEEN for _, _, way in found):
                score, fit, _ = found[0]
                if fit is not None and not score.toy and not fit.unsupervised:
                    yield LeakSite(
                        kind="overlap",
                        place=score.place,
                        confidence=0.8,
                        chain=self._pairer.chain(score, fit),
                    )

    def _multi_test(self) -> Iterable[LeakSite]:
        """A choice made by the score on rows that are called test, here or where they count."""
        tested = {
            s.rows
            for s in self._record.scores
            if s.rows and not s.implicit and self._pairer.part(s) == TEST
        }
        quoted = {
            s.rows
            for s in self._record.scores
            if not s.selects and not s.implicit and self._pairer.part(s) == TEST
        }
        for score in self._record.scores:
            fit = self._pairer.nearest(score)
            if not score.selects or score.folds or score.loss or fit is None:
                continue
            # The inner of two divisions steers, and the rows of the outer one are quoted.
            if score.rows not in quoted and any(_beside(score.rows, q) for q in quoted):
                continue
            if self._pairer.part(score) == TEST or any(_columns(t, score.rows) for t in tested):
                yield LeakSite(
                    kind="multi_test",
                    place=score.place,
                    confidence=0.8,
                    chain=self._pairer.chain(score, fit),
                )


def _columns(rows: Rows, other: Rows) -> bool:
    """Whether rows are those of another set, or of one of the files that hold its columns."""
    return rows == other or (rows <= other and len({p.path for p in other}) == 1)


def _beside(rows: Rows, other: Rows) -> bool:
    """Whether two sets of rows are sides of one division of the same data."""
    alike = {p.source for p in rows} == {p.source for p in other}
    return alike and relation(rows, other) is Relation.DISJOINT


def _tells(seen: Seen) -> bool:
    """Whether a statistic can carry something from one row to another.

    A dictionary of categories or words tells nothing of the rows it was listed from; a statistic of
    the labels tells most when it becomes a feature, and nothing as an encoding of the labels.
    """
    return (
        bool(seen.rows)
        and seen.kind != "dictionary"
        and (not seen.target or seen.kind == "statistic")
    )


def _keeps_groups(seen: Seen, rows: Rows) -> bool:
    """Whether rows were divided by the ids whose groups a statistic was computed for, one by one.

    Then no group has rows on both sides, and its mean tells nothing across.
    """
    ids = [split.text for part in rows for split, _ in part.path if split.kind == BY_IDS]
    return bool(seen.by) and any(f"'{seen.by}'" in text or f".{seen.by}" in text for text in ids)


def _of_one_value(seen: Seen, score: Score, fit: Fit) -> bool:
    """Whether scored and fitted rows are sides of a division of just the rows of a statistic.

    Then it does not matter which of several ways the value came: it is the same value in all three.
    """
    return _divides(score.rows, seen.rows) and _divides(fit.rows, seen.rows)


def _divides(rows: Rows, whole: Rows) -> bool:
    """Whether rows are all parts of a whole, each narrowed by the same last steps."""
    steps = set()
    found = set()
    for part in rows:
        holders = [w for w in whole if w.source == part.source and _begins(part, w)]
        if not holders:
            return False
        holder = max(holders, key=lambda w: len(w.path))
        found.add(holder)
        steps.add(part.path[len(holder.path) :])
    return len(steps) == 1 and found == whole


def _begins(part: Part, whole: Part) -> bool:
    return part.path[: len(whole.path)] == whole.path
