"""Scripts over tables and arrays: load, prepare, divide, fit, score, in the ways people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from script_grammar.scores import score_arrays
from script_grammar.script import (
    FOLDS,
    HELD_OUT,
    NONE,
    OVERLAP,
    PREPROCESSING,
    TRAIN_ONLY,
    Names,
    Script,
    begun,
    one_of,
)

if TYPE_CHECKING:
    from script_grammar.script import Draw


def load_table(draw: Draw, s: Script, n: Names) -> None:
    s.use("import pandas as pd")
    how = one_of(draw, "csv", "parquet", "path", "dropna", "shuffled", "column", "renamed")
    read = 'pd.read_parquet("sales.parquet")' if how == "parquet" else 'pd.read_csv("sales.csv")'
    if how == "path":
        s.use("from pathlib import Path")
        s.add('FOLDER = Path("data")')
        read = 'pd.read_csv(FOLDER / "sales.csv")'
    if how == "dropna":
        read += ".dropna()"
    s.add(f"{n['table']} = {read}")
    if how == "shuffled":
        s.add(f"{n['table']} = {n['table']}.sample(frac=1, random_state=1)")
    if how == "column":
        s.add(f'{n["table"]}["c"] = {n["table"]}["a"] * 2')
    if how == "renamed":
        s.add(f'{n["table"]}.columns = ["a", "b", "year", "goal"]')


def fill_table(draw: Draw, s: Script, n: Names) -> None:
    """A statistic of the whole table by hand, or none."""
    t = n["table"]
    how = one_of(draw, *["no"] * 4, "mean", "in place", "centred", "groups", "dummies")
    if how == "mean":
        s.add(f'{t}["a"] = {t}["a"].fillna({t}["a"].mean())')
    elif how == "in place":
        s.add(f'{t}["a"].fillna({t}["a"].median(), inplace=True)')
    elif how == "centred":
        s.add(f'{t}["a"] = ({t}["a"] - {t}["a"].mean()) / {t}["a"].std()')
    elif how == "groups":
        s.add(f'typical = {t}.groupby("site")["goal"].mean()')
        s.add(f'{t}["a"] = {t}["site"].map(typical)')
    elif how == "dummies":
        s.add(f"{t} = pd.get_dummies({t})")
    if how in {"mean", "in place", "centred", "groups"}:
        s.leaks.add(PREPROCESSING)


def columns_of(s: Script, table: str, parts: tuple[str, str], how: str) -> None:
    """Inputs and answers from a table."""
    inputs, answers = parts
    if how == "list":
        s.add(f'{inputs}, {answers} = {table}[["a", "b"]], {table}["goal"]')
    elif how == "drop":
        s.add(f'{inputs} = {table}.drop(columns=["goal"])', f'{answers} = {table}["goal"]')
    elif how == "values":
        s.add(f'{inputs} = {table}[["a", "b"]].values', f'{answers} = {table}["goal"].values')
    elif how == "attribute":
        s.add(f'{inputs} = {table}.drop("goal", axis=1)', f"{answers} = {table}.goal")
    else:
        s.add(f"{inputs} = {table}.iloc[:, :-1]", f"{answers} = {table}.iloc[:, -1]")


COLUMNS = ("list", "drop", "values", "attribute", "positions")


def load_arrays(draw: Draw, s: Script, n: Names) -> None:
    inputs, answers = n["X"], n["y"]
    how = one_of(draw, "files", "bunch", "pair", "toy", "table", "table", "table")
    if how == "files":
        s.use("import numpy as np")
        s.add(f'{inputs}, {answers} = np.load("a.npy"), np.load("b.npy")')
    elif how == "bunch":
        s.use("from sklearn.datasets import load_diabetes")
        s.add("found = load_diabetes()")
        s.add(f"{inputs} = found.data", f"{answers} = found.target")
    elif how == "pair":
        s.use("from sklearn.datasets import load_diabetes")
        s.add(f"{inputs}, {answers} = load_diabetes(return_X_y=True)")
    elif how == "toy":
        s.use("import numpy as np")
        s.add('both = np.loadtxt("both.txt")')
        s.add(f"{inputs}, {answers} = both[:, :-1], both[:, -1]")
    else:
        load_table(draw, s, n)
        fill_table(draw, s, n)
        columns_of(s, n["table"], (inputs, answers), one_of(draw, *COLUMNS))


TOOLS = {
    "StandardScaler": "sklearn.preprocessing",
    "MinMaxScaler": "sklearn.preprocessing",
    "SimpleImputer": "sklearn.impute",
    "PCA": "sklearn.decomposition",
}


def prepare_all(draw: Draw, s: Script, n: Names) -> None:
    """A statistic of all rows before they are divided, something harmless, or nothing."""
    inputs, answers, tool = n["X"], n["y"], n["tool"]
    how = one_of(
        draw, *["no"] * 5, "at once", "two steps", "by hand", "selected", "copied", "log", "codes"
    )
    if how in {"at once", "two steps"}:
        name = one_of(draw, *TOOLS)
        s.use(f"from {TOOLS[name]} import {name}")
        s.add(f"{tool} = {name}()")
        if how == "two steps":
            s.add(f"{tool}.fit({inputs})", f"{inputs} = {tool}.transform({inputs})")
        else:
            s.add(f"{inputs} = {tool}.fit_transform({inputs})")
    elif how == "by hand":
        s.add(f"{inputs} = ({inputs} - {inputs}.mean(axis=0)) / {inputs}.std(axis=0)")
    elif how == "selected":
        s.use("from sklearn.feature_selection import SelectKBest")
        s.add(f"{inputs} = SelectKBest(k=2).fit_transform({inputs}, {answers})")
    elif how == "copied":
        s.use("from imblearn.over_sampling import SMOTE")
        s.add(f"{inputs}, {answers} = SMOTE().fit_resample({inputs}, {answers})")
        s.leaks.add(OVERLAP)
    elif how == "log":
        s.use("import numpy as np")
        s.add(f"{inputs} = np.log1p({inputs})")
    elif how == "codes":
        s.use("from sklearn.preprocessing import LabelEncoder")
        s.add(f"{answers} = LabelEncoder().fit_transform({answers})")
    if how in {"at once", "two steps", "by hand", "selected"}:
        s.leaks.add(PREPROCESSING)


def divide_arrays(draw: Draw, s: Script, n: Names) -> None:
    inputs, answers = n["X"], n["y"]
    parts = (n["Xtr"], n["Xte"], n["ytr"], n["yte"])
    how = one_of(draw, "call", "call", "slices", "number", "shuffled", "indexes", "mask", "thrice")
    if how == "call":
        s.use("from sklearn.model_selection import train_test_split")
        s.add(f"{', '.join(parts)} = train_test_split({inputs}, {answers}, test_size=0.2)")
    elif how == "thrice":
        s.use("from sklearn.model_selection import train_test_split")
        s.add(f"{parts[0]}, rest, {parts[2]}, rest_too = train_test_split({inputs}, {answers})")
        s.add(f"spare, {parts[1]}, spare_too, {parts[3]} = train_test_split(rest, rest_too)")
    elif how == "slices":
        s.add(f"cut = int(0.8 * len({inputs}))")
        s.add(f"{parts[0]}, {parts[1]} = {inputs}[:cut], {inputs}[cut:]")
        s.add(f"{parts[2]}, {parts[3]} = {answers}[:cut], {answers}[cut:]")
    elif how == "number":
        s.add(f"{parts[0]} = {inputs}[:800]", f"{parts[2]} = {answers}[:800]")
        s.add(f"{parts[1]} = {inputs}[800:]", f"{parts[3]} = {answers}[800:]")
    elif how == "shuffled":
        s.use("import numpy as np")
        s.add(f"order = np.random.permutation(len({inputs}))")
        s.add("first, second = order[:800], order[800:]")
        s.add(f"{parts[0]}, {parts[2]} = {inputs}[first], {answers}[first]")
        s.add(f"{parts[1]}, {parts[3]} = {inputs}[second], {answers}[second]")
    elif how == "indexes":
        s.use("import numpy as np", "from sklearn.model_selection import train_test_split")
        s.add(f"first, second = train_test_split(np.arange(len({inputs})))")
        s.add(f"{parts[0]}, {parts[2]} = {inputs}[first], {answers}[first]")
        s.add(f"{parts[1]}, {parts[3]} = {inputs}[second], {answers}[second]")
    else:
        s.use("import numpy as np")
        s.add(f"chosen = np.random.rand(len({inputs})) < 0.8")
        s.add(f"{parts[0]}, {parts[2]} = {inputs}[chosen], {answers}[chosen]")
        s.add(f"{parts[1]}, {parts[3]} = {inputs}[~chosen], {answers}[~chosen]")


def divide_table(draw: Draw, s: Script, n: Names) -> None:
    table, first, second = n["table"], n["tr"], n["te"]
    how = one_of(draw, "call", "sample", "years", "slices", "positions", "mask", "ids", "most ids")
    if how == "call":
        s.use("from sklearn.model_selection import train_test_split")
        s.add(f"{first}, {second} = train_test_split({table})")
    elif how == "sample":
        s.add(f"{first} = {table}.sample(frac=0.8, random_state=1)")
        s.add(f"{second} = {table}.drop({first}.index)")
    elif how == "years":
        s.add(f'{first} = {table}[{table}["year"] < 2020]')
        s.add(f'{second} = {table}[{table}["year"] >= 2020]')
    elif how == "slices":
        s.add(f"{first}, {second} = {table}[:800], {table}[800:]")
    elif how == "positions":
        s.add(f"cut = int(0.8 * len({table}))")
        s.add(f"{first} = {table}.iloc[:cut]", f"{second} = {table}.iloc[cut:]")
    elif how == "ids":
        s.use("from sklearn.model_selection import train_test_split")
        s.add(f'some, others = train_test_split({table}["id"].unique())')
        s.add(f'{first} = {table}[{table}["id"].isin(some)]')
        s.add(f'{second} = {table}[{table}["id"].isin(others)]')
    elif how == "most ids":
        s.add(f'everybody = {table}["id"].unique()', "some = everybody[:80]")
        s.add(f'{first} = {table}[{table}["id"].isin(some)]')
        s.add(f'{second} = {table}[~{table}["id"].isin(some)]')
    else:
        s.add(f'early = {table}["year"] <= 2019')
        s.add(f"{first} = {table}[early]", f"{second} = {table}[~early]")
    columns = one_of(draw, *COLUMNS)
    columns_of(s, first, (n["Xtr"], n["ytr"]), columns)
    columns_of(s, second, (n["Xte"], n["yte"]), columns)


def prepare_parts(draw: Draw, s: Script, n: Names) -> None:
    """Statistics of the training rows alone, which is as it should be."""
    a, b, y, tool = n["Xtr"], n["Xte"], n["ytr"], n["tool"]
    how = one_of(draw, *["no"] * 4, "tool", "two steps", "by hand", "filled", "copied")
    if how in {"tool", "two steps"}:
        name = one_of(draw, *TOOLS)
        s.use(f"from {TOOLS[name]} import {name}")
        if how == "two steps":
            s.add(f"{tool} = {name}().fit({a})", f"{a} = {tool}.transform({a})")
        else:
            s.add(f"{tool} = {name}()", f"{a} = {tool}.fit_transform({a})")
        s.add(f"{b} = {tool}.transform({b})")
    elif how == "by hand":
        s.add(f"middle, width = {a}.mean(axis=0), {a}.std(axis=0)")
        s.add(f"{a} = ({a} - middle) / width", f"{b} = ({b} - middle) / width")
    elif how == "filled":
        s.add(f"middle = {a}.mean()", f"{a} = {a}.fillna(middle)", f"{b} = {b}.fillna(middle)")
    elif how == "copied":
        s.use("from imblearn.over_sampling import RandomOverSampler")
        s.add(f"{a}, {y} = RandomOverSampler().fit_resample({a}, {y})")


MODELS = {
    "SVC": ("from sklearn.svm import SVC", "SVC()"),
    "RandomForestClassifier": (
        "from sklearn.ensemble import RandomForestClassifier",
        "RandomForestClassifier(n_estimators=50)",
    ),
    "LogisticRegression": (
        "from sklearn.linear_model import LogisticRegression",
        "LogisticRegression(max_iter=500)",
    ),
    "XGBClassifier": ("from xgboost import XGBClassifier", "XGBClassifier()"),
}


def build(draw: Draw, s: Script) -> str:
    """An expression that makes an estimator."""
    name = one_of(draw, *MODELS)
    line, made = MODELS[name]
    s.use(line)
    if one_of(draw, "bare", "bare", "scaled") == "scaled":
        s.use("from sklearn.pipeline import make_pipeline")
        s.use("from sklearn.preprocessing import StandardScaler")
        return f"make_pipeline(StandardScaler(), {made})"
    return made


def fit_arrays(draw: Draw, s: Script, n: Names, inputs: str, answers: str) -> None:
    model = n["model"]
    how = one_of(draw, "two lines", "two lines", "chained", "keras", "booster")
    if how == "keras":
        s.use("from tensorflow import keras")
        s.add(f"{model} = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])")
        s.add(f'{model}.compile(optimizer="adam", loss="mse", metrics=["mae"])')
        s.add(f"{model}.fit({inputs}, {answers}, epochs=5)")
    elif how == "booster":
        s.use("import lightgbm as lgb")
        s.add(f"{model} = lgb.LGBMClassifier(n_estimators=50)")
        s.add(f"{model}.fit({inputs}, {answers})")
    elif how == "chained":
        s.add(f"{model} = {build(draw, s)}.fit({inputs}, {answers})")
    else:
        s.add(f"{model} = {build(draw, s)}", f"{model}.fit({inputs}, {answers})")


@st.composite
def array_scripts(draw: Draw) -> Script:
    """Load, prepare, divide, prepare the parts, fit, score."""
    n, s = begun(draw)
    if draw(st.booleans()):
        load_arrays(draw, s, n)
        prepare_all(draw, s, n)
        divide_arrays(draw, s, n)
    else:
        load_table(draw, s, n)
        fill_table(draw, s, n)
        divide_table(draw, s, n)
    prepare_parts(draw, s, n)
    fit_arrays(draw, s, n, n["Xtr"], n["ytr"])
    scored = one_of(draw, "held", "held", "held", "fitted", "both", "none")
    if scored in {"fitted", "both"}:
        score_arrays(draw, s, n, n["Xtr"], n["ytr"])
    if scored in {"held", "both"}:
        score_arrays(draw, s, n, n["Xte"], n["yte"])
    return s.told({"none": NONE, "fitted": TRAIN_ONLY}.get(scored, HELD_OUT))


@st.composite
def undivided_scripts(draw: Draw) -> Script:
    """Everything is fitted and the same rows are scored, or folds of them."""
    n, s = begun(draw)
    load_arrays(draw, s, n)
    prepare_all(draw, s, n)
    leaks = set(s.leaks)
    inputs, answers, model = n["X"], n["y"], n["model"]
    how = one_of(draw, "same rows", "function", "folds", "folds", "scaled folds", "search")
    if how == "same rows":
        fit_arrays(draw, s, n, inputs, answers)
        score_arrays(draw, s, n, inputs, answers)
        return s.told(TRAIN_ONLY)
    if how == "function":
        s.use("from sklearn.model_selection import cross_val_score")
        s.add(f"{model} = {build(draw, s)}")
        s.add(f"print(cross_val_score({model}, {inputs}, {answers}, cv=5).mean())")
    elif how == "search":
        s.use("from sklearn.model_selection import GridSearchCV", "from sklearn.svm import SVC")
        s.add(f'{model} = GridSearchCV(SVC(), {{"C": [1, 10]}})')
        s.add(f"{model}.fit({inputs}, {answers})", f"print({model}.best_score_)")
        leaks = set()  # a search that scores itself is not accused
    else:
        s.use("import numpy as np", "from sklearn.model_selection import KFold")
        made = build(draw, s)
        s.add("found_scores = []")
        if how == "scaled folds":
            s.use("from sklearn.preprocessing import StandardScaler")
            s.add(
                f"for inner, outer in KFold(n_splits=5).split({inputs}):\n"
                f"    yardstick = StandardScaler().fit({inputs}[inner])\n"
                f"    {model} = {made}\n"
                f"    {model}.fit(yardstick.transform({inputs}[inner]), {answers}[inner])\n"
                f"    answer = {model}.predict(yardstick.transform({inputs}[outer]))\n"
                f"    found_scores.append(np.mean(answer == {answers}[outer]))"
            )
            s.add("print(np.mean(found_scores))")
            s.evaluation, s.leaks = FOLDS, leaks
            return s
        s.add(
            f"for inner, outer in KFold(n_splits=5).split({inputs}):\n"
            f"    {model} = {made}\n"
            f"    {model}.fit({inputs}[inner], {answers}[inner])\n"
            f"    found_scores.append({model}.score({inputs}[outer], {answers}[outer]))"
        )
        s.add("print(np.mean(found_scores))")
    s.evaluation, s.leaks = FOLDS, leaks
    return s


@st.composite
def group_scripts(draw: Draw) -> Script:
    """One group is left out after the other, by a condition."""
    n, s = begun(draw)
    load_table(draw, s, n)
    fill_table(draw, s, n)
    table, first, second, model = n["table"], n["tr"], n["te"], n["model"]
    made = build(draw, s)
    s.add("found_scores = []")
    groups = f'{table}["site"].unique()'
    if draw(st.booleans()):
        s.add(f"places = {groups}")
        groups = "places"
    s.add(
        f"for place in {groups}:\n"
        f'    {first} = {table}[{table}["site"] != place]\n'
        f'    {second} = {table}[{table}["site"] == place]\n'
        f"    {model} = {made}\n"
        f'    {model}.fit({first}[["a", "b"]], {first}["goal"])\n'
        f'    found_scores.append({model}.score({second}[["a", "b"]], {second}["goal"]))'
    )
    s.add("print(sum(found_scores) / len(found_scores))")
    return s.told(FOLDS)


@st.composite
def several_scripts(draw: Draw) -> Script:
    """Several models in a dictionary, each fitted and scored, and none of them chosen."""
    n, s = begun(draw)
    load_arrays(draw, s, n)
    prepare_all(draw, s, n)
    divide_arrays(draw, s, n)
    one, other = build(draw, s), build(draw, s)
    s.add(f'several = {{"one": {one}, "other": {other}}}')
    if draw(st.booleans()):
        s.add("reached = {}")
        s.add(
            f"for label, {n['model']} in several.items():\n"
            f"    {n['model']}.fit({n['Xtr']}, {n['ytr']})\n"
            f"    reached[label] = {n['model']}.score({n['Xte']}, {n['yte']})"
        )
        s.add("print(reached)")
    else:
        s.add(
            f"for {n['model']} in several.values():\n"
            f"    {n['model']}.fit({n['Xtr']}, {n['ytr']})\n"
            f"    print(np.mean({n['model']}.predict({n['Xte']}) == {n['yte']}))"
        )
        s.use("import numpy as np")
    return s.told(HELD_OUT)
