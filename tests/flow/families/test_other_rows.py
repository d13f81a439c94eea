"""Rows that look alike and are others, and scores that accuse nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "a forecast, compared with the whole series": (
        """
    from darts.datasets import AirPassengersDataset
    from darts.metrics import mape
    from darts.models import Theta
    series = AirPassengersDataset().load()
    model = Theta()
    model.fit(series[:-36])
    print(mape(series, model.predict(36)))
        """,
        {
            "fit": ["Theta:6"],
            "scores": ["mape:7 unknown"],
            "leaks": [],
        },
    ),
    "a forecast of statsmodels, lined up with the whole series": (
        """
    import pandas as pd
    from statsmodels.tsa.arima.model import ARIMA
    riders = pd.read_csv("riders.csv", index_col=0)["riders"]
    said = ARIMA(riders[:-12], order=(1, 1, 1)).fit().get_forecast(12)
    print(((said.predicted_mean - riders) ** 2).mean())
        """,
        {
            "fit": ["ARIMA:4"],
            "scores": ["error:5 unknown"],
            "leaks": [],
        },
    ),
    "a function that draws, called twice": (
        """
    import numpy as np
    from sklearn.metrics import accuracy_score
    from sklearn.svm import SVC
    def draw(seed):
        np.random.seed(seed)
        points = np.random.choice([0, 1], size=100)
        return points, points * 2
    X_train, y_train = draw(1)
    X_test, y_test = draw(2)
    model = SVC().fit(X_train, y_train)
    print(accuracy_score(y_test, model.predict(X_test)))
        """,
        {
            "fit": ["SVC:10"],
            "scores": ["accuracy_score:11 unknown test"],
            "leaks": [],
        },
    ),
    "numbers drawn at two places": (
        """
    import numpy as np
    from sklearn.svm import SVC
    a = np.random.rand(90, 2)
    b = np.random.rand(30, 2)
    print(SVC().fit(a, a).score(b, b))
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:5 unknown"],
            "leaks": [],
        },
    ),
    "two files of one format": (
        """
    from sklearn.datasets import load_svmlight_file
    from sklearn.svm import SVC
    X, y = load_svmlight_file("leaves.txt.train")
    X_test, y_test = load_svmlight_file("leaves.txt.test")
    print(SVC().fit(X, y).score(X_test, y_test))
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:5 disjoint test"],
            "leaks": [],
        },
    ),
    "a dictionary filled under keys that are not known": (
        """
    from datasets import DatasetDict, concatenate_datasets, load_dataset
    from sklearn.svm import SVC
    one, two, parts = load_dataset("letters"), load_dataset("notes"), DatasetDict()
    for part in one.keys():
        parts[part] = concatenate_datasets([one[part], two[part]])
    print(SVC().fit(parts["train"], y).score(parts["validation"], y))
        """,
        {
            "fit": ["SVC:6"],
            "scores": ["accuracy:6 unknown"],
            "leaks": [],
        },
    ),
    "outliers found without labels, compared with them": (
        """
    import pandas as pd
    from sklearn.ensemble import IsolationForest
    from sklearn.metrics import f1_score
    loans = pd.read_csv("loans.csv")
    said = IsolationForest().fit(loans[["a"]]).predict(loans[["a"]])
    print(f1_score(loans["fraud"], said))
        """,
        {
            "fit": ["IsolationForest:5"],
            "scores": ["f1_score:6 same"],
            "leaks": [],
        },
    ),
    "groups compared with groups": (
        """
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score
    visitors = pd.read_csv("visitors.csv")
    print(adjusted_rand_score(visitors["group"], KMeans().fit_predict(visitors[["age"]])))
        """,
        {
            "fit": ["KMeans:5"],
            "scores": ["adjusted_rand_score:5 same"],
            "leaks": [],
        },
    ),
    "parts by a library's constants": (
        """
    import tensorflow_datasets as tfds
    from sklearn.svm import SVC
    a = tfds.load("letters", split=tfds.Split.TRAIN)
    b = tfds.load("letters", split=tfds.Split.TEST)
    print(SVC().fit(a, a).score(b, b))
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:5 disjoint test"],
            "leaks": [],
        },
    ),
    "parts that were lost": (
        """
    from datasets import load_dataset
    from sklearn.svm import SVC
    a, b = load_dataset("letters", split=one), load_dataset("letters", split=other)
    print(SVC().fit(a, a).score(b, b))
        """,
        {
            "fit": ["SVC:4"],
            "scores": ["accuracy:4 unknown"],
            "leaks": [],
        },
    ),
    "asked about known customers, compared with what they bought later": (
        """
    import pandas as pd
    from implicit.als import AlternatingLeastSquares
    from recommenders.evaluation.python_evaluation import ndcg_at_k
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("sales.csv"))
    model = AlternatingLeastSquares()
    model.fit(train)
    print(ndcg_at_k(test, model.recommend(train)))
        """,
        {
            "fit": ["AlternatingLeastSquares:7"],
            "scores": ["ndcg_at_k:8 disjoint test"],
            "leaks": [],
        },
    ),
    "answers, put on another scale": (
        """
    import pandas as pd
    from sklearn.metrics import log_loss
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import minmax_scale
    from sklearn.svm import SVC
    train, test = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(train[["a"]], train["late"])
    print(log_loss(test["late"], minmax_scale(model.decision_function(test[["a"]]))))
        """,
        {
            "fit": ["SVC:7"],
            "scores": ["log_loss:8 disjoint test"],
            "leaks": [],
        },
    ),
    "a function that is given two lists of files": (
        """
    import tensorflow as tf
    def rows(files):
        return tf.data.Dataset.list_files(files).shuffle(9)
    a, b = rows(["a.csv", "b.csv"]), rows(["c.csv", "d.csv"])
    model = tf.keras.Sequential([])
    model.fit(a)
    print(model.evaluate(b))
        """,
        {
            "fit": ["Sequential:6"],
            "scores": ["evaluate:7 unknown"],
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
