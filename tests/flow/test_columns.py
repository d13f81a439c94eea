"""Columns: what features are computed from, and what tables surely hold: target leaks."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.flow.columns import CONSTANT, Column, Table, combined, neighbouring, shifted

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Trace

    Follow = Callable[[str], Trace]

HEAD = """
import sys
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler as Scaler
df = pd.read_csv("t.csv")
"""
SCORED = """
X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
model = RandomForestRegressor().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def leaks(trace: Follow, work: str) -> list[str]:
    found = trace(HEAD + dedent(work) + SCORED).leaks
    told = [leak for leak in found if leak.kind == "target"]
    return [next(s.text for s in one.chain if s.place == one.place) for one in told]


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ("X, y = df, df['price']", "price, the label, is among the features"),
        ("X, y = df.copy(), df.price", "price, the label, is among the features"),
        ("X, y = df.drop(columns=['id']), df['price']", "price, the label, is among the features"),
        (
            "FEATURES = ['a', 'price']\nX, y = df[FEATURES], df['price']",
            "price, the label, is among the features",
        ),
        (
            "FEATURES = ['a'] + ['price']\nX, y = df.loc[:, FEATURES], df[['price']]",
            "price, the label, is among the features",
        ),
        (
            "df['r'] = df['price'] / df['a']\nX, y = df.drop('price', axis=1), df['price']",
            "r, a feature, is computed from the label",
        ),
        (
            (
                "df['r'] = df.apply(lambda one: one['price'] / one['a'], axis=1)\n"
                "X, y = df.drop('price', axis=1), df['price']"
            ),
            "r, a feature, is computed from the label",
        ),
        (
            "df = df.assign(r=lambda d: d.price * 2)\nX, y = df.drop('price', axis=1), df['price']",
            "r, a feature, is computed from the label",
        ),
        (
            "df['m'] = df['price'].rolling(3).mean()\nX, y = df[['a', 'm']], df['price']",
            "m, a feature, is computed from the label",
        ),
        (
            "df['up'] = (df['change'] > 0).astype(int)\nX, y = df.drop('up', axis=1), df['up']",
            "up, the label, is computed from change",
        ),
        (
            "df['up'] = df.change.apply(lambda c: 1 if c > 0 else 0)\nX, y = df[['change']], df.up",
            "up, the label, is computed from change",
        ),
        (
            (
                "df['dear'] = 0\ndf.loc[df['price'] > 9, 'dear'] = 1\n"
                "X, y = df.drop('dear', axis=1), df['dear']"
            ),
            "dear, the label, is computed from price",
        ),
        (
            "df['sum'] = df['a'] + df['b']\nX, y = df.drop(columns='sum'), df['sum']",
            "sum, the label, is computed from a and b, which stay features",
        ),
        (
            "df['mean'] = df[['a', 'b']].mean(axis=1)\nX, y = df.drop(columns='mean'), df['mean']",
            "mean, the label, is computed from a and b, which stay features",
        ),
        (
            (
                "df['log'] = np.log1p(df['price'])\ndf['r'] = df['price'] / df['a']\n"
                "X, y = df.drop(columns=['price', 'log']), df['log']"
            ),
            "r, a feature, is computed from price, as the label is",
        ),
        (
            "X, y = Scaler().fit_transform(df), df['price']",
            "price, the label, is among the features",
        ),
    ],
)
def test_the_label_can_be_read_off(work: str, told: str, trace: Follow) -> None:
    assert leaks(trace, work) == [told]


