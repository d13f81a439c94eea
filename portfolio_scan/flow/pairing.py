"""Pairing: each score with the nearest fit of the same model, and what that says of leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from portfolio_scan.flow.rows import (
    LOST,
    TEST,
    VALIDATION,
    label_of,
    label_of_side,
    ordered,
    relation,
)
from portfolio_scan.flow.values import Copied, Seen
from portfolio_scan.model import (
    Event,
    EventKind,
    LeakSite,
    Pairing,
    Place,
    Relation,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from portfolio_scan.flow.record import Fit, Record, Score

_Noted = TypeVar("_Noted", Copied, Seen)
_INSIDE = {Relation.SAME, Relation.SUBSET, Relation.OVERLAP}


class Pairer:
    """Reads one record."""

    def __init__(self, record: Record, linked: AbstractSet[str] = frozenset()) -> None:
        self._record = record
        self._linked = linked
        self._by_model: dict[int, list[Fit]] = {}
        for fit in record.fits:
            if fit.model is not None:
                self._by_model.setdefault(fit.model, []).append(fit)

    def pairings(self) -> list[Pairing]:
        """One pairing per score and place, in program order."""
        found: dict[tuple[str, Place, str], Pairing] = {}
        for score in self._record.scores:
            pairing = self._pair(score)
            key = (score.name, score.place, pairing.part)
            known = found.get(key)
            if known is None or _better(pairing, known):
                found[key] = pairing
        return list(found.values())

    def nearest(self, score: Score) -> Fit | None:
        """The last fit of the scored model before the score; else the last fit at all."""
        own = [f for i in score.models for f in self._fits_of(i)]
        before = [f for f in own if f.order < score.order]
        if before:
            return max(before, key=lambda f: f.order)
        if own:
            return min(own, key=lambda f: f.order)
        if score.models and not self._all_unknown(score.models):
            return None
        same = [f for f in self._record.fits if f.in_test == score.in_test]
        earlier = [f for f in same if f.order < score.order]
        near = [f for f in earlier if f.place.path == score.place.path] or earlier
        if not near and score.models:
            near = same[:1]
        return near[-1] if near else None

    def _all_unknown(self, models: Iterable[int]) -> bool:
        return all(
            self._record.models[i].family in {"unknown", "stored", "network"} for i in models
        )

    def _fits_of(self, model: int | None) -> list[Fit]:
        """Fits of a model; of one read from a file, those of the model whose weights it has."""
        found: list[Fit] = []
        seen: set[int] = set()
        while model is not None and model not in seen:
            seen.add(model)
            known = self._record.stored.get(model)
            written = self._record.files.model(*known) if known else None
            found += self._by_model.get(written.id if written is not None else model, [])
            model = self._record.weights.get(model)
        return found

    def _pair(self, score: Score) -> Pairing:
        fit = self.nearest(score)
        part = "fold" if score.folds else self.part(score)
        way = _relation(score, fit)
        return Pairing(
            score=self.score_event(score, part),
            fit=self.fit_event(fit) if fit else None,
            relation=way,
            part=part,
            selects=score.selects,
            chain=self.chain(score, fit),
            lost_at=score.place if way is Relation.UNKNOWN else None,
        )

    def part(self, score: Score) -> str:
        """What the author calls the scored rows; an official test split is one under any name."""
        kinds = {s.kind: side for p in ordered(score.rows) for s, side in p.path}
        if "official" in kinds and label_of(kinds["official"]) == TEST:
            return TEST
        if "fold" in kinds and kinds["fold"] == "held":
            return "fold"
        named = self._record.label(score.rows)
        if score.label == TEST and not score.implicit:
            return TEST
        if score.implicit and TEST in {named, score.label}:
            return VALIDATION  # what a trainer watches is no test, whatever it is called
        return named or score.label

    # Events ------------------------------------------------------------------------------

    def score_event(self, score: Score, part: str) -> Event:
        """The score as an event."""
        sure = bool(score.rows) and all(s.kind != "declared" for p in score.rows for s, _ in p.path)
        return Event(
            kind=EventKind.SCORE,
            name=score.name,
            place=score.place,
            family=_family(score),
            part=part,
            sure=sure,
            in_test=score.in_test,
            toy=score.toy,
        )

    def fit_event(self, fit: Fit) -> Event:
        """The fit as an event."""
        return Event(
            kind=EventKind.FIT,
            name=fit.name,
            place=fit.place,
            family=fit.family,
            part=self._record.label(fit.rows) or fit.label,
            sure=fit.family != "unknown",
            toy=fit.toy,
            in_test=fit.in_test,
        )

    def chain(self, score: Score, fit: Fit | None) -> tuple[Step, ...]:
        """Loaded here, split here, fitted here, scored here."""
        steps: list[Step] = []
        rows = score.rows or (fit.rows if fit else frozenset())
        for part in ordered(rows)[:2]:
            source = self._record.sources.get(part.source)
            if source is not None:
                steps.append(Step(place=source.place, text=_origin(source.key)))
            for split, side in part.path:
                place = self._record.splits.get(split)
                if place is not None:
                    word = (
                        self._record.labels.get((split, side)) or label_of_side(side) or "one part"
                    )
                    steps.append(Step(place=place, text=f"divided here; this is {word}"))
        if fit is not None:
            what = self._record.label(fit.rows) or fit.label
            on = f" on the {what} rows" if what else ""
            steps.append(Step(place=fit.place, text=f"{_short(fit.name)} fitted{on}"))
        steps.append(Step(place=score.place, text=f"{_short(score.name)} computed"))
        return tuple(dict.fromkeys(steps))

    # Leaks -------------------------------------------------------------------------------

    def leaks(self) -> list[LeakSite]:
        """Preprocessing, overlap and multi-test leaks that the pairs bear out."""
        found: dict[tuple[str, Place], LeakSite] = {}
        for score in self._record.scores:
            fit = self.nearest(score)
            if fit is None or score.loss:  # a loss watched in passing is too weak for a flag
                continue
            for leak in (*self._preprocessing(score, fit), *self._overlap(score, fit)):
                found.setdefault((leak.kind, leak.place), leak)
        scored = {place for _, place in found}
        for leak in (*self._unscored(scored), *self._only_seen(), *self._multi_test()):
            found.setdefault((leak.kind, leak.place), leak)
        return list(found.values())

    def _preprocessing(self, score: Score, fit: Fit) -> Iterable[LeakSite]:
        """Statistics in the training numbers that were computed on rows holding the scored ones."""
        if score.may or fit.may:
            return
        apart = score.folds or relation(score.rows, fit.rows) is Relation.DISJOINT
        if not apart or (score.implicit and (score.folds or self.part(score) != TEST)):
            return  # a trainer that watches itself on part of its training rows misleads nobody
        for seen in _in_order(fit.seen):
            if not _tells(seen):
                continue
            way = relation(score.rows, seen.rows)
            if way in _INSIDE:
                steps = (
                    Step(
                        place=seen.place, text=f"{_short(seen.name)} takes statistics of all rows"
                    ),
                    *self.chain(score, fit),
                )
                yield LeakSite(kind="preprocessing", place=seen.place, confidence=0.9, chain=steps)

    def _unscored(self, scored: set[Place]) -> Iterable[LeakSite]:
        """The same for predictions on test rows that nobody scores: a competition's test file."""
        for use in self._record.uses:
            fits = [f for f in self._fits_of(use.model) if f.order < use.order]
            if not fits or use.may or fits[-1].may:
                continue
            fit = fits[-1]
            if relation(use.rows, fit.rows) is not Relation.DISJOINT:
                continue
            if TEST not in {self._record.label(use.rows), use.label}:
                continue
            for seen in _in_order(fit.seen):
                inside = relation(use.rows, seen.rows) in _INSIDE
                if _tells(seen) and inside and seen.place not in scored:
                    what = (
                        f"{_short(seen.name)} takes statistics of training and test rows together"
                    )
                    steps = (
                        Step(place=seen.place, text=what),
                        Step(place=fit.place, text="fitted"),
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
        if score.may or fit.may or score.folds:
            return
        way = relation(score.rows, fit.rows)
        if way is Relation.DISJOINT:
            for copy in _in_order(fit.copied & score.copied):
                step = Step(
                    place=copy.place, text=f"{_short(copy.name)} copies rows before the split"
                )
                yield LeakSite(
                    kind="overlap",
                    place=copy.place,
                    confidence=0.9,
                    chain=(step, *self.chain(score, fit)),
                )
        elif way in _INSIDE | {Relation.SUPERSET} and self.part(score) in {TEST, VALIDATION}:
            yield LeakSite(
                kind="overlap", place=score.place, confidence=0.8, chain=self.chain(score, fit)
            )

    def _only_seen(self) -> Iterable[LeakSite]:
        """A file in which every score is on rows that the model was fitted on.

        A score on the training rows beside one on others is good practice and stays silent.
        """
        ways: dict[str, list[tuple[Score, Fit | None, Relation]]] = {}
        for score in self._record.scores:
            fit = self.nearest(score)
            way = _relation(score, fit)
            # A module's scores are only told apart from its importers' when it stands alone.
            group = "" if score.place.path in self._linked else score.place.path
            ways.setdefault(group, []).append((score, fit, way))
        for found in ways.values():
            if all(way in {Relation.SAME, Relation.SUBSET} for _, _, way in found):
                score, fit, _ = found[0]
                if fit is not None and not score.toy and not fit.unsupervised:
                    yield LeakSite(
                        kind="overlap",
                        place=score.place,
                        confidence=0.8,
                        chain=self.chain(score, fit),
                    )

    def _multi_test(self) -> Iterable[LeakSite]:
        """A choice made by the score on rows that are called test, here or where they count."""
        tested = {
            s.rows
            for s in self._record.scores
            if s.rows and not s.implicit and self.part(s) == TEST
        }
        for score in self._record.scores:
            if not score.selects or score.folds or score.loss:
                continue
            if self.part(score) == TEST or score.rows in tested:
                yield LeakSite(
                    kind="multi_test",
                    place=score.place,
                    confidence=0.8,
                    chain=self.chain(score, self.nearest(score)),
                )


def _relation(score: Score, fit: Fit | None) -> Relation:
    """How the scored rows lie to the fitted ones; a way that may be another's accuses nobody."""
    if score.folds:
        return Relation.DISJOINT
    if fit is None:
        return Relation.UNKNOWN
    way = relation(score.rows, fit.rows)
    if (score.may or fit.may) and way in _INSIDE | {Relation.SUPERSET}:
        return Relation.UNKNOWN
    return way


_RANK = {
    Relation.DISJOINT: 3,
    Relation.SAME: 2,
    Relation.SUBSET: 2,
    Relation.SUPERSET: 2,
    Relation.OVERLAP: 2,
    Relation.UNKNOWN: 1,
}


def _better(one: Pairing, other: Pairing) -> bool:
    return _RANK[one.relation] > _RANK[other.relation]


def _family(score: Score) -> str:
    if score.folds:
        return "folds"
    if score.implicit:
        kinds = {s.kind: side for p in ordered(score.rows) for s, side in p.path}
        return "official" if label_of(kinds.get("official", "")) == TEST else "implicit"
    return score.family


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


def _in_order(noted: AbstractSet[_Noted]) -> list[_Noted]:
    """Statistics or copies in reading order, which does not change from run to run."""
    return sorted(noted, key=lambda one: (one.place, one.name))


def _origin(key: str) -> str:
    """Where rows come from, as far as it is known."""
    return "data is read here" if key.startswith(LOST) else f"data comes from {key}"


def _short(name: str) -> str:
    return name.rpartition(".")[2]
