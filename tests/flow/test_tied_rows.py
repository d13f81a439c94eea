"""Rows that are tied to one another, and splits that shuffle them: temporal and group leaks."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Trace

    Follow = Callable[[str], Trace]

HEAD = """
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import *
days = pd.read_csv("days.csv")
"""
FORECAST = """
days["then"] = days["level"].shift(-1)
X, y = days[["level", "wind"]], days["then"]
"""
SCORED = """
{split}
model = Ridge().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""
SHUFFLED = "X_train, X_test, y_train, y_test = train_test_split(X, y)"
FOLDS = """
for train, test in {folds}.split(X):
    X_train, X_test, y_train, y_test = X.iloc[train], X.iloc[test], y.iloc[train], y.iloc[test]
    model = Ridge().fit(X_train, y_train)
    print(model.score(X_test, y_test))
"""


def kinds(trace: Follow, *parts: str) -> list[str]:
    """The leaks of a program, by kind."""
    found = trace("".join(dedent(part) for part in parts)).leaks
    return sorted({leak.kind for leak in found})


def by(split: str) -> str:
    return SCORED.format(split=split)


# Splits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "split",
    [
        SHUFFLED,
        "X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=True)",
        "X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=1)",
    ],
)
def test_a_split_shuffles_unless_it_is_told_not_to(split: str, trace: Follow) -> None:
    assert kinds(trace, HEAD, FORECAST, by(split)) == ["temporal"]


@pytest.mark.parametrize(
    "split",
    [
        "X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)",
        "X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=input())",
        "n = int(len(X) * 0.8)\nX_train, X_test, y_train, y_test = X[:n], X[n:], y[:n], y[n:]",
    ],
)
def test_what_does_not_surely_shuffle_is_no_leak(split: str, trace: Follow) -> None:
    assert kinds(trace, HEAD, FORECAST, by(split)) == []


@pytest.mark.parametrize("folds", ["KFold(5, shuffle=True)", "ShuffleSplit(3)", "RepeatedKFold()"])
def test_folds_that_shuffle(folds: str, trace: Follow) -> None:
    assert kinds(trace, HEAD, FORECAST, FOLDS.format(folds=folds)) == ["temporal"]


@pytest.mark.parametrize("folds", ["KFold(5)", "TimeSeriesSplit()", "GroupShuffleSplit()"])
def test_folds_that_do_not(folds: str, trace: Follow) -> None:
    assert kinds(trace, HEAD, FORECAST, FOLDS.format(folds=folds)) == []


@pytest.mark.parametrize(("cv", "found"), [("KFold(5, shuffle=True)", ["temporal"]), ("5", [])])
def test_folds_inside_a_library_call(cv: str, found: list[str], trace: Follow) -> None:
    scored = f"print(cross_val_score(Ridge(), X, y, cv={cv}))\n"
    assert kinds(trace, HEAD, FORECAST, scored) == found


def test_shuffled_rows_that_only_choose_are_no_leak_where_others_test(trace: Follow) -> None:
    work = """
    n = int(len(X) * 0.8)
    early, late, early_y, late_y = X[:n], X[n:], y[:n], y[n:]
    X_train, X_val, y_train, y_val = train_test_split(early, early_y)
    model = Ridge().fit(X_train, y_train)
    val_score = model.score(X_val, y_val)
    X_test, y_test = late, late_y
    print(model.score(X_test, y_test))
    """
    assert kinds(trace, HEAD, FORECAST, work) == []


