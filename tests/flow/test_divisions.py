"""Random divisions: which calls divide the same rows alike, and which cross."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Told = Callable[[Mapping[str, str] | str], dict[str, list[str]]]

HEAD = """\
import argparse
import joblib
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
table = pd.read_csv("t.csv")
"""
TRAINING = """
train, test = train_test_split(table, test_size=0.2, random_state=42)
joblib.dump(SVC().fit(train[["a"]], train["y"]), "model.joblib")
"""
SCORING = """
model = joblib.load("model.joblib")
print(accuracy_score(part["y"], model.predict(part[["a"]])))
"""


def again(division: str) -> dict[str, str]:
    """One script trains, another divides the same file again and scores."""
    return {
        "a_train.py": HEAD + TRAINING,
        "b_evaluate.py": HEAD + dedent(division) + SCORING,
    }


@pytest.mark.parametrize(
    "division",
    [
        "_, part = train_test_split(table, test_size=0.2, random_state=42)",
        "_, part = train_test_split(table, random_state=42, test_size=.2)",
        "_, x, _, part = train_test_split(table, table, test_size=0.2, random_state=42)",
    ],
)
def test_one_seed_and_size_divide_alike(division: str, told: Told) -> None:
    (score,) = told(again(division))["scores"]
    assert "disjoint" in score


@pytest.mark.parametrize(
    "division",
    [
        "_, part = train_test_split(table, test_size=0.2, random_state=7)",
        "_, part = train_test_split(table, test_size=0.3, random_state=0)",
        "part = table.sample(100)",
        "part = table[:500]",
    ],
)
def test_another_division_crosses(division: str, told: Told) -> None:
    """Some of the rows that the first call trained on are in any other choice of rows."""
    found = told(again(division))
    (score,) = found["scores"]
    assert "overlap" in score
    assert len(found["leaks"]) == 1


@pytest.mark.parametrize(
    "division",
    [
        "_, part = train_test_split(table, test_size=0.2)",  # a seed may be set for everything
        "_, part = train_test_split(table, test_size=0.3, random_state=42)",  # the smaller inside
        "_, part = train_test_split(table, test_size=size, random_state=42)",
        "_, part = train_test_split(table, test_size=0.2, random_state=seed)",
        "_, part = train_test_split(table, test_size=0.2, random_state=42, stratify=table['y'])",
        "_, part = train_test_split(table, test_size=0.2, random_state=42, shuffle=False)",
        """
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=7)
        args = parser.parse_args()
        _, part = train_test_split(table, test_size=0.2, random_state=args.seed)
        """,
        "part = table[table['year'] > 2020]",
    ],
)
def test_what_may_be_the_same_division_accuses_nobody(division: str, told: Told) -> None:
    found = told(again(division))
    (score,) = found["scores"]
    assert "unknown" in score
    assert found["leaks"] == []


def test_one_seed_divides_a_part_anew(told: Told) -> None:
    """Test rows are cut off, then validation rows with the same arguments."""
    found = told(
        HEAD
        + dedent("""
        rest, test = train_test_split(table, test_size=0.2, random_state=42)
        train, val = train_test_split(rest, test_size=0.2, random_state=42)
        model = SVC().fit(train[["a"]], train["y"])
        print(accuracy_score(val["y"], model.predict(val[["a"]])))
        print(accuracy_score(test["y"], model.predict(test[["a"]])))
        """)
    )
    assert [score.split(" ", 1)[1] for score in found["scores"]] == [
        "disjoint validation",
        "disjoint test",
    ]
    assert found["leaks"] == []


def test_rows_set_aside_before_the_division_are_not_crossed(told: Told) -> None:
    found = told(
        HEAD
        + dedent("""
        aside, rest = table[:100], table[100:]
        train, test = train_test_split(rest, test_size=0.2, random_state=42)
        model = SVC().fit(train[["a"]], train["y"])
        print(accuracy_score(aside["y"], model.predict(aside[["a"]])))
        """)
    )
    (score,) = found["scores"]
    assert "disjoint" in score
