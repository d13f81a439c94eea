"""Do the metrics suit the task?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.evaluation.metric_names import metric_words
from heuristics.techniques import Use, is_test, named, text_at, uses
from portfolio_scan.api import (
    CallFact,
    Heuristic,
    Judgement,
    Named,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMARK = "classes-unequal"
"""A text that speaks of imbalance: enough to credit other metrics, too little to ask for them."""
_ACCURACY = {"accuracy", "acc", "accuracy_score", "binary_accuracy", "Accuracy"}
_BEYOND = {
    "f1", "fbeta", "precision", "recall", "roc_auc", "average_precision", "confusion_matrix",
    "classification_report", "balanced_accuracy", "matthews_corrcoef", "cohen_kappa",
    "precision_recall_fscore_support", "roc_curve", "precision_recall_curve", "auc",
    "brier_score_loss", "classification_report_imbalanced", "geometric_mean",
    "multilabel_confusion_matrix",
}  # fmt: skip
"""Metrics, as evaluation.metrics names them, that tell the classes apart."""
_HINTS = re.compile(
    r"(?i)(?<![a-z])(?:f1|f_?beta|f_?score|precision|recall|auc|roc|auroc|auprc|mcc|map|dice|m?iou|"
    r"gini|lift|ks|tpr|fpr|tp|fp|fn)(?![a-z])|confusion|classification_?report|balanced_?acc|matthews|"
    r"kappa|sensitivit|specificit|average_?precision|brier|jaccard|log_?loss|g_?mean|per_?class|"
    r"f1_?score|roc_?auc|precision_?|recall_?|false_?(?:positive|negative)|true_?(?:positive|negative)"
)
"""Anything that could be a metric beside accuracy: where one is found, nothing is asked."""
_SQUARED = re.compile(
    r"loss\s*=\s*[\"'](?:mse|mae|mean_squared_error|mean_absolute_error|huber|log_?cosh)[\"']",
    re.IGNORECASE,
)
_WATCHED = re.compile(r"metrics\s*=\s*\[[^\]]*[\"'](?:accuracy|acc)[\"']")
_CLASSES = re.compile(r"(?i)softmax|sigmoid|to_categorical|one_?hot|tanh")
"""Signs that a squared loss is put on classes, where accuracy has a meaning."""
_RANKING = re.compile(
    r"(?i)(?:precision|recall|hits?|map|ndcg|mrr|hr)_?(?:at|@)?_?k(?![a-z])|ndcg|mean_?reciprocal|hit_?(?:rate|ratio)"
    r"|average_?precision|precision_?recall_?at|coverage|novelty|diversity|serendipity|roc_?auc|top_?\w*_?accuracy"
)
_RATING_ERRORS = {"surprise.accuracy.rmse", "surprise.accuracy.mae"}
_LONGEST = 200
_BY_HAND = {"hand", "own"}
"""Scores counted by hand may count each class as well, under any name."""
_LINES = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Concern:
    """A metric that answers another question than the task asks."""

    message: str
    note: str
    place: Place
    question: str


class MetricSuitability(Heuristic):
    """Accuracy alone on unequal classes, accuracy of numbers, errors of ratings."""

    id = "evaluation.metric-suitability"
    question = "Do the metrics suit the task?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    needs = (
        "training.trains-models",
        "evaluation.metrics",
        "originality.tutorial-project",
    )
    interview = "What would accuracy be here if the model always gave the most frequent answer?"
    would_change = "Recall, precision, AUC or a confusion matrix beside accuracy."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Speaks only where the task is shown by the code; else the question does not arise."""
        if context.verdict("trains").verdict != "yes":
            return self._silent("nothing is trained")
        beyond = [m for m in context.named.get("metrics", ()) if m.name in _BEYOND]
        if beyond:
            return self._told_apart(context, beyond)
        accuracy = _accuracy(context)
        # In this order: every line of the code is read for it.
        alone = accuracy if accuracy and not _other_scores(context, _HINTS) else None
        signs = [*_known_set(context), *uses(context, self.id)]
        firm = [s for s in signs if s.technique != _REMARK and _near(s, alone)]
        if firm and alone is not None:
            return self._alone(context, firm, alone)
        concern = _accuracy_of_numbers(context) or _errors_of_ratings(context)
        if concern is not None:
            return self._ask(context, concern)
        if alone is not None:
            return self._open(context, alone)
        return self._silent("no metric of classes was found alone")

    def _silent(self, reason: str) -> Judgement:
        message = f"The question does not arise: {reason}."
        return Judgement(findings=(self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.5),))

    def _told_apart(self, context: RepositoryContext, beyond: list[Named]) -> Judgement:
        signs = [*_known_set(context), *uses(context, self.id)]
        words = ", ".join(metric_words(one.name) for one in beyond[:4])
        computed = f"{words} {'are' if len(beyond) > 1 else 'is'} computed."
        message = f"The classes are told apart: {computed}"
        if signs:
            message = f"The code treats the classes as unequal, by {named(signs)}, and {computed}"
        finding = self.finding(
            Outcome.PRESENT,
            message,
            confidence=0.85,
            evidence=[
                *(one.evidence[0] for one in beyond[:4]),
                *(context.evidence(one.place, one.note) for one in signs[:2]),
            ],
            question="Which kind of error costs more here, and where is the threshold set?",
            polarity=Polarity.STRENGTH if signs else Polarity.NOTE,
        )
        return Judgement(findings=(finding,))

    def _alone(self, context: RepositoryContext, signs: list[Use], accuracy: Place) -> Judgement:
        finding = self.finding(
            Outcome.PRESENT,
            f"Accuracy is the only metric that was found, although the code treats the classes as "
            f"unequal, by {named(signs)}.",
            confidence=0.8,
            evidence=[
                context.evidence(accuracy, "accuracy is computed here"),
                *(context.evidence(one.place, one.note) for one in signs[:2]),
            ],
        )
        return Judgement(findings=(finding,))

    def _open(self, context: RepositoryContext, accuracy: Place) -> Judgement:
        """Accuracy alone: right for even classes, misleading for others."""
        data = context.verdict("tutorial").dataset or ""
        even = data in context.catalogue.table("even_classes")
        rest = (
            f"; the classes of the {data} data are about even."
            if even
            else ", and the code read does not show how even the classes are."
        )
        finding = self.finding(
            Outcome.ABSENT if even else Outcome.UNCLEAR,
            f"Accuracy is the only metric that was found{rest}",
            confidence=0.6,
            evidence=[context.evidence(accuracy, "accuracy is computed here")],
        )
        return Judgement(findings=(finding,))

    def _ask(self, context: RepositoryContext, concern: _Concern) -> Judgement:
        finding = self.finding(
            Outcome.PRESENT,
            concern.message,
            confidence=0.8,
            evidence=[context.evidence(concern.place, concern.note)],
            question=concern.question,
        )
        return Judgement(findings=(finding,))