# Series --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "work",
    [
        'days["y"] = days["level"]\ndays["x"] = days["y"].shift(1)\nX, y = days[["x"]], days["y"]',
        'days["x"] = days["y"].rolling(3).mean().shift(1)\nX, y = days.drop("y", axis=1), days.y',
        'days["x"] = days.groupby("shop")["y"].shift(7)\nX, y = days[["x", "shop"]], days["y"]',
        'days["y"] = (days["a"].shift(-1) > days["a"]).astype(int)\nX, y = days[["a"]], days["y"]',
        'days["y"] = np.where(days["a"].shift(-1) > days["a"], 1, 0)\nX, y = days[["a"]], days.y',
        'days["y"] = days.groupby("shop")["a"].shift(-1)\nX, y = days[["a"]], days["y"]',
        'days = days.resample("D").mean()\nX, y = days[["a"]], days["y"]',
        'import yfinance\nq = yfinance.Ticker("A").history()\nX, y = q[["Open"]], q["Close"]',
        'import talib\ndays["r"] = talib.RSI(days["a"])\nX, y = days[["r"]], days["b"]',
    ],
)
def test_rows_that_are_a_series(work: str, trace: Follow) -> None:
    assert kinds(trace, HEAD, work, by(SHUFFLED)) == ["temporal"]


@pytest.mark.parametrize(
    "work",
    [
        'days["day"] = pd.to_datetime(days["day"])\ndays = days.sort_values("day")',
        'days["before"] = days.groupby("customer")["a"].shift(1)',
        'days["next"] = days["b"].shift(-1)\ndays = days.drop(columns=["next"])',
        'days["same"] = days["customer"] == days["customer"].shift(-1)',
        'days["gap"] = days["second"].diff()',
        'days["total"] = days.groupby("customer")["a"].cumsum()',
        'days = days.set_index("day")',
    ],
)
def test_rows_that_may_be_none(work: str, trace: Follow) -> None:
    chosen = '\nX, y = days.drop(columns="y"), days["y"]\n'
    assert kinds(trace, HEAD, work, chosen, by(SHUFFLED)) == []


def test_a_series_that_is_followed_through_functions(trace: Follow) -> None:
    program = f"""
def prepared(table):
    table["then"] = table["level"].shift(-1)
    return table.dropna()

def divided(table):
    X, y = table[["level"]], table["then"]
    return train_test_split(X, y)

X_train, X_test, y_train, y_test = divided(prepared(days))
{indent(by(""), "")}
"""
    assert kinds(trace, HEAD, program) == ["temporal"]


# Windows -------------------------------------------------------------------------------------

WINDOWS = """
X, y = [], []
a = days["level"].values
for i in range({steps}):
    X.append({cut})
    y.append({label})
X, y = np.array(X), np.array(y)
"""


@pytest.mark.parametrize(
    ("steps", "cut", "label"),
    [
        ("len(a) - 9", "a[i : i + 9]", "a[i + 9]"),
        ("9, len(a)", "a[i - 9 : i]", "a[i]"),
        ("0, len(a) - 9, 3", "a[i : i + 9]", "a[i + 9]"),
        ("len(a) - 9", "np.mean(a[i : i + 9])", "a[i + 9]"),
    ],
)
def test_windows_that_overlap(steps: str, cut: str, label: str, trace: Follow) -> None:
    work = WINDOWS.format(steps=steps, cut=cut, label=label)
    assert kinds(trace, HEAD, work, by(SHUFFLED)) == ["temporal"]


@pytest.mark.parametrize(
    ("steps", "cut", "label"),
    [
        ("0, len(a) - 9, 9", "a[i : i + 9]", "a[i + 9]"),
        ("0, len(a) - 9, step", "a[i : i + 9]", "a[i + 9]"),
        ("9", "a[i * 9 : (i + 1) * 9]", "i"),
        ("len(a)", "a[i]", "a[i]"),
    ],
)
def test_windows_that_may_not(steps: str, cut: str, label: str, trace: Follow) -> None:
    work = WINDOWS.format(steps=steps, cut=cut, label=label)
    assert kinds(trace, HEAD, "step = int(input())\n", work, by(SHUFFLED)) == []


def test_stretches_inside_one_text_are_no_rows(trace: Follow) -> None:
    work = """
    def pairs(words):
        found = []
        for i in range(len(words) - 2):
            found.append(words[i : i + 2])
        return found

    X, y = [pairs(text) for text in days["text"]], days["y"]
    """
    assert kinds(trace, HEAD, work, by(SHUFFLED)) == []


