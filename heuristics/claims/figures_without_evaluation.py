"""Is a figure of quality given without a held-out evaluation behind it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heuristics.claims.certainty import read_in_full, scored_on_training_rows
from heuristics.claims.figures import figures
from heuristics.claims.language import OTHER, language_of
from heuristics.claims.prose import sentences
from heuristics.claims.statements import is_own_voice, readme_paths
from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heuristics.claims.figures import Figure

_PIECES = 4
_SURE = 0.8
_BEHIND = {
    "train_only": "the scores of the code read are of the rows that the model was trained on",
    "none": "no score of the trained model was found in the code read",
}


class FiguresWithoutEvaluation(Heuristic):
    """Sets the figures of READMEs beside the verdict about the evaluation."""

    id = "claims.figures-without-evaluation"
    question = "Is a figure of quality given without a held-out evaluation behind it?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    needs = ("training.trains-models", "evaluation.held-out")
    interview = "On which rows was this figure measured, and by which code?"
    would_change = "Code that computes the figure on rows which no fit has seen."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Present where the evaluation is known to be none, or on training rows alone."""
        given = list(_given(context))
        if not given:
            message = "No accuracy, F1 or other share of hits was found in the READMEs."
            return self._plain(Outcome.ABSENT, message)
        figure, place = given[0]
        verdict = context.verdict("evaluation")
        said = f"The README gives {figure.subject}"
        if _is_known(context):
            finding = self.finding(
                Outcome.PRESENT,
                f"{said}, and {_BEHIND[verdict.verdict]}.",
                confidence=verdict.confidence,
                evidence=[
                    *(
                        context.evidence(where, f"{one.subject} is given")
                        for one, where in given[:2]
                    ),
                    *verdict.evidence[:_PIECES],
                ],
            )
            return Judgement(findings=(finding,))
        if verdict.verdict in {"held_out", "cross_validation"}:
            return self._plain(
                Outcome.ABSENT, f"{said}; the code scores on rows that were not fitted on."
            )
        reason = {
            "validation_only": "the code scores on validation rows only",
            "not_applicable": "nothing is trained in the code read",
            "train_only": "scores on training rows were found, and others may stand in what was "
            "not followed",
            "none": "no score was found in the code read, and part of the tree was not read",
        }.get(verdict.verdict, verdict.reason or "the evaluation could not be followed")
        finding = self.finding(
            Outcome.UNCLEAR,
            f"{said}; {reason}, so that what stands behind it could not be told.",
            confidence=0.5,
            evidence=[context.evidence(place, f"{figure.subject} is given")],
            question=self.interview,
        )
        return Judgement(findings=(finding,))

    def _plain(self, outcome: Outcome, message: str) -> Judgement:
        return Judgement(findings=(self.finding(outcome, message, confidence=0.7),))


def _is_known(context: RepositoryContext) -> bool:
    """Whether all was read, and no score of the code is of rows that were kept out."""
    verdict = context.verdict("evaluation")
    if verdict.verdict == "train_only":
        return scored_on_training_rows(context) is not None
    return verdict.verdict == "none" and verdict.confidence >= _SURE and read_in_full(context)


def _given(context: RepositoryContext) -> Iterator[tuple[Figure, Place]]:
    """Figures that a reader takes for the quality of this work; those of training rows say so."""
    for path in readme_paths(context):
        text = context.texts[path]
        if language_of(text, context.catalogue) == OTHER:
            continue
        for sentence in sentences(text):
            given = figures(sentence)
            if not given or not is_own_voice(sentence):
                continue
            for figure in given:
                if figure.is_quality and figure.part != "train":
                    place = Place(path=path, line=sentence.line, end_line=sentence.line)
                    yield figure, place