def _known_set(context: RepositoryContext) -> Iterator[Use]:
    """A well-known data set of unequal classes, with the share of the rarer one."""
    tutorial = context.verdict("tutorial")
    fields = context.catalogue.table("unequal_classes").get(tutorial.dataset or "")
    if fields is None or not tutorial.evidence:
        return
    first = tutorial.evidence[0]
    place = Place(path=first.path, cell=first.cell, line=first.start_line, end_line=first.end_line)
    words = f"the {tutorial.dataset} data ({fields['share']} of the rows are in the rarer class)"
    yield Use(technique="known-set", words=words, place=place, note=words)


def _accuracy(context: RepositoryContext) -> Place | None:
    """The first place where accuracy, and no other kind of score, is sure to be computed."""
    for pairing in context.trace.pairings:
        score = pairing.score
        by_library = score.family not in _BY_HAND
        if score.name.rpartition(".")[2] in _ACCURACY and by_library and not score.in_test:
            return score.place
    return None


def _near(sign: Use, accuracy: Place | None) -> bool:
    """Whether both stand in one folder: several projects of a repository are told apart."""
    if accuracy is None or sign.technique == "known-set":
        return accuracy is not None
    return sign.place.path.rpartition("/")[0] == accuracy.path.rpartition("/")[0]


def _other_scores(context: RepositoryContext, pattern: re.Pattern[str]) -> bool:
    """Whether any name, text or line of the code matches."""
    return any(
        _mentions(unit, pattern) or pattern.search(_source(context, unit)) for unit in context.units
    )


def _source(context: RepositoryContext, unit: UnitFacts) -> str:
    """The lines of a file; asked for only where something is about to be said of them."""
    cells: tuple[int | None, ...] = tuple(cell for cell, _ in unit.order) or (None,)
    number = min(_LINES, unit.complexity.lines if unit.complexity else _LINES)
    pieces = []
    for cell in cells:
        for first in range(1, number + 1, 90):
            place = Place(path=unit.path, cell=cell, line=first, end_line=first + 89)
            if context.evidence(place).start_line < first:
                break
            pieces.append(text_at(context, place))
    return "\n".join(pieces)


def _mentions(unit: UnitFacts, pattern: re.Pattern[str]) -> bool:
    names = {call.name for call in unit.calls}
    names.update(keyword for call in unit.calls for keyword in call.keywords)
    names.update(one.name for one in unit.definitions)
    names.update(one.name or one.module for one in unit.imports)
    names.update(one.text for one in unit.strings if len(one.text) <= _LONGEST)
    return any(pattern.search(name) for name in names)


def _accuracy_of_numbers(context: RepositoryContext) -> _Concern | None:
    """Keras's accuracy watched while a squared loss is minimised, with no sign of classes."""
    for call in _calls(context):
        if not (call.name.endswith(".compile") and {"loss", "metrics"} <= set(call.keywords)):
            continue
        text = text_at(context, call.place)
        if not (_SQUARED.search(text) and _WATCHED.search(text)):
            continue
        if any(_mentions(unit, _CLASSES) for unit in context.units):
            return None
        return _Concern(
            message="Accuracy is watched while numbers are predicted; it counts exact matches, and "
            "says nothing about an error in numbers.",
            note="a squared or absolute loss beside accuracy",
            place=call.place,
            question="What does accuracy count when the target is a number?",
        )
    return None


def _errors_of_ratings(context: RepositoryContext) -> _Concern | None:
    """Surprise's rating errors, with no metric of what comes first in a list."""
    for call in _calls(context):
        if call.name not in _RATING_ERRORS:
            continue
        if _other_scores(context, _RANKING):
            return None
        return _Concern(
            message="Recommendations are scored by the error of ratings alone; a metric of the "
            "order in which items are shown was not found in the code read.",
            note="the error of ratings",
            place=call.place,
            question="How would you find out whether the right items come first?",
        )
    return None


def _calls(context: RepositoryContext) -> Iterator[CallFact]:
    for unit in context.units:
        if not is_test(unit.path):
            yield from unit.calls
