"""Is the project a well-known exercise?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from heuristics.notes import merged_notes, sentence
from heuristics.originality.additions import additions
from heuristics.originality.exercise_signs import Index, Match, match
from portfolio_scan.api import (
    Evidence,
    Heuristic,
    Judgement,
    Likeness,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SURE = 3.0
"""Points for a yes: a loader or a file, or columns; a name alone gives one."""
_LIKE_ENOUGH = 0.5
"""Share of a file from which it counts as a course's or tutorial's."""
_SUBJECT_SIGNS = 3
_PIECES = 4
_NAMED = 6


class TutorialProject(Heuristic):
    """Recognises exercises by the data that code reads, never by the repository's name alone."""

    id = "originality.tutorial-project"
    version = 2
    question = "Is the project a well-known exercise?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    needs = ("evaluation.held-out", "production.deployment")
    interview = "What does your version do that the many published ones do not?"
    would_change = "Data that no course or competition for beginners hands out."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The exercise with most points, if its data is really used."""
        best = _best(context)
        if best is None:
            reason = "no known exercise was matched"
            verdict = Verdict(verdict="no", confidence=0.8, reason=reason)
            message = "No well-known exercise was matched."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.8)
            return Judgement(findings=(finding,), verdicts={"tutorial": verdict})
        evidence = _shown(context, merged_notes(best.evidence)[:_PIECES])
        doubt = _doubt(best, context)
        if doubt:
            return self._unclear(best, doubt, evidence)
        return self._yes(best, evidence, context)

    def _unclear(self, best: Match, doubt: str, evidence: tuple[Evidence, ...]) -> Judgement:
        verdict = Verdict(
            verdict="unknown", confidence=0.5, evidence=evidence, reason=doubt, dataset=best.key
        )
        finding = self.finding(Outcome.UNCLEAR, sentence(doubt), confidence=0.5, evidence=evidence)
        return Judgement(findings=(finding,), verdicts={"tutorial": verdict})

    def _yes(
        self, best: Match, evidence: tuple[Evidence, ...], context: RepositoryContext
    ) -> Judgement:
        kind = "course material" if best.course else "exercise"
        what = ", ".join(best.words[:_NAMED])
        confidence = min(0.97, 0.75 + best.points / 40)
        verdict = Verdict(
            verdict="yes",
            confidence=confidence,
            evidence=evidence,
            dataset=best.key,
            reason=f"the {best.key} {kind} was matched by {what}",
        )
        added = additions(context, _exercises(context).get(best.key, {}))
        beyond = ", ".join(one.words for one in added[:_NAMED])
        message = (
            f"Works on the well-known {best.key} {kind} (matched: {what}). "
            + (f"Beyond it, the code read holds {beyond}." if added else "")
        ).strip()
        pieces = _shown(context, [(one.place, f"added: {one.words}") for one in added[:_PIECES]])
        finding = self.finding(
            Outcome.PRESENT if evidence else Outcome.UNCLEAR,
            message,
            confidence=confidence,
            evidence=(*evidence, *pieces),
        )
        return Judgement(findings=(finding,), verdicts={"tutorial": verdict})


def _best(context: RepositoryContext) -> Match | None:
    index = Index(context)
    found = [match(key, fields, index) for key, fields in _exercises(context).items()]
    found = [one for one in found if not one.only_in_examples]
    copied = _copied(context)
    best = max((*found, *copied), key=lambda one: one.points, default=None)
    return best if best is not None and best.points >= _SURE else None


def _copied(context: RepositoryContext) -> list[Match]:
    """A course or published example that most of the code files stand in."""
    like = [
        one
        for one in context.likenesses
        if one.kind in {"course", "example"} and (one.share >= _LIKE_ENOUGH or one.exact)
    ]
    files = {unit.path for unit in context.units} | {one.path for one in context.likenesses}
    if not like or 2 * len(like) < len(files):
        return []
    first = like[0]
    title = re.sub(r"\W+", "-", first.source.lower()).strip("-")
    found = Match(title, course=first.kind == "course")
    words = f"{len(like)} of {len(files)} code files, which stand in {first.source} ({first.url})"
    found.add(5, words, *((Place(path=one.path), _likeness_note(one)) for one in like))
    return [found]


def _likeness_note(one: Likeness) -> str:
    return f"about {one.share:.0%} of it stands in {one.file} of {one.source}"


def _doubt(best: Match, context: RepositoryContext) -> str:
    """Why a match may be no exercise all the same; empty: nothing speaks for that."""
    if best.uncertain:
        return f"uses the {best.key} data, on which exercises and real work are both common"
    subject = _subject(context) if best.benchmark else ""
    if subject:
        return (
            f"uses the {best.key} data, and its subject is {subject}: research measures on this "
            "data as exercises do"
        )
    return ""


def _subject(context: RepositoryContext) -> str:
    """A subject of research that a file is named after and several other names speak of."""
    files = {unit.path.rpartition("/")[2].lower() for unit in context.units}
    names = set(files)
    for unit in context.units:
        names |= {definition.name.lower() for definition in unit.definitions}
        names |= {text.text.lower() for text in unit.strings}
    for subject, fields in sorted(context.catalogue.table("subjects").items()):
        words: Any = fields["words"]
        if not any(word in name for name in files for word in words):
            continue
        signs = [name for name in names if any(word in name for word in words)]
        if len(signs) >= _SUBJECT_SIGNS:
            return subject.replace("-", " ")
    return ""


def _exercises(context: RepositoryContext) -> Mapping[str, Mapping[str, Any]]:
    return context.catalogue.table("exercises")


def _shown(context: RepositoryContext, places: Iterable[tuple[Place, str]]) -> tuple[Evidence, ...]:
    return tuple(context.evidence(place, note) for place, note in places)
