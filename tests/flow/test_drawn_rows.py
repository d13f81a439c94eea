"""Rows that an index takes and rows that it leaves: divided by hand, in many spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import Told

PROGRAM = """
    import random
    import numpy as np
    import pandas as pd
    from sklearn.metrics import f1_score
    from sklearn.svm import SVC
    d = pd.read_csv("d.csv")
    n = round(0.25 * len(d))
    i = {index}
    test = {test}
    train = {train}
    model = SVC().fit(train[["x"]], train["y"])
    print(f1_score(test["y"], model.predict(test[["x"]])))
"""


@pytest.mark.parametrize(
    ("index", "test", "train"),
    [
        ("random.sample(d.index.tolist(), k=n)", "d.loc[i]", "d.drop(i)"),
        ("random.sample(population=list(d.index), k=n)", "d.loc[i]", "d.drop(index=i)"),
        ("sorted(random.sample(list(d.index), n))", "d.loc[i]", "d.drop(labels=i)"),
        ("random.sample(range(len(d)), n)", "d.iloc[i]", "d.drop(i)"),
        ("np.random.choice(d.index, size=n, replace=False)", "d.loc[i]", "d.drop(i)"),
        ("np.random.choice(len(d), n, replace=False)", "d.iloc[i]", "d.drop(d.index[i])"),
        ("random.sample(list(d.index), n)", "d[d.index.isin(i)]", "d[~d.index.isin(i)]"),
        (
            "random.sample(range(len(d)), n)",
            "d.loc[i]",
            "d.loc[[k for k in range(len(d)) if k not in i]]",
        ),
        ("np.random.choice([True, False], len(d), p=[0.8, 0.2])", "d[~i]", "d[i]"),
        ("random.sample(list(d.index), len(d))", "d.loc[i[:n]]", "d.loc[i[n:]]"),
        ("somewhere(d)", "d.loc[i]", "d.drop(i)"),
        ("somewhere()", "d.loc[i]", "d.drop(i)"),
    ],
)
def test_what_is_taken_and_what_is_left_share_no_row(
    index: str, test: str, train: str, told: Told
) -> None:
    found = told(PROGRAM.format(index=index, test=test, train=train))
    assert found["scores"] == ["f1_score:12 disjoint test"]


@pytest.mark.parametrize(
    ("index", "test", "train"),
    [
        ("somewhere()", "d.iloc[i]", "d.drop(d.index[i])"),
        ("random.sample(list(d.index), n)", "d.loc[i]", "d.loc[~d.index.isin(i)]"),
        (
            "np.random.choice(len(d), n, replace=False)",
            "d.iloc[i]",
            "d.iloc[list(set(range(len(d))) - set(i))]",
        ),
        ("somewhere()", "d.loc[i]", "d.loc[other]"),
    ],
)
def test_where_it_cannot_be_told_nothing_is_said(
    index: str, test: str, train: str, told: Told
) -> None:
    found = told(PROGRAM.format(index=index, test=test, train=train))
    assert found["scores"] == ["f1_score:12 unknown test"]
    assert found["leaks"] == []


def test_columns_that_go_take_no_rows_along(told: Told) -> None:
    found = told(PROGRAM.format(index="['z']", test="d.drop(i, axis=1)", train="d.drop(columns=i)"))
    assert found["scores"] == ["f1_score:12 same test"]


FOLDS = """
    import pandas as pd
    from sklearn.svm import SVC
    d = pd.read_csv("d.csv")
    def part(folds):
        return d[d["fold"].isin(folds)]
    one, other = part([0, 1, 2]), part({other})
    print(SVC().fit(one[["x"]], one["y"]).score(other[["x"]], other["y"]))
"""


@pytest.mark.parametrize("other", ["[3]", "somewhere()"])
def test_folds_that_a_function_is_given_are_not_one_fold(other: str, told: Told) -> None:
    found = told(FOLDS.format(other=other))
    assert found["leaks"] == []
    assert "same" not in found["scores"][0]


OBJECTS = """
    import pandas as pd
    import torch
    from torch.utils.data import DataLoader, Dataset
    table = pd.read_csv("d.csv")
    class Rows(Dataset):
        def __init__(self, table, folds):
            self.table = table[table["fold"].isin(folds)]
        def __getitem__(self, i):
            return torch.tensor(self.table.iloc[i].values), 0
    net = torch.nn.Linear(4, 2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for x, y in DataLoader(Rows(table, [0, 1])):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    right = sum((net(x).argmax(1) == y).sum() for x, y in DataLoader(Rows(table, {other})))
    print(right / 9)
"""


@pytest.mark.parametrize("other", ["[2]", "elsewhere"])
def test_a_data_set_that_is_told_which_rows_to_take_is_not_the_whole(
    other: str, told: Told
) -> None:
    found = told(OBJECTS.format(other=other))
    assert found["leaks"] == []
    assert found["scores"]
    assert not any("same" in score for score in found["scores"])
