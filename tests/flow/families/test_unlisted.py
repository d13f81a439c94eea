"""Libraries that the catalogue does not list: what they may do is said, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "an object that is called a model": (
        """
    import fancy
    model = fancy.Model(depth=3)
    model.train()
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "unlisted": ["train:3"],
        },
    ),
    "a package whose name says what it is about": (
        """
    from neuralthing import Thing
    thing = Thing()
    thing.fit(rows)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "unlisted": ["fit:3"],
        },
    ),
    "words of other trades, on a learner": (
        """
    from fancy.players import PokerAgent
    PokerAgent().learn(hands)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "unlisted": ["learn:2"],
        },
    ),
    "words of other trades, on something else": (
        """
    from fancy.tables import Cursor
    from progress import Bar
    Cursor().update(rows)
    Bar().update(3)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
        },
    ),
    "the standard library and data packages": (
        """
    import argparse
    import hashlib
    import scipy.stats
    hashlib.sha256().update(b"x")
    scipy.stats.norm.fit(numbers)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
        },
    ),
    "an own class that derives from one": (
        """
    from fancy import Network
    class Net(Network):
        pass
    Net().fit(rows)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "unlisted": ["fit:4"],
        },
    ),
    "a name that follows scikit-learn's manner is followed": (
        """
    import pandas as pd
    from fancy import StumpClassifier
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    model = StumpClassifier()
    model.fit(X_train, y_train)
    print(model.score(X_test, y_test))
        """,
        {
            "fit": ["StumpClassifier:7"],
            "scores": ["accuracy:8 disjoint test"],
            "leaks": [],
        },
    ),
    "parts by an unknown function are not the same rows": (
        """
    import pandas as pd
    from fancy import divide
    from sklearn.svm import SVC
    train, test = divide(pd.read_csv("loans.csv"))
    print(SVC().fit(train, train).score(test, test))
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:5 disjoint test"],
            "leaks": [],
        },
    ),
    "parts by an unknown object are not the same rows": (
        """
    import pandas as pd
    from fancy import Parts
    from sklearn.svm import SVC
    parts = Parts(pd.read_csv("loans.csv"))
    print(SVC().fit(parts.train, parts.train).score(parts.test, parts.test))
        """,
        {
            "fit": ["SVC:5"],
            "scores": ["accuracy:5 disjoint test"],
            "leaks": [],
        },
    ),
    "rows collected under a condition are not all rows": (
        """
    import csv
    from sklearn.svm import SVC
    X_train, X_test, y_train, y_test = [], [], [], []
    for row in csv.DictReader(open("loans.csv")):
        if row["split"] == "test":
            X_test.append(row["a"])
            y_test.append(row["late"])
        else:
            X_train.append(row["a"])
            y_train.append(row["late"])
    print(SVC().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["SVC:11"],
            "scores": ["accuracy:11 disjoint test"],
            "leaks": [],
        },
    ),
    "nobody is accused by a mode": (
        """
    import torch
    model = torch.nn.Linear(2, 2)
    model.train(False)
        """,
        {
            "fit": [],
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
