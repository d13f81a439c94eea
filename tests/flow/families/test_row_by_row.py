"""Learning row by row, and recommenders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "river, asked before it learns": (
        """
    from river import datasets, linear_model, metrics, preprocessing
    model = preprocessing.StandardScaler() | linear_model.LogisticRegression()
    metric = metrics.ROCAUC()
    for x, y in datasets.Phishing():
        metric.update(y, model.predict_proba_one(x))
        model.learn_one(x, y)
    print(metric)
        """,
        {
            "fit": ["LogisticRegression:6"],
            "scores": ["ROCAUC:5 disjoint fold"],
            "leaks": [],
        },
    ),
    "river, by its own function": (
        """
    from river import compose, datasets, evaluate, linear_model, metrics, preprocessing
    model = compose.Pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())
    evaluate.progressive_val_score(datasets.Phishing(), model, metrics.Accuracy())
        """,
        {
            "fit": ["Pipeline:3"],
            "scores": ["progressive_val_score:3 disjoint fold"],
            "leaks": [],
        },
    ),
    "river, asked about rows it has learnt": (
        """
    from river import linear_model, metrics, stream
    model, metric = linear_model.LogisticRegression(), metrics.Accuracy()
    for x, y in stream.iter_csv("loans.csv", target="late"):
        model.learn_one(x, y)
    for x, y in stream.iter_csv("loans.csv", target="late"):
        metric.update(y, model.predict_one(x))
        """,
        {
            "fit": ["LogisticRegression:4"],
            "scores": ["Accuracy:6 same"],
            "leaks": ["overlap:6"],
        },
    ),
    "surprise": (
        """
    from surprise import SVD, Dataset, accuracy
    from surprise.model_selection import cross_validate, train_test_split
    rows = Dataset.load_builtin("ml-100k")
    cross_validate(SVD(), rows, measures=["RMSE"], cv=5)
    train, test = train_test_split(rows, test_size=0.25)
    model = SVD()
    model.fit(train)
    print(accuracy.rmse(model.test(test)))
        """,
        {
            "fit": ["SVD:4", "SVD:7"],
            "scores": ["cross_validate:4 disjoint fold", "rmse:8 disjoint test"],
            "leaks": [],
        },
    ),
    "surprise, on its training rows": (
        """
    from surprise import Dataset, KNNBasic, accuracy
    train = Dataset.load_builtin("ml-100k").build_full_trainset()
    model = KNNBasic().fit(train)
    print(accuracy.rmse(model.test(train.build_testset())))
        """,
        {
            "fit": ["KNNBasic:3"],
            "scores": ["rmse:4 same train"],
            "leaks": ["overlap:4"],
        },
    ),
    "implicit and lightfm": (
        """
    import implicit
    from implicit.datasets.lastfm import get_lastfm
    from implicit.evaluation import precision_at_k, train_test_split
    from lightfm import LightFM
    from lightfm.datasets import fetch_movielens
    from lightfm.evaluation import auc_score
    singers, users, plays = get_lastfm()
    train, test = train_test_split(plays)
    model = implicit.als.AlternatingLeastSquares(factors=64)
    model.fit(train)
    print(precision_at_k(model, train, test))
    parts, other = fetch_movielens(min_rating=5.0), LightFM(loss="warp")
    other.fit(parts["train"], epochs=30)
    print(auc_score(other, parts["test"]).mean())
        """,
        {
            "fit": ["AlternatingLeastSquares:10", "LightFM:13"],
            "scores": ["auc_score:14 disjoint test", "precision_at_k:11 disjoint test"],
            "leaks": [],
        },
    ),
    "a hit rate by hand": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.neighbors import NearestNeighbors
    train, test = train_test_split(pd.read_csv("plays.csv"))
    model = NearestNeighbors().fit(train)
    def hit_rate(shown, wanted, k=10):
        return sum(w in s[:k] for s, w in zip(shown, wanted)) / len(wanted)
    print(hit_rate(model.kneighbors(test), test["song"]))
        """,
        {
            "fit": ["NearestNeighbors:5"],
            "scores": ["hit_rate:8 disjoint test"],
            "leaks": [],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
