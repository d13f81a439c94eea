"""Plain names of metrics, whichever library computes them and however an own function is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.api import Event

OWN_SCORE = "own_score"
"""A function of the repository that compares predictions with labels under a name of its own."""
_PLAIN = {
    "acc": "accuracy",
    "classification_accuracy": "accuracy",
    "evaluate": "compiled_metrics",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_error": "mse",
    "mean_squared_log_error": "msle",
    "mean_squared_logarithmic_error": "msle",
    "predict_model": "automl_metrics",
    "r2score": "r2",
    "r_squared": "r2",
    "root_mean_squared_error": "rmse",
    "score": "default_score",
    "test": "test_step",
}
_KEEPS_SCORE = re.compile(r"(brier|silhouette|rand|mutual_info|v_measure|crps|nasa)")
"""Where `_score` belongs to the name."""
_VERBS = re.compile(r"^_*(?:(?:compute|calculate|calc|get|measure|plot|print|show|my)_)+")
_KIND = re.compile(
    r"^(binary|multi_?class|multi_?label)_(?=accuracy|f1|precision|recall|auc|auroc)"
)
"""Which task a metric object is made for: the task's business, not the metric's."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z])")
_METRIC = re.compile(
    r"(^|_)(accuracy|acc|precision|recall|f1|f_?beta|fscore|auc|roc|auroc|mse|rmse|rmsle|mae|mape|smape|r2|r_squared|"
    r"m?iou|jaccard|dice|psnr|ssim|bleu|rouge|wer|cer|map|mrr|ndcg|hits?|hit_?rate|log_?loss|loss|perplexity|confusion|"
    r"kappa|crps|pinball|error|score|calibration|correlation|likelihood|sensitivity|specificity|distance)(s?)($|_)"
)
_STEPS = re.compile(r"(^|_)(derivative|gradients?|grad|backward|prepare|plot_history)($|_)")
"""Words of functions that go on computing with an error instead of reporting it."""
_WRITTEN = {"own", "hand"}


def metric_name(score: Event) -> str:
    """The metric of a score, as in `roc_auc`; empty where a step of training only looks like one.

    `default_score` is what an estimator's own `score` gives, where it is not known whether it is a
    regressor; `own_score` what an own function computes whose name tells of no metric.
    """
    if score.family == "folds":
        return "cross_validation_score"
    name = _CAMEL.sub("_", score.name.rpartition(".")[2]).lower()
    name = _KIND.sub("", _VERBS.sub("", name) or name)
    if score.family in _WRITTEN:
        if _STEPS.search(name):
            return ""
        if not _METRIC.search(name):
            return OWN_SCORE
    if not _KEEPS_SCORE.search(name):
        name = name.removesuffix("_score") or name
    return _PLAIN.get(name, name)


_SPOKEN = {
    OWN_SCORE: "a score of its own",
    "automl_metrics": "the library's metrics",
    "compiled_metrics": "the metrics it was compiled with",
    "default_score": "the estimator's own score",
    "map": "mAP",
    "r2": "R²",
    "test_step": "its test step",
}
_SHORT = {
    *("auc", "auroc", "bleu", "cer", "crps", "f1", "iou", "mae", "mape", "mrr", "mse", "msle"),
    *("ndcg", "psnr", "rmse", "rmsle", "roc", "smape", "ssim", "wer"),
}
"""Abbreviations, which are spoken letter by letter."""


def metric_words(name: str) -> str:
    """The name as a sentence has it."""
    words = (word.upper() if word in _SHORT else word for word in name.split("_"))
    return _SPOKEN.get(name) or " ".join(words)
