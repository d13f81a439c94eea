"""Calls of own functions and methods: what comes back is of the rows that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import EventKind, Relation

if TYPE_CHECKING:
    from tests.flow.conftest import Follow, Told

MOVED = """
    import torch
    from torch.utils.data import DataLoader
    from torchvision import datasets

    class Crates(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = torch.nn.Linear(8, 3)
            self.optimizer = torch.optim.SGD(self.parameters(), lr=0.1)

        def learn_from(self, loader):
            for x, y in loader:
                loss = torch.nn.functional.cross_entropy(self.network(x), y)
                loss.backward()
                self.optimizer.step()

        def check(self, loader):
            right = 0
            for x, y in loader:
                right += (self.network(x).argmax(1) == y).sum().item()
            print("accuracy", right / len(loader.dataset))

    model = Crates()
    model = model.to("cuda")
    model.learn_from(DataLoader(datasets.CIFAR10("d", train=True)))
    model.check(DataLoader(datasets.CIFAR10("d", train=False)))
"""


def test_a_network_that_is_moved_keeps_its_own_methods(told: Told) -> None:
    found = told(MOVED)
    assert found["fit"] == ["Linear:14"]
    assert found["scores"] == ["accuracy:20 disjoint test"]


MANY = """
    import pandas as pd
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC

    def cleaned(table):
        return table.dropna()

    days, later = train_test_split(pd.read_csv("d.csv"))
    {calls}
    model = SVC().fit(cleaned(days)[["x"]], cleaned(days)["y"])
    rest = cleaned(later)
    print(f1_score(rest["y"], model.predict(rest[["x"]])))
"""


@pytest.mark.parametrize("number", [1, 60])
def test_a_function_called_often_gives_the_rows_that_it_was_given(number: int, told: Told) -> None:
    calls = "; ".join(["cleaned(days)"] * number)
    assert told(MANY.format(calls=calls))["scores"] == ["f1_score:13 disjoint test"]


CHECKED = """
    import pandas as pd
    from sklearn.metrics import mean_absolute_error
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVR

    def validate_days(table, name):
        if table["x"].isna().any():
            raise ValueError(name)
        return table

    days = pd.read_csv("d.csv")
    train, test = train_test_split(days)
    train, test = validate_days(train, "train"), validate_days(test, "test")
    model = SVR().fit(train[["x"]], train["y"])
    print(mean_absolute_error(test["y"], model.predict(test[["x"]])))
"""


def test_a_check_of_a_table_is_no_score(told: Told) -> None:
    assert told(CHECKED)["scores"] == ["mean_absolute_error:15 disjoint test"]


BY_HAND = """
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import train_test_split

    class Line:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def predict(self, x):
            return self.w * x + self.b

    class Descent:
        def __init__(self, lr):
            self.lr = lr

        def step(self, line, dw, db):
            line.w -= self.lr * dw
            line.b -= self.lr * db

    def slopes(x, said, y):
        error = said - y
        return 2 * np.mean(error * x), 2 * np.mean(error)

    days = pd.read_csv("d.csv")
    x_train, x_test, y_train, y_test = train_test_split(days["x"], days["y"])
    rng = np.random.default_rng(0)
    line, descent = Line(rng.normal(), rng.normal()), Descent(0.1)
    for epoch in range(200):
        said = line.predict(x_train)
        dw, db = slopes(x_train, said, y_train)
        descent.step(line, dw, db)
    print(np.mean((line.predict(x_test) - y_test) ** 2))
"""


def test_an_optimizer_trains_the_model_that_it_moves(trace: Follow) -> None:
    found = trace(BY_HAND)
    assert {e.name for e in found.events if e.kind is EventKind.FIT} == {"Line"}
    assert found.pairings[-1].relation is Relation.DISJOINT
    assert found.leaks == ()


def test_the_slope_of_an_error_is_no_score(told: Told) -> None:
    alone = BY_HAND.replace(", 2 * np.mean(error)", ", 0.0")
    assert told(alone)["scores"] == ["error:32 disjoint test"]
