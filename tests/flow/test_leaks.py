"""What is a leak and what only looks like one, idiom by idiom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Trace

    Follow = Callable[[Mapping[str, str] | str], Trace]

HEAD = """
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler, scale
from sklearn.svm import SVC
"""
TABLE = 'table = pd.read_csv("t.csv")\n'
SCORED = """
train, test = train_test_split(table)
model = SVC().fit(train[["a"]], train["y"])
print(accuracy_score(test["y"], model.predict(test[["a"]])))
"""
TARGET_MEANS = """
per = table.groupby("town")["y"].median()
table["a"] = table["town"].map(per)
"""
ASKED = """
if "b" in table.columns and "y" in table.columns:
    table = table[table["b"] > 0]
table["a"] = scale(table["a"])
"""
MAYBE_FILTERED = """
if flag:
    table = table[table["b"] > 0]
table["a"] = scale(table["a"])
"""


def kinds(found: Trace) -> list[str]:
    return sorted({leak.kind for leak in found.leaks})


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ('table["a"] = pd.qcut(table["b"], 4)', ["preprocessing"]),
        ('table["a"] = pd.cut(table["b"], 5)', ["preprocessing"]),
        ('table["a"] = pd.cut(table["b"], bins=5)', ["preprocessing"]),
        ('table["a"] = pd.cut(table["b"], [0, 18, 65, 120])', []),
        ('table["a"] = pd.cut(table["b"], bins=BOUNDS)', []),
        (TARGET_MEANS, ["preprocessing"]),
        ('table["a"] = table["b"].shift(table["day"].max())', []),
        ('table.columns = ["n%d" % table["b"].max() for _ in table.columns]', []),
        (ASKED, ["preprocessing"]),
        (MAYBE_FILTERED, ["preprocessing"]),
    ],
)  # fmt: skip
def test_what_is_done_before_the_split(work: str, expected: list[str], trace: Follow) -> None:
    assert kinds(trace(f"{HEAD}{TABLE}{work}\n{SCORED}")) == expected


def test_two_ways_to_load_one_table_are_one_table(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}
def load(name):
    if os.path.exists(name):
        return pd.read_csv("cache.csv")
    return pd.read_csv("raw.csv")
table = load("x")
table["a"] = scale(table["a"])
{SCORED}"""
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.DISJOINT]
    assert kinds(found) == ["preprocessing"]


def test_two_tables_loaded_by_one_function_are_not_the_same_rows(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}
def load(mode):
    if mode.startswith("a"):
        return pd.read_csv("first.csv")
    return pd.read_csv("second.csv")
one = load(sys.argv[1])
two = load(sys.argv[2])
model = SVC().fit(one[["a"]], one["y"])
print(accuracy_score(two["y"], model.predict(two[["a"]])))
"""
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.UNKNOWN]
    assert found.leaks == ()


def test_a_lost_table_keeps_its_identity(trace: Follow) -> None:
    found = trace(f'{HEAD}df = helper.fetch()\ndf["a"] = scale(df["a"])\ntable = df\n{SCORED}')
    assert kinds(found) == ["preprocessing"]


def test_a_scaler_fitted_again_on_the_test_rows_is_told(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}{TABLE}
train, test = train_test_split(table)
scaler = StandardScaler()
X = scaler.fit_transform(train[["a"]])
Z = scaler.fit_transform(test[["a"]])
model = SVC().fit(X, train["y"])
print(accuracy_score(test["y"], model.predict(Z)))
"""
    )
    (leak,) = found.leaks
    assert [step.text for step in leak.chain] == [
        "data comes from t.csv",
        "divided here; this is test",
        "StandardScaler fitted on the train rows",
        "SVC fitted on the train rows",
        "StandardScaler is fitted again, on the rows that are scored",
        "accuracy_score computed",
    ]


