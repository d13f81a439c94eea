"""What the code read says about one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims.certainty import otherwise
from heuristics.claims.sightings import Sighting
from heuristics.evaluation.held_out import FOLDS, HELD_OUT, VALIDATION, grade
from heuristics.training.trains_models import unreadable
from portfolio_scan.api import ClaimState, Pairing, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heuristics.claims.figures import Figure
    from heuristics.claims.statements import Statement

_SAME: dict[str, tuple[str, ...]] = {
    "accuracy": ("accuracy", "acc", "score", "evaluate", "accuracy_score", "classification_report"),
    "balanced accuracy": ("balanced_accuracy",),
    "precision": ("precision", "classification_report"),
    "recall": ("recall", "classification_report"),
    "specificity": ("specificity",),
    "F1": ("f1", "classification_report", "f_score", "fbeta", "seqeval"),
    "AUC": ("auc", "roc"),
    "R²": ("r2", "r_squared", "rsquared", "score"),
    "RMSE": ("rmse", "mean_squared_error", "root_mean_squared_error", "mse"),
    "MAE": ("mae", "mean_absolute_error"),
    "MAPE": ("mape", "mean_absolute_percentage_error"),
    "MSE": ("mse", "mean_squared_error"),
    "IoU": ("iou", "jaccard"),
    "Dice": ("dice",),
    "mAP": ("map", "average_precision"),
    "BLEU": ("bleu",),
    "ROUGE": ("rouge",),
    "WER": ("wer",),
    "PSNR": ("psnr",),
    "SSIM": ("ssim",),
    "kappa": ("kappa",),
    "MCC": ("matthews", "mcc"),
}
"""Names under which code computes a metric; a part of the name is enough."""
_REGRESSORS = ("Regress", "SVR", "Ridge", "Lasso", "ElasticNet")
_ROWS = {
    HELD_OUT: "on rows kept out of the fit",
    FOLDS: "by cross-validation",
    VALIDATION: "on validation rows",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A state with the code that gives it."""

    state: ClaimState
    places: tuple[tuple[Place, str], ...] = ()
    reason: str = ""


def answer(
    statement: Statement, context: RepositoryContext, seen: Mapping[str, Sighting]
) -> Answer:
    """Hold one statement against the code."""
    if statement.foreign:
        return Answer(ClaimState.UNCLEAR, reason="the sentence is not in English")
    contrary = otherwise(statement, context)
    if contrary is not None:
        return Answer(ClaimState.CONTRADICTED, contrary.places, contrary.reason)
    if statement.figure is not None:
        return _of_figure(statement.figure, context)
    if statement.subject == "no leakage":
        return Answer(ClaimState.UNCLEAR, reason="code can show a leak, never that there is none")
    if statement.subject == "own data":
        return Answer(ClaimState.UNCLEAR, reason="code does not tell where data are from")
    sighting = seen.get(statement.subject)
    if sighting is not None and sighting.used:
        return Answer(ClaimState.SHOWN, ((sighting.place, sighting.note),), sighting.note)
    if sighting is not None:
        return Answer(ClaimState.UNCLEAR, ((sighting.place, sighting.note),), sighting.note)
    return _not_found(context)


def _not_found(context: RepositoryContext) -> Answer:
    if not context.units:
        return Answer(ClaimState.UNCLEAR, reason="there is no Python code to hold it against")
    reason = unreadable(context)
    if reason:
        return Answer(ClaimState.UNCLEAR, reason=reason)
    return Answer(ClaimState.NOT_FOUND, reason="not found in the code read")


def _of_figure(figure: Figure, context: RepositoryContext) -> Answer:
    """Whether such a metric is computed on such rows; the value itself is never recomputed."""
    wanted = {
        "test": (HELD_OUT,),
        "folds": (FOLDS,),
        "validation": (VALIDATION, HELD_OUT, FOLDS),
    }.get(figure.part, (HELD_OUT, FOLDS, VALIDATION))
    if figure.part == "train":
        return Answer(ClaimState.UNCLEAR, reason="a score of training rows, said to be one")
    graded = [
        (grade(pairing), pairing)
        for pairing in context.trace.pairings
        if not pairing.score.in_test and computes(pairing, figure.metric)
    ]
    for word in wanted:
        for found, pairing in graded:
            if found == word:
                note = f"{figure.metric} is computed {_ROWS[word]}"
                reason = f"{note}; its value was not recomputed"
                return Answer(ClaimState.SHOWN, ((pairing.score.place, note),), reason)
    if graded:
        places = ((graded[0][1].score.place, f"{figure.metric} is computed here"),)
        reason = f"{figure.metric} is computed, and not seen to be on the rows that are claimed"
        return Answer(ClaimState.UNCLEAR, places, reason)
    missing = _not_found(context)
    if missing.state is ClaimState.NOT_FOUND and context.verdict("evaluation").verdict == "unknown":
        return Answer(ClaimState.UNCLEAR, reason="scores of this code could not be followed")
    return missing


def computes(pairing: Pairing, metric: str) -> bool:
    """Whether a score is the metric, by its name; `score` of a regressor is R²."""
    name = pairing.score.name.rpartition(".")[2].lower()
    if name == "score":
        fitted = pairing.fit.name if pairing.fit is not None else ""
        regresses = any(word in fitted for word in _REGRESSORS)
        return metric == ("R²" if regresses else "accuracy") and pairing.fit is not None
    return any(word in name for word in _SAME[metric])


