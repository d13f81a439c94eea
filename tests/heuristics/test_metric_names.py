"""Metrics have one plain name, whoever computes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heuristics.evaluation.metric_names import metric_name, metric_words
from portfolio_scan.api import Event, EventKind, Place

if TYPE_CHECKING:
    from collections.abc import Callable


def score(name: str, family: str) -> Event:
    """A score by its name and family."""
    place = Place(path="a.py", line=1, end_line=1)
    return Event(kind=EventKind.SCORE, name=name, place=place, family=family)


@pytest.mark.parametrize(
    ("name", "family", "plain"),
    [
        ("accuracy_score", "library", "accuracy"),
        ("BinaryF1Score", "library", "f1"),
        ("MeanAbsolutePercentageError", "library", "mape"),
        ("mAP", "implicit", "map"),
        ("roc_auc_score", "library", "roc_auc"),
        ("brier_score_loss", "library", "brier_score_loss"),
        ("adjusted_rand_score", "library", "adjusted_rand_score"),
        ("sklearn.model_selection.GridSearchCV", "folds", "cross_validation_score"),
        ("calculateRMSE", "own", "rmse"),
        ("compute_accuracy", "own", "accuracy"),
        ("r2_score", "library", "r2"),
        ("truncate_test", "own", "own_score"),
        ("error_derivative", "own", ""),
        ("mse_gradients", "hand", ""),
    ],
)
def test_plain_name(name: str, family: str, plain: str) -> None:
    assert metric_name(score(name, family)) == plain


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own_score", "a score of its own"),
        ("default_score", "the estimator's own score"),
        ("roc_auc", "ROC AUC"),
    ],
)
def test_words(name: str, words: str) -> None:
    assert metric_words(name) == words


@pytest.mark.parametrize(
    ("made", "metric"),
    [
        ("ensemble.RandomForestRegressor()", "r2"),
        ("linear_model.Ridge()", "r2"),
        ("linear_model.LogisticRegression()", "accuracy"),
        ("pipeline.make_pipeline(preprocessing.StandardScaler(), svm.SVR())", "r2"),
        ("model_selection.GridSearchCV(tree.DecisionTreeClassifier(), {})", "accuracy"),
        ("mixture.GaussianMixture()", "default_score"),
    ],
)
def test_score_of_an_estimator(
    made: str, metric: str, tmp_path: Path, scan: Callable[[Path], object]
) -> None:
    library = made.partition(".")[0]
    (tmp_path / "train.py").write_text(
        f"from sklearn import {library}, model_selection, preprocessing, svm, tree\n"
        "import pandas as pd\n"
        'days = pd.read_csv("days.csv")\n'
        'x, z, y, w = model_selection.train_test_split(days[["a"]], days["b"])\n'
        f"model = {made}\n"
        "model.fit(x, y)\n"
        "print(model.score(z, w))\n"
    )
    (repository,) = scan(tmp_path).repositories  # type: ignore[attr-defined]
    assert metric in [named.name for named in repository.assessment.metrics]
