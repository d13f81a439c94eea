"""Pairing: each score with the nearest fit of the same model, and what that says of leaks."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from portfolio_scan.flow.marks import Copied, Seen
from portfolio_scan.flow.rows import (
    LOST,
    NAMED,
    TEST,
    VALIDATION,
    Rows,
    label_of,
    label_of_side,
    ordered,
    relation,
)
from portfolio_scan.model import (
    Event,
    EventKind,
    Pairing,
    Place,
    Relation,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from portfolio_scan.flow.record import Fit, Record, Score, Use

_Noted = TypeVar("_Noted", Copied, Seen)
_SHOWN = 2
"""Sources and transformers that a chain names; more are noise to a reader."""
INSIDE = {Relation.SAME, Relation.SUBSET, Relation.OVERLAP}


class Pairer:
    """Reads one record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._by_model: dict[int, list[Fit]] = {}
        for fit in record.fits:
            if fit.model is not None:
                self._by_model.setdefault(fit.model, []).append(fit)
        self._asked: dict[int, list[Use]] = {}
        for use in record.uses:
            self._asked.setdefault(use.model, []).append(use)
        self._fits: dict[tuple[bool, str], list[Fit]] = {}
        """In program order: those of a test suite apart; by path, and all of them under ``""``."""
        for fit in record.fits:
            for path in (fit.place.path, ""):
                self._fits.setdefault((fit.in_test, path), []).append(fit)

    def pairings(self) -> list[Pairing]:
        """One pairing per score and place, in program order."""
        found: dict[tuple[str, Place, str], Pairing] = {}
        models: dict[tuple[str, Place, str], dict[str, None]] = {}
        for score in self._record.scores:
            pairing = self._pair(score)
            key = (score.name, score.place, pairing.part)
            known = found.get(key)
            if known is None or _better(pairing, known):
                found[key] = pairing
            models.setdefault(key, {}).update(dict.fromkeys(self._names(score)))
        return [replace(one, models=tuple(models[key])) for key, one in found.items()]

    def contrasts(self) -> list[Pairing]:
        """Answers beside the true values, and how their rows lie to those of the nearest fit.

        A loss whose rows were lost is taken for that of the training.
        """
        found: dict[tuple[Place, Relation], Pairing] = {}
        for one in self._record.contrasts.values():
            lost = not one.rows or any(p.source.startswith((LOST, NAMED)) for p in one.rows)
            if one.in_test or (one.loss and lost):
                continue
            way = self.relation(one, self.nearest(one))
            event = self.score_event(one, one.label)
            found[one.place, way] = Pairing(score=event, fit=None, relation=way, part=one.label)
        return list(found.values())

    def _names(self, score: Score) -> Iterator[str]:
        """Names of the models that a score is of, and of what they are made of."""
        todo = [self._record.models[number] for number in sorted(score.models)]
        seen = set()
        while todo:
            model = todo.pop(0)
            if model.id not in seen:
                seen.add(model.id)
                yield model.name
                todo += model.inner

    def nearest(self, score: Score) -> Fit | None:
        """The last fit of the scored model before the score; else the last fit at all."""
        own = [f for i in score.models for f in self.fits_of(i)]
        before = [f for f in own if f.order < score.order]
        if before:
            return max(before, key=lambda f: f.order)
        if own:
            return min(own, key=lambda f: f.order)
        if score.models and not self._all_unknown(score.models):
            return None
        for path in (score.place.path, ""):
            among = self._fits.get((score.in_test, path), ())
            earlier = bisect_left(among, score.order, key=lambda fit: fit.order)
            if earlier:
                return among[earlier - 1]
        among = self._fits.get((score.in_test, ""), ())
        return among[0] if among and score.models else None

    def _all_unknown(self, models: Iterable[int]) -> bool:
        return all(
            self._record.models[i].family in {"unknown", "stored", "network"} for i in models
        )

    def relation(self, score: Score, fit: Fit | None) -> Relation:
        """How scored rows lie to fitted ones; what may be another's accuses nobody."""
        if score.folds:
            return Relation.DISJOINT
        if fit is None:
            return Relation.UNKNOWN
        way = relation(score.rows, fit.rows)
        # A score of nothing that is seen to be a model's answer may be of anything: a guess of
        # yesterday's value, answers that were put in a table fold by fold.
        guessed = not any(fit in self.fits_of(i) for i in score.models)
        doubtful = score.may or fit.may or guessed or _named_apart(score, fit)
        return Relation.UNKNOWN if doubtful and way is not Relation.DISJOINT else way

    def fits_of(self, model: int | None) -> list[Fit]:
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
        way = self.relation(score, fit)
        return Pairing(
            score=self.score_event(score, part),
            fit=self.fit_event(fit) if fit else None,
            relation=way,
            part=part,
            selects=score.selects,
            chain=self.chain(score, fit),
            lost_at=self._lost_at(score, fit) if way is Relation.UNKNOWN else None,
        )

    def _lost_at(self, score: Score, fit: Fit | None) -> Place:
        """Where the trail of the scored rows, or of the fitted ones, ends."""
        for side in (score, fit):
            if side is None or side.rows:
                continue
            return side.lost or side.place
        for part in ordered(score.rows | (fit.rows if fit else frozenset())):
            place = self._record.met(part.source, score.place.path)
            if part.source.startswith((LOST, NAMED)) and place is not None:
                return place
        return score.place

    def part(self, score: Score) -> str:
        """What the author calls the scored rows; an official test split is one under any name."""
        kinds = {s.kind: side for p in ordered(score.rows) for s, side in p.path}
        if "official" in kinds and label_of(kinds["official"]) == TEST:
            return TEST
        if kinds.get("fold") == "held" and self._leaves_fold_out(score):
            return "fold"
        named = self._record.label(score.rows)
        if score.label == TEST and not score.implicit:
            return TEST
        if score.implicit and TEST in {named, score.label}:
            return VALIDATION  # what a trainer watches is no test, whatever it is called
        return named or score.label

    def _leaves_fold_out(self, score: Score) -> bool:
        """Whether the fold is what was kept from the fit, and not a group that both lie in."""
        fit = self.nearest(score)
        groups = {
            (split, side)
            for part in score.rows
            for split, side in part.path
            if split.kind == "fold" and split.place is None  # made by a condition on a column
        }
        return fit is None or not fit.rows or not all(groups & set(p.path) for p in fit.rows)

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
        """Loaded here, divided here, scaled and fitted here, predicted here, scored here."""
        steps = self._way_of_rows(score, fit)
        if fit is not None:
            on = _on(self._record.label(fit.rows) or fit.label)
            scaled = [s for s in in_order(fit.seen) if s.kind == "transform" and not s.target]
            for seen in scaled[:_SHOWN]:
                rows = _on(self._record.label(seen.rows))
                steps.append(Step(place=seen.place, text=f"{short(seen.name)} fitted{rows}"))
            steps.append(Step(place=fit.place, text=f"{short(fit.name)} fitted{on}"))
        answer = self._answer(score)
        if answer is not None:
            rows = self._record.label(score.rows) or score.label
            steps.append(
                Step(place=answer.place, text=f"predicts {f'the {rows}' if rows else 'these'} rows")
            )
        steps.append(Step(place=score.place, text=f"{short(score.name)} computed"))
        return tuple(dict.fromkeys(steps))

    def judged(self) -> Iterator[tuple[Score, Fit]]:
        """Scores on rows apart from those of their fit: what a leak would spoil."""
        for score in self._record.scores:
            fit = self.nearest(score)
            if fit is None or fit.unsupervised or score.loss or score.may or fit.may:
                continue
            if self.relation(score, fit) is Relation.DISJOINT:
                yield score, fit

    def _way_of_rows(self, score: Score, fit: Fit | None) -> list[Step]:
        """Where the scored rows come from and how they were divided.

        Where another division chose what was fitted, that one follows.
        """
        fitted = fit.rows if fit else frozenset()
        steps = self._divisions(score.rows or fitted, score, fit)
        if relation(score.rows, fitted) is Relation.OVERLAP:
            steps += self._divisions(fitted, score, fit)
        return steps

    def _divisions(self, rows: Rows, score: Score, fit: Fit | None) -> list[Step]:
        steps: list[Step] = []
        paths = [score.place.path, *([fit.place.path] if fit else [])]
        for part in ordered(rows)[:_SHOWN]:
            source = self._record.met(part.source, *paths)
            if source is not None:
                steps.append(Step(place=source, text=_origin(part.source), loads=True))
            for number, (split, side) in enumerate(part.path, start=1):
                place = self._record.met(split, *paths)
                word = self._record.labels.get((split, side)) or label_of_side(side)
                # A filter on the way tells nobody anything: what has a name does, and the last.
                if place is not None and (word or number == len(part.path)):
                    # What is read in parts, or under a part's name, is not divided by that line.
                    done = "read as" if place == source else "divided here; this is"
                    text = f"{done} {word or 'one part'}"
                    steps.append(Step(place=place, text=text))
        return steps

    def _answer(self, score: Score) -> Use | None:
        """Where the model was asked about the scored rows, if that is another line."""
        asked = [
            use
            for model in sorted(score.models)
            for use in self._asked.get(model, ())
            if use.rows == score.rows and use.order < score.order
        ]
        return asked[-1] if asked and asked[-1].place != score.place else None


def crossing(step: Step, chain: tuple[Step, ...], after: Place | None = None) -> tuple[Step, ...]:
    """A chain with the step where information crosses: once the data is read, or after a place."""
    rest = [one for one in chain if one.place != step.place]
    at = next((n for n, one in enumerate(rest) if not one.loads), len(rest))
    at = next((n for n, one in enumerate(rest, start=1) if one.place == after), at)
    return (*rest[:at], step, *rest[at:])


def _named_apart(score: Score, fit: Fit) -> bool:
    """Rows of a file that was lost, which the author calls one part here and another there."""
    lost = any(part.source.startswith(LOST) or "…" in part.source for part in score.rows | fit.rows)
    return lost and bool(score.label and fit.label) and score.label != fit.label


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


def in_order(noted: AbstractSet[_Noted]) -> list[_Noted]:
    """Statistics or copies in reading order, which does not change from run to run."""
    return sorted(noted, key=lambda one: (one.place, one.name))


def _on(part: str) -> str:
    return f" on the {part} rows" if part else ""


def _origin(key: str) -> str:
    """Where rows come from, as far as it is known."""
    return "data is read here" if key.startswith(LOST) else f"data comes from {key}"


def short(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]