def test_statistics_of_what_was_predicted_are_no_refit(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}{TABLE}
train, test = train_test_split(table)
model = SVC().fit(train[["a"]], train["y"])
guessed = model.predict(test[["a"]])
print(accuracy_score(test["y"], guessed > np.percentile(guessed, 90)))
"""
    )
    assert found.leaks == ()


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("eval/jan.csv", "eval/feb.csv", Relation.UNKNOWN),
        ("eval/jan.csv", "eval/jan.csv", Relation.SAME),
        ("train/jan.csv", "test/jan.csv", Relation.DISJOINT),
    ],
)
def test_files_of_a_labelled_folder(
    first: str, second: str, relation: Relation, trace: Follow
) -> None:
    found = trace(
        f"""{HEAD}
one = pd.read_csv("{first}")
two = pd.read_csv("{second}")
model = SVC().fit(one[["a"]], one["y"])
print(accuracy_score(two["y"], model.predict(two[["a"]])))
"""
    )
    assert [pairing.relation for pairing in found.pairings] == [relation]


def test_an_unknown_splitter_accuses_nobody(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}
def evaluate(X, y, cv):
    for train_idx, val_idx in cv.split(X):
        model = SVC().fit(X.iloc[train_idx], y.iloc[train_idx])
        print(accuracy_score(y.iloc[val_idx], model.predict(X.iloc[val_idx])))
"""
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.UNKNOWN]
    assert found.leaks == ()


def test_labels_made_by_clusters_are_not_what_is_scored(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}
from sklearn.cluster import KMeans
{TABLE}
labels = KMeans(3).fit_predict(table)
X, Z, y, w = train_test_split(table, labels)
model = SVC().fit(X, y)
print(accuracy_score(w, model.predict(Z)))
"""
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.DISJOINT]
    assert found.leaks == ()


def test_a_trainer_that_also_watches_its_training_rows_overlaps_nothing(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}
from xgboost import XGBClassifier
{TABLE}
train, test = train_test_split(table)
model = XGBClassifier()
model.fit(train[["a"]], train["y"], eval_set=[(table[["a"]], table["y"])])
print(accuracy_score(test["y"], model.predict(test[["a"]])))
"""
    )
    assert found.leaks == ()


def test_the_chain_names_every_step_in_the_file_where_it_happens(trace: Follow) -> None:
    script = f"""{HEAD}{TABLE}
train, test = train_test_split(table)
scaler = StandardScaler().fit(train)
model = SVC().fit(scaler.transform(train), train["y"])
guessed = model.predict(scaler.transform(test))
print(accuracy_score(test["y"], guessed))
"""
    found = trace({"a.py": script, "b.py": script})
    for pairing in found.pairings:
        assert [step.text for step in pairing.chain] == [
            "data comes from t.csv",
            "divided here; this is test",
            "StandardScaler fitted on the train rows",
            "SVC fitted on the train rows",
            "predicts the test rows",
            "accuracy_score computed",
        ]
        assert {step.place.path for step in pairing.chain} == {pairing.score.place.path}


def test_what_is_unknown_says_where_it_was_lost(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}{TABLE}
model = SVC().fit(table[["a"]], table["y"])
others = helper.fetch()
print(accuracy_score(others.y, model.predict(others.x)))
"""
    )
    (pairing,) = found.pairings
    assert pairing.relation is Relation.UNKNOWN
    assert pairing.lost_at is not None
    assert pairing.lost_at.line == 11  # where `others` was fetched


def test_rows_taken_by_position_are_not_all_of_them(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}{TABLE}
test_idx = find(table)
test = table[[test_idx]]
train = table[list(set(range(len(table))) - set([test_idx]))]
scaler = StandardScaler().fit(train)
model = SVC().fit(scaler.transform(train), train["y"])
print(accuracy_score(test["y"], model.predict(scaler.transform(test))))
"""
    )
    assert found.leaks == ()


def test_a_comparison_that_only_looks_something_up_steers_nothing(trace: Follow) -> None:
    found = trace(
        f"""{HEAD}{TABLE}
train, test = train_test_split(table)
model = SVC().fit(train[["a"]], train["y"])
best = None
if model.score(test[["a"]], test["y"]) == best:
    best = 1
if accuracy_score(test["y"], model.predict(test[["a"]])) > 0.5 == True:
    best = model
"""
    )
    assert found.complete