@pytest.mark.parametrize(
    "work",
    [
        "X, y = df.drop('price', axis=1), df['price']",
        "y = df.pop('price')\nX = df",
        "X = df\ny = df.pop('price')",
        "y = df['price']\ndel df['price']\nX = df",
        "y = df['price']\ndf.drop(columns='price', inplace=True)\nX = df",
        "def label(table):\n    return table.pop('price')\n\ny = label(df)\nX = df",
        "X, y = df.iloc[:, :-1], df['price']",
        "X, y = df.values[:, 1:], df['price']",
        "X, y = df[[c for c in df.columns if c != 'price']], df['price']",
        "X, y = df.loc[:, df.columns != 'price'], df['price']",
        "X, y = df[sys.argv[1:]], df['price']",
        "X, y = df.drop(columns=sys.argv[1:]), df['price']",
        "X, y = df.select_dtypes('number'), df['price']",
        "X, y = pd.get_dummies(df), df['price']",
        "other = pd.read_csv('u.csv')\nX, y = other, df['price']",
        "df['log'] = np.log(df['price'])\nX, y = df.drop(['price', 'log'], axis=1), df['log']",
        "df['price'] = np.log(df['price'])\nX, y = df.drop('price', axis=1), df['price']",
        "df['r'] = df['price'] / df['a']\nX, y = df.drop(columns=['price', 'r']), df['price']",
        "df['r'] = df['price'] / df['a']\ndf['r'] = df['b']\nX, y = df[['r']], df['price']",
        "df['r'] = df['price'].shift(1)\nX, y = df[['r']], df['price']",
        "df['r'] = df['price'].rolling(3).mean().shift(1)\nX, y = df[['r']], df['price']",
        "df['sum'] = df['a'] + df['b']\nX, y = df[['a', 'c']], df['sum']",
        "df['sum'] = df['a'] + mystery(df['b'])\nX, y = df[['a']], df['sum']",
        "df['up'] = (df['a'].shift(-1) > df['a']).astype(int)\nX, y = df[['a']], df['up']",
        "df['m'] = df.groupby('town')['price'].transform('mean')\nX, y = df[['m']], df['price']",
        "df['m'] = df['a'] - df['price'].mean()\nX, y = df[['m']], df['price']",
        "df.columns = ['price', 'b']\nX, y = df[['b']], df['price']",
        "if sys.argv:\n    df['r'] = df['price'] * 2\nX, y = df.drop(columns='price'), df['price']",
        "if sys.argv:\n    df = df.drop(columns='price')\nX, y = df, df['price']",
        "X, y = df.drop(columns='price')[:-1], df['price'][1:]",
        "X = df[['price']].values[:-1]\ny = df['price'].values[1:]",
        "X = df[['a', 'b']]\ny = X",
        "y = df['price']\nX = df.rename(columns={'price': 'cost'}).drop(columns='cost')",
    ],
)
def test_the_label_cannot_be_read_off_or_nobody_knows(work: str, trace: Follow) -> None:
    assert leaks(trace, work) == []


@pytest.mark.parametrize(
    ("model", "found"),
    [
        ("RandomForestRegressor()", 1),
        ("GridSearchCV(RandomForestRegressor(), {})", 1),
        (
            "make_pipeline(ColumnTransformer([('a', Scaler(), ['a'])]), RandomForestRegressor())",
            0,
        ),
        ("GridSearchCV(make_pipeline(RandomForestRegressor()), {})", 0),
    ],
)
def test_a_pipeline_may_pick_its_columns(model: str, found: int, trace: Follow) -> None:
    work = "X, y = df, df['price']\n" + SCORED.replace("RandomForestRegressor()", model)
    leaks_found = {leak.place for leak in trace(HEAD + work).leaks if leak.kind == "target"}
    assert len(leaks_found) == found


def test_nothing_is_said_where_nothing_is_scored(trace: Follow) -> None:
    work = "X, y = df, df['price']\nRandomForestRegressor().fit(X, y)\n"
    assert [leak.kind for leak in trace(HEAD + work).leaks] == []


def test_a_leak_in_a_branch_of_its_own_is_one(trace: Follow) -> None:
    work = """
    if len(sys.argv) > 1:
        table = pd.read_csv("u.csv")
        table["r"] = table["price"] * 2
        X, y = table.drop(columns="price"), table["price"]
        X_train, X_test, y_train, y_test = train_test_split(X, y)
        model = RandomForestRegressor().fit(X_train, y_train)
        print(model.score(X_test, y_test))
    """
    assert [leak.place.line for leak in trace(HEAD + dedent(work)).leaks] == [13]