def test_a_data_set_of_windows(trace: Follow) -> None:
    program = """
    import numpy as np
    import torch
    from torch.utils.data import DataLoader, Dataset, random_split

    class Windows(Dataset):
        def __init__(self, series):
            self.series = series
        def __getitem__(self, i):
            return self.series[i : i + 24], self.series[i + 24]

    series = np.load("series.npy")
    train, test = random_split(Windows(series), [800, 200])
    net = torch.nn.Linear(24, 1)
    loss_of = torch.nn.MSELoss()
    for x, y in DataLoader(train):
        loss_of(net(x), y).backward()
    errors = []
    for x, y in DataLoader(test):
        errors.append(((net(x) - y) ** 2).mean())
    """
    assert kinds(trace, program) == ["temporal"]


# Looking ahead -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feature", "found"),
    [
        ('days["wind"].shift(-1)', ["temporal"]),
        ('days["wind"].shift(-2)', ["temporal"]),
        ('days["wind"].shift(1)', []),
        ('days["wind"].rolling(5).mean()', []),
        ('days["wind"].rolling(5, center=True).mean()', ["temporal"]),
    ],
)
def test_a_feature_as_late_as_the_label(feature: str, found: list[str], trace: Follow) -> None:
    work = f"""
days["x"] = {feature}
days["then"] = days["level"].shift(-1)
X, y = days[["x", "level"]], days["then"]
"""
    chronological = by("X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)")
    assert kinds(trace, HEAD, work, chronological) == found


def test_without_a_forecast_nobody_knows_which_way_time_runs(trace: Follow) -> None:
    work = 'days["x"] = days["wind"].shift(-1)\nX, y = days[["x"]], days["level"]'
    chronological = by("X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)")
    assert kinds(trace, HEAD, work, chronological) == []


# Kin -----------------------------------------------------------------------------------------

IMAGES = """
import glob
import cv2
X, y = [], []
for path in glob.glob("*.png"):
    image = cv2.imread(path)
"""


@pytest.mark.parametrize(
    "work",
    [
        """
        X.append(image)
        y.append(path)
        X.append(cv2.flip(image, 1))
        y.append(path)
        """,
        """
        for i in range(0, 512, 64):
            for j in range(0, 512, 64):
                X.append(image[i : i + 64, j : j + 64])
                y.append(path)
        """,
        """
        video = cv2.VideoCapture(path)
        while True:
            going, frame = video.read()
            X.append(frame)
            y.append(path)
        """,
    ],
)
def test_kin_on_both_sides(work: str, trace: Follow) -> None:
    program = IMAGES + indent(dedent(work), "    ")
    assert kinds(trace, HEAD, program, by(SHUFFLED)) == ["group"]


@pytest.mark.parametrize(
    "work",
    [
        """
        X.append(cv2.flip(image, 1))
        y.append(path)
        """,
        """
        X.append(image)
        y.append(path)
        if path.startswith("left"):
            X.append(cv2.flip(image, 1))
            y.append(path)
        """,
        """
        parts = []
        for i in range(0, 512, 64):
            for j in range(0, 512, 64):
                parts.append(image[i : i + 64, j : j + 64])
        X.append(parts)
        y.append(path)
        """,
    ],
)
def test_one_row_for_each_example(work: str, trace: Follow) -> None:
    program = IMAGES + indent(dedent(work), "    ")
    assert kinds(trace, HEAD, program, by(SHUFFLED)) == []


def test_a_leak_names_what_was_made_and_the_way_to_the_score(trace: Follow) -> None:
    work = "X = np.concatenate([X, np.flip(X, 1)])\ny = np.concatenate([y, y])\n"
    load = 'X, y = np.load("x.npy"), np.load("y.npy")\n'
    (leak,) = trace(HEAD + load + work + by(SHUFFLED)).leaks
    assert leak.kind == "group"
    assert leak.chain[1].text == "flip makes copies of one example"
    assert [step.place.line for step in leak.chain] == [6, 7, 10, 11, 12]
