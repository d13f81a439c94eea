"""What the code read says about one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims.certainty import FITTED, otherwise
from heuristics.claims.naming import metric_named, names_in
from heuristics.claims.sightings import Sighting, used_in
from heuristics.claims.vocabulary import vocabulary_of
from heuristics.evaluation.held_out import FOLDS, HELD_OUT, VALIDATION, grade
from heuristics.training.trains_models import training_commands
from heuristics.unread import unreadable
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
_WANTED = {
    "test": (HELD_OUT,),
    "folds": (FOLDS,),
    "validation": (VALIDATION, HELD_OUT, FOLDS),
}
"""Gradings that bear out a figure of these rows."""
_SEARCHES = {"gridsearchcv", "randomizedsearchcv", "halvinggridsearchcv", "bayessearchcv"}
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
    statement: Statement,
    context: RepositoryContext,
    seen: Mapping[str, Sighting],
    beside: Beside,
) -> Answer:
    """Hold one statement against the code."""
    if statement.foreign:
        return Answer(ClaimState.UNCLEAR, reason="the sentence is not in English")
    contrary = otherwise(statement, context)
    if contrary is not None:
        return Answer(ClaimState.CONTRADICTED, contrary.places, contrary.reason)
    if statement.figure is not None:
        return _of_figure(statement, statement.figure, context, seen, beside)
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
    return Answer(ClaimState.NOT_FOUND)


def _of_figure(
    statement: Statement,
    figure: Figure,
    context: RepositoryContext,
    seen: Mapping[str, Sighting],
    beside: Beside,
) -> Answer:
    """Whether such a metric is computed on such rows; the value itself is never recomputed."""
    if figure.part == "train":
        return Answer(ClaimState.UNCLEAR, reason="a score of training rows, said to be one")
    graded = [
        (grade(pairing), pairing)
        for pairing in context.trace.pairings
        if not pairing.score.in_test and computes(pairing, figure.metric, context)
    ]
    if not graded:
        named = metric_named(_SAME[figure.metric], context.units)
        if named is not None:
            reason = f"{figure.metric} is named here; on which rows could not be followed"
            return Answer(ClaimState.UNCLEAR, ((named, reason),), reason)
        missing = _not_found(context)
        lost = context.verdict("evaluation").verdict == "unknown" or training_commands(context)
        if missing.state is ClaimState.NOT_FOUND and lost:
            reason = "scores of this code could not be followed"
            return Answer(ClaimState.UNCLEAR, reason=reason)
        return missing
    first = ((graded[0][1].score.place, f"{figure.metric} is computed here"),)
    models = _models(statement, context)
    if statement.sentence.cells and not models and not figure.of_whole:
        reason = f"{figure.metric} is computed; for what the row stands could not be told"
        return Answer(ClaimState.UNCLEAR, first, reason)
    graded = [(word, p) for word, p in graded if _may_be_of(p, models, context, seen, beside)]
    if not graded:
        reason = (
            f"{figure.metric} is computed, and not seen to be for {' or '.join(sorted(models))}"
        )
        return Answer(ClaimState.UNCLEAR, first, reason)
    for word in _WANTED.get(figure.part, (HELD_OUT, FOLDS, VALIDATION)):
        for found, pairing in graded:
            if found == word:
                note = f"{figure.metric} is computed {_ROWS[word]}"
                reason = f"{note}; its value was not recomputed"
                return Answer(ClaimState.SHOWN, ((pairing.score.place, note),), reason)
    reason = f"{figure.metric} is computed, and not seen to be on the rows that are claimed"
    return Answer(ClaimState.UNCLEAR, first, reason)


def _models(statement: Statement, context: RepositoryContext) -> set[str]:
    """Models that the sentence gives its figure for."""
    vocabulary = vocabulary_of(context.catalogue)
    return {
        subject
        for subject, _, _ in vocabulary.mentions(statement.sentence.text)
        if subject in FITTED or vocabulary.entries[subject].vendor
    }


def _may_be_of(
    pairing: Pairing,
    models: set[str],
    context: RepositoryContext,
    seen: Mapping[str, Sighting],
    beside: Beside,
) -> bool:
    """Whether a score may be that of the models a sentence names."""
    if not models:
        return True
    if not any(one in seen and seen[one].used for one in models):
        return False
    paths = {pairing.score.place.path}
    if pairing.fit is not None:
        paths.add(pairing.fit.place.path)
    near = set().union(*(beside.of(path) for path in paths))
    told = _told(pairing, context)
    if told and not _puts_in_models(pairing):
        return bool(told & models) and (len(told) > 1 or not _is_chosen(pairing, context))
    # A fit that does not tell its model: one of its files uses or names it, and no other.
    return bool(models & near) and (not models & FITTED or near & FITTED <= models)


def _told(pairing: Pairing, context: RepositoryContext) -> set[str]:
    """The models of a score by their subjects; several where a loop scores each of them."""
    vocabulary = vocabulary_of(context.catalogue)
    fitted = (pairing.fit.name,) if pairing.fit is not None else ()
    told: set[str] = set()
    for name in (*pairing.models, *fitted):
        told.update(vocabulary.calls.get(name.rpartition(".")[2], ()))
        told.update(vocabulary.modules.get(name.partition(".")[0], ()))
    return told & FITTED


def _puts_in_models(pairing: Pairing) -> bool:
    """Whether a search may try other models in place of a pipeline's last step."""
    fit = pairing.fit
    is_search = fit is not None and fit.family == "search"
    return is_search and any(name.endswith("Pipeline") for name in pairing.models)


def _is_chosen(pairing: Pairing, context: RepositoryContext) -> bool:
    """Whether another score has chosen among several models before: which one is not computed."""
    return any(
        other.selects and len(_told(other, context)) > 1
        for other in context.trace.pairings
        if other.score.place.path == pairing.score.place.path
    )


class Beside:
    """The models that each file uses or names, found when they are asked for."""

    def __init__(self, context: RepositoryContext) -> None:
        self._units = {unit.path: unit for unit in context.units}
        self._vocabulary = vocabulary_of(context.catalogue)
        self._found: dict[str, set[str]] = {}

    def of(self, path: str) -> set[str]:
        """Models by their subjects in the catalogue."""
        if path not in self._found:
            units = [self._units[path]] if path in self._units else []
            entries = self._vocabulary.entries
            models = {one for one in entries if one in FITTED or entries[one].vendor}
            named = names_in(units, models, self._vocabulary)
            self._found[path] = set(used_in(units, self._vocabulary)) | set(named)
        return self._found[path]


def computes(pairing: Pairing, metric: str, context: RepositoryContext) -> bool:
    """Whether a score is the metric, by its name; `score` of a regressor is R².

    What a cross-validation computes stands in its arguments.
    """
    name = pairing.score.name.rpartition(".")[2].lower()
    if name.startswith("cross_val") or name in _SEARCHES:
        return any(word in text for word in _SAME[metric] for text in _arguments(pairing, context))
    if name == "score":
        fitted = pairing.fit.name if pairing.fit is not None else ""
        regresses = any(word in fitted for word in _REGRESSORS)
        return metric == ("R²" if regresses else "accuracy") and pairing.fit is not None
    return any(word in name for word in _SAME[metric])


def _arguments(pairing: Pairing, context: RepositoryContext) -> list[str]:
    """Texts that the call of a score is given."""
    place = pairing.score.place
    name = pairing.score.name.rpartition(".")[2]
    return [
        text.lower()
        for unit in context.units
        if unit.path == place.path
        for call in unit.calls
        if call.place == place and call.name.rpartition(".")[2] == name
        for text in call.strings
    ]