@pytest.mark.parametrize(
    "work",
    [
        "df[()]",
        "df[...]",
        "df[:, ]",
        "df.loc[()]",
        "df[()] = df.a",
        "df[[]] = 1",
        "df[['a', 'b']] = df[['b', 'a']]",
        "del df[()], df['a'], df.b",
        "df.drop()",
        "df.drop(*names, **options)",
        "df.pop()",
        "df.insert(0)",
        "df.assign(**options)",
        "df.shift()",
        "df.shift(periods=None, freq='D')",
        "df.shift(-df)",
        "df['x'] = df.apply(lambda: 0)",
        "df['x'] = df['a'].rolling()",
        "df['x'] = df['a'].rolling(3)()",
        "df['x'] = (lambda a: a)(df['a'])",
        "df['x'] += df['x'].shift(*names)",
        "df.loc['a':'b', ('c', 'd')] = 0",
        "df[f'{df}'] = df[f'{df}']",
        "X_train, X_test = df.values.T",
        "RandomForestRegressor().fit(*df)",
    ],
)
def test_odd_uses_of_a_table_do_no_harm(work: str, trace: Follow) -> None:
    scored = "X, y = df.drop(columns='y'), df['y']\n"
    trace(f"{HEAD}price = df['price']\n{work}\n{scored}{SCORED}")


# The records ---------------------------------------------------------------------------------


def test_a_lag_of_a_lead_is_the_row_itself() -> None:
    level = Column("level")
    there_and_back = shifted(shifted(level, 1), -1)
    assert there_and_back.inputs == {(level, 0)}
    assert there_and_back.plain


def test_what_is_not_understood_makes_the_rest_no_longer_whole() -> None:
    level = Column("level")
    mixed = combined((level, None))
    assert mixed is not None
    assert not mixed.whole
    assert combined((None, None)) is None
    known = combined((level, CONSTANT), plain=True)
    assert known is not None
    assert (known.whole, known.plain) == (True, True)


def test_a_moving_mean_reaches_backwards_and_holds_the_row_itself() -> None:
    level = Column("level")
    moving = neighbouring(level, (-1, 0))
    assert {(level, -1), (level, 0)} <= moving.reached()
    assert moving.furthest() == 0


def test_a_copy_of_a_table_keeps_its_own_changes() -> None:
    table = Table()
    price = table.column("price")
    copy = table.copy(None, ())
    copy.put(Column("price"), ())
    copy.drop(["area"])
    assert table.column("price") is price
    assert copy.column("price") is not price
    assert [c.name for c in table.surely()] == ["price"]


def test_a_column_of_one_branch_is_not_surely_there() -> None:
    table = Table()
    table.put(Column("ratio"), (1,))
    assert list(table.surely()) == []
    table.put(Column("ratio"), ())
    assert [c.name for c in table.surely()] == ["ratio"]


def test_a_walk_through_derivations_ends() -> None:
    column = Column("0")
    for number in range(3000):
        column = Column(str(number), frozenset({(column, -1), (column, 0)}), whole=True)
    assert len(column.reached()) <= 400


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('df.to_csv("made.csv")', 'pd.read_csv("made.csv")'),
        ('joblib.dump(df, "made.pkl")', 'joblib.load("made.pkl")'),
        ('joblib.dump([df, 1], "made.pkl")', 'joblib.load("made.pkl")[0]'),
        ('joblib.dump({"t": df}, "made.pkl")', 'joblib.load("made.pkl")["t"]'),
    ],
)
def test_what_its_writer_does_to_a_table_later_is_not_in_the_file(
    written: str, read: str, trace: Callable[[dict[str, str]], Trace]
) -> None:
    writer = f"""
import joblib
import pandas as pd
df = pd.read_csv("t.csv")
{written}
df["left"] = df["price"] * 2
"""
    reader = f"import joblib\n{HEAD}df = {read}\nX, y = df.drop(columns='price'), df['price']\n"
    found = trace({"a_writes.py": writer, "b_reads.py": reader + SCORED})
    assert [leak.kind for leak in found.leaks] == []
    assert [pairing.relation.value for pairing in found.pairings] == ["disjoint"]
