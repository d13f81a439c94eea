"""Which metrics are computed?"""

from __future__ import annotations

from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Named,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

_NAMES = {
    "accuracy_score": "accuracy",
    "score": "accuracy",
    "acc": "accuracy",
    "Accuracy": "accuracy",
    "f1_score": "f1",
    "F1Score": "f1",
    "precision_score": "precision",
    "recall_score": "recall",
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "mean_absolute_error": "mae",
    "r2_score": "r2",
    "roc_auc_score": "roc_auc",
    "confusion_matrix": "confusion_matrix",
    "classification_report": "classification_report",
    "log_loss": "log_loss",
    "mean_absolute_percentage_error": "mape",
    "evaluate": "compiled_metrics",
    "loss": "loss",
}
_ENOUGH = 12


class Metrics(Heuristic):
    """Lists what the code computes about its models, by library or by hand."""

    id = "evaluation.metrics"
    question = "Which metrics are computed?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "Why this metric for this problem, and what would it hide?"
    would_change = "Other metrics computed on the model's predictions."

    def judge(self, context: RepositoryContext) -> Judgement:
        """One entry per metric, with the first place of each."""
        found: dict[str, Named] = {}
        for pairing in context.trace.pairings:
            name = _name(pairing.score.name, pairing.score.family)
            if name not in found and len(found) < _ENOUGH:
                evidence = context.evidence(pairing.score.place, f"{name} is computed here")
                found[name] = Named(name=name, evidence=(evidence,))
        metrics = tuple(found.values())
        if not metrics:
            return Judgement()
        words = ", ".join(m.name.replace("_", " ") for m in metrics)
        finding = self.finding(
            Outcome.PRESENT,
            f"Computes {words}.",
            confidence=0.9,
            evidence=[m.evidence[0] for m in metrics[:3]],
        )
        return Judgement(findings=(finding,), metrics=metrics)


def _name(name: str, family: str) -> str:
    """The metric's plain name; a search's own score by what it is."""
    if family == "folds":
        return "cross_validation_score"
    return _NAMES.get(name, name.rpartition(".")[2].lower())
