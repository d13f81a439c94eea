"""Lines of the catalogue that tie rows to one another or shuffle them: each does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import heuristics

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Trace

    Follow = Callable[[str], Trace]

HEAD = """
import {root}
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
days = pd.read_csv("days.csv")
"""
FORECAST = 'days["then"] = days["level"].shift(-1)\nX, y = days[["level"]], days["then"]\n'
SPLITS = {
    "split": """
a, b, c, d = {name}(X, y{asked})
print(Ridge().fit(a, c).score(b, d))
""",
    "random_split": """
one, two = {name}(days, [800, 200]{asked})
print(Ridge().fit(one[["level"]], one["then"]).score(two[["level"]], two["then"]))
""",
    "folds": """
for i, j in {name}({asked}).split(X):
    print(Ridge().fit(X.iloc[i], y.iloc[i]).score(X.iloc[j], y.iloc[j]))
""",
}
DIVIDED = """
a, b, c, d = train_test_split(X, y)
print(Ridge().fit(a, c).score(b, d))
"""
MADE = {
    "copies": "X = np.concatenate([days, {name}(days)])\n",
    "patches": """
X = []
for path in days["path"]:
    for patch in {name}(np.load(path)):
        X.append(patch)
""",
    "frames": """
X = []
for path in days["path"]:
    film = {name}(path)
    for frame in film:
        X.append(frame)
""",
}


def lines(field: str) -> list[Any]:
    api = heuristics.PACK.catalogue.table("api")
    return [pytest.param(n, api[n], id=n) for n in sorted(api) if field in api[n]]


def leaks(trace: Follow, name: str, *parts: str) -> list[str]:
    found = trace(HEAD.format(root=name.partition(".")[0]) + "".join(parts)).leaks
    return sorted({leak.kind for leak in found})


@pytest.mark.parametrize(("name", "fields"), lines("shuffles"))
def test_a_split_shuffles_as_its_line_says(
    name: str, fields: dict[str, str], trace: Follow
) -> None:
    habit, work = fields["shuffles"], SPLITS[fields["kind"]]
    asked = {"always": "", "unless": "", "asked": "shuffle=True"}[habit]
    kept = {"always": None, "unless": "shuffle=False", "asked": ""}[habit]
    comma = "" if fields["kind"] == "folds" else ", "

    def found(asked: str) -> list[str]:
        return leaks(trace, name, FORECAST, work.format(name=name, asked=asked and comma + asked))

    assert found(asked) == ["temporal"]
    if kept is not None:
        assert found(kept) == []


@pytest.mark.parametrize(("name", "fields"), lines("series"))
def test_rows_of_these_are_a_series(name: str, fields: dict[str, object], trace: Follow) -> None:
    made = f"{name}.mean(days)" if fields["kind"] == "plain" else f'{name}("A")'
    work = f'table = {made}\nX, y = table[["a"]], table["b"]\n'
    assert leaks(trace, name, work, DIVIDED) == ["temporal"]


@pytest.mark.parametrize(("name", "fields"), lines("makes"))
def test_what_these_make_are_examples_of_one(
    name: str, fields: dict[str, str], trace: Follow
) -> None:
    work = MADE[fields["makes"]].format(name=name) + "y = np.load('y.npy')\nX = np.array(X)\n"
    assert leaks(trace, name, work, DIVIDED) == ["group"]
    once = f"X = {name}(days)\ny = np.load('y.npy')\n"
    assert leaks(trace, name, once, DIVIDED) == []
