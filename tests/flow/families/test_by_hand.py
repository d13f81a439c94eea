"""Training and metrics written out by hand, and plots that score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "gradient descent": (
        """
    import numpy as np
    X, y = np.load("x.npy"), np.load("y.npy")
    theta, alpha = np.zeros(3), 0.1
    for turn in range(100):
        theta = theta - alpha * X.T.dot(X.dot(theta) - y)
        """,
        {
            "fit": ["gradient step:5"],
            "scores": [],
            "leaks": [],
        },
    ),
    "gradient descent of two at once": (
        """
    import numpy as np
    X, y = np.load("x.npy"), np.load("y.npy")
    for turn in range(100):
        w, b = w - learning_rate * dw, b - learning_rate * db
        """,
        {
            "fit": ["gradient step:4"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a layer of parameters in a dictionary": (
        """
    import numpy as np
    def update(parameters, slopes, learning_rate):
        for layer in range(len(parameters) // 2):
            key = "W" + str(layer)
            parameters[key] = parameters[key] - learning_rate * slopes["d" + key]
        return parameters
        """,
        {
            "fit": ["update:5"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a class of one's own": (
        """
    import numpy as np
    class Net:
        def train(self, X, y):
            for turn in range(10):
                self.weights += self.lr * np.dot(X.T, y)
        def predict(self, X):
            return X @ self.weights
    net = Net()
    net.train(np.load("x.npy"), np.load("y.npy"))
        """,
        {
            "fit": ["Net:5"],
            "scores": [],
            "leaks": [],
        },
    ),
    "counters": (
        """
    import torch
    from torch.utils.data import DataLoader, TensorDataset, random_split
    train, test = random_split(TensorDataset(torch.load("rows.csv")), [8, 2])
    model, criterion = torch.nn.Linear(2, 2), torch.nn.CrossEntropyLoss()
    for x, y in DataLoader(train):
        criterion(model(x), y).backward()
    total = right = 0
    for x, y in DataLoader(test):
        said = model(x).argmax(1)
        for number in range(len(said)):
            if said[number] == y[number]:
                right += 1
            total += 1
    print(right / total)
        """,
        {
            "fit": ["Linear:6"],
            "scores": ["accuracy:11 disjoint test"],
            "leaks": [],
        },
    ),
    "overlap of areas": (
        """
    import torch
    from torch.utils.data import DataLoader, TensorDataset, random_split
    train, test = random_split(TensorDataset(torch.load("rows.csv")), [8, 2])
    model, criterion = torch.nn.Linear(2, 2), torch.nn.CrossEntropyLoss()
    for x, y in DataLoader(train):
        criterion(model(x), y).backward()
    def iou(said, wanted):
        return (said & wanted).sum() / (said | wanted).sum()
    def dice_coefficient(said, wanted, smooth=1):
        both = (said * wanted).sum()
        return (2 * both + smooth) / (said.sum() + wanted.sum() + smooth)
    areas = []
    for x, y in DataLoader(test):
        said = model(x) > 0.5
        areas.append(iou(said, y))
        print(dice_coefficient(said, y))
        """,
        {
            "fit": ["Linear:6"],
            "scores": ["dice_coefficient:16 disjoint test", "iou:15 disjoint test"],
            "leaks": [],
        },
    ),
    "a function that evaluates": (
        """
    import torch
    from torch.utils.data import DataLoader, TensorDataset, random_split
    one, two = random_split(TensorDataset(torch.load("rows.csv")), [8, 2])
    model, criterion = torch.nn.Linear(2, 2), torch.nn.CrossEntropyLoss()
    def train(model, loader):
        for x, y in loader:
            criterion(model(x), y).backward()
    def eval_model(model, loader):
        hits = 0
        for x, y in loader:
            hits += (model(x).argmax(1) == y).sum().item()
        return hits / len(loader.dataset)
    train(model, DataLoader(one))
    print(eval_model(model, DataLoader(two)))
        """,
        {
            "fit": ["Linear:7"],
            "scores": ["accuracy:11 disjoint"],
            "leaks": [],
        },
    ),
    "means of matches and of differences": (
        """
    import numpy as np
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    X_train, X_test, y_train, y_test = train_test_split(np.load("x.npy"), np.load("y.npy"))
    said = SVC().fit(X_train, y_train).predict(X_test)
    print(np.mean(said == y_test), (said == y_test).mean(), sum(said == y_test) / len(y_test))
    print(np.sqrt(np.mean((said - y_test) ** 2)))
    print(sum(1 for s, t in zip(said, y_test) if s == t) / len(y_test))
        """,
        {
            "fit": ["SVC:5"],
            "scores": [
                "accuracy:6 disjoint test",
                "accuracy:8 disjoint test",
                "error:7 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "plots that score": (
        """
    import pandas as pd
    from sklearn.metrics import ConfusionMatrixDisplay
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    from yellowbrick.classifier import ROCAUC
    train, test = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(train[["a"]], train["late"])
    ConfusionMatrixDisplay.from_estimator(model, test[["a"]], test["late"])
    plot = ROCAUC(SVC())
    plot.fit(train[["a"]], train["late"])
    plot.score(test[["a"]], test["late"])
        """,
        {
            "fit": ["ROCAUC:10", "SVC:10", "SVC:7"],
            "scores": ["accuracy:11 disjoint test", "confusion_matrix:8 disjoint test"],
            "leaks": [],
        },
    ),
    "hits are counted by their place": (
        """
    import numpy as np
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    X, X_held, y, y_held = train_test_split(np.load("x.npy"), np.load("y.npy"))
    model = SVC().fit(X, y)
    said = model.predict(X_held)
    hits = 0
    for place in range(len(said)):
        if said[place] == 1 and y_held[place] == 1:
            hits += 1
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["confusion_matrix:9 disjoint test"],
            "leaks": [],
        },
    ),
    "hits are counted row by row": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    some, others = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(some[["a"]], some["late"])
    others["said"] = model.predict(others[["a"]])
    hits = 0
    for _, row in others.iterrows():
        if row["said"] == 1 and row["late"] == 1:
            hits += 1
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["confusion_matrix:9 disjoint test"],
            "leaks": [],
        },
    ),
    "columns of predictions and labels": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    some, others = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(some[["a"]], some["late"])
    others["said"] = model.predict(others[["a"]])
    print((others.said == others.late).mean())
    beside = pd.DataFrame({"one": model.predict(some[["a"]]), "two": some["late"]})
    print((beside["one"] == beside["two"]).mean())
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:7 disjoint test", "accuracy:9 same train"],
            "leaks": [],
        },
    ),
    "what a model says of one group is not compared": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    some, others = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(some[["a"]], some["late"])
    others["said"] = model.predict(others[["a"]])
    late = 0
    for _, row in others.iterrows():
        if row["said"] == 1:
            late += 1
        """,
        {
            "fit": ["SVC:5"],
            "scores": [],
            "leaks": [],
        },
    ),
    "predictions beside labels from another file": (
        """
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    some, others, late, later = train_test_split(np.load("x.npy"), np.load("y.npy"))
    model = SVC().fit(some, late)
    beside = pd.DataFrame({"is": later})
    beside["said"] = model.predict(others)
    print((beside["said"] == beside["is"]).mean())
        """,
        {
            "fit": ["SVC:6"],
            "scores": ["accuracy:9 disjoint test"],
            "leaks": [],
        },
    ),
    "a bound that scores chose cuts the answers": (
        """
    import numpy as np
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    rest, last, y_rest, y_last = train_test_split(np.load("x.npy"), np.load("y.npy"))
    some, other, y_some, y_other = train_test_split(rest, y_rest)
    model = SVC(probability=True).fit(some, y_some)
    edges = np.arange(0.1, 0.9, 0.1)
    reached = [f1_score(y_other, model.predict_proba(other)[:, 1] > edge) for edge in edges]
    chosen = 0.1 + 0.1 * np.argmax(reached)
    print(f1_score(y_last, model.predict_proba(last)[:, 1] > chosen))
        """,
        {
            "fit": ["SVC:7"],
            "scores": ["f1_score:11 disjoint test", "f1_score:9 disjoint test"],
            "leaks": [],
        },
    ),
    "a function sets the column of predictions": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    def note(table, said):
        table["said"] = said
    some, others = train_test_split(pd.read_csv("loans.csv"))
    model = SVC().fit(some[["a"]], some["late"])
    note(others, model.predict(others[["a"]]))
    print((others["said"] == others["late"]).mean())
        """,
        {
            "fit": ["SVC:7"],
            "scores": ["accuracy:9 disjoint test"],
            "leaks": [],
        },
    ),
    "distances are no scores": (
        """
    import pandas as pd
    from sklearn.cluster import KMeans
    from sklearn.metrics import pairwise_distances
    table = pd.read_csv("plays.csv")
    near = pairwise_distances(table, metric="cosine")
    KMeans().fit(near)
        """,
        {
            "fit": ["KMeans:6"],
            "scores": [],
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
