"""Scripts that use files: parts in two of them, what was written and read back, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from script_grammar.arrays import (
    COLUMNS,
    columns_of,
    divide_arrays,
    fit_arrays,
    load_arrays,
    prepare_all,
    prepare_parts,
)
from script_grammar.scores import score_arrays
from script_grammar.script import HELD_OUT, NONE, PREPROCESSING, TRAIN_ONLY, Script, begun, one_of

if TYPE_CHECKING:
    from script_grammar.script import Draw


@st.composite
def file_scripts(draw: Draw) -> Script:
    """Two files whose names say which part they are."""
    n, s = begun(draw)
    s.use("import pandas as pd")
    folder = one_of(draw, "", "data/", "../input/")
    s.add(f'{n["tr"]} = pd.read_csv("{folder}train.csv")')
    s.add(f'{n["te"]} = pd.read_csv("{folder}test.csv")')
    how = one_of(draw, *["no"] * 4, "together", "own mean", "all means")
    if how == "own mean":
        s.add(f'middle = {n["tr"]}["a"].mean()')
        for part in (n["tr"], n["te"]):
            s.add(f'{part}["a"] = {part}["a"].fillna(middle)')
    elif how == "all means":
        s.add(f'middle = pd.concat([{n["tr"]}, {n["te"]}])["a"].mean()')
        for part in (n["tr"], n["te"]):
            s.add(f'{part}["a"] = {part}["a"].fillna(middle)')
        s.leaks.add(PREPROCESSING)
    columns = one_of(draw, *COLUMNS)
    columns_of(s, n["tr"], (n["Xtr"], n["ytr"]), columns)
    columns_of(s, n["te"], (n["Xte"], n["yte"]), columns)
    if how == "together":
        s.use("from sklearn.preprocessing import StandardScaler")
        s.add(f"{n['tool']} = StandardScaler().fit(pd.concat([{n['Xtr']}, {n['Xte']}]))")
        s.add(f"{n['Xtr']} = {n['tool']}.transform({n['Xtr']})")
        s.add(f"{n['Xte']} = {n['tool']}.transform({n['Xte']})")
        s.leaks.add(PREPROCESSING)
    fit_arrays(draw, s, n, n["Xtr"], n["ytr"])
    scored = one_of(draw, "held", "held", "fitted", "none")
    if scored != "none":
        side = "tr" if scored == "fitted" else "te"
        score_arrays(draw, s, n, n[f"X{side}"], n[f"y{side}"])
    return s.told({"none": NONE, "fitted": TRAIN_ONLY}.get(scored, HELD_OUT))


@st.composite
def stored_scripts(draw: Draw) -> Script:
    """A model that is written to a file, read back and then scored."""
    n, s = begun(draw)
    load_arrays(draw, s, n)
    prepare_all(draw, s, n)
    divide_arrays(draw, s, n)
    prepare_parts(draw, s, n)
    s.use("from sklearn.svm import SVC")
    s.add(f"{n['model']} = SVC().fit({n['Xtr']}, {n['ytr']})")
    how = one_of(draw, "joblib", "pickle", "arrays")
    if how == "joblib":
        s.use("import joblib")
        s.add(f'joblib.dump({n["model"]}, "models/line.joblib")')
        s.add(f'{n["model"]} = joblib.load("models/line.joblib")')
    elif how == "pickle":
        s.use("import pickle")
        s.add(f'with open("line.pkl", "wb") as jar:\n    pickle.dump({n["model"]}, jar)')
        s.add(f'with open("line.pkl", "rb") as jar:\n    {n["model"]} = pickle.load(jar)')
    else:
        s.use("import numpy as np")
        s.add(f'np.save("later.npy", {n["Xte"]})', f'np.save("marks.npy", {n["yte"]})')
        s.add(f'{n["Xte"]}, {n["yte"]} = np.load("later.npy"), np.load("marks.npy")')
    score_arrays(draw, s, n, n["Xte"], n["yte"])
    return s.told(HELD_OUT)


@st.composite
def text_scripts(draw: Draw) -> Script:
    """Texts, whose words are weighed over all of them, over the training part, or by a pipeline."""
    n, s = begun(draw)
    s.use("import pandas as pd", "from sklearn.linear_model import LogisticRegression")
    s.use("from sklearn.feature_extraction.text import TfidfVectorizer")
    s.use("from sklearn.model_selection import train_test_split")
    table, tool, model = n["table"], n["tool"], n["model"]
    a, b, c, d = n["Xtr"], n["Xte"], n["ytr"], n["yte"]
    s.add(f'{table} = pd.read_csv("mails.csv")')
    if draw(st.booleans()):
        s.add(f'{table}["body"] = {table}["body"].str.lower()')
    how = one_of(draw, "all", "part", "pipeline")
    divide = f"{a}, {b}, {c}, {d} = train_test_split"
    if how == "all":
        s.add(f"{tool} = TfidfVectorizer(max_features=5000)")
        s.add(f'{n["X"]} = {tool}.fit_transform({table}["body"])')
        s.add(f'{divide}({n["X"]}, {table}["spam"])')
        s.leaks.add(PREPROCESSING)
    else:
        s.add(f'{divide}({table}["body"], {table}["spam"])')
    if how == "part":
        s.add(f"{tool} = TfidfVectorizer(max_features=5000)")
        s.add(f"{a} = {tool}.fit_transform({a})", f"{b} = {tool}.transform({b})")
    if how == "pipeline":
        s.use("from sklearn.pipeline import Pipeline")
        s.add(f'{model} = Pipeline([("words", TfidfVectorizer()), ("line", LogisticRegression())])')
    else:
        s.add(f"{model} = LogisticRegression()")
    s.add(f"{model}.fit({a}, {c})")
    score_arrays(draw, s, n, b, d)
    return s.told(HELD_OUT)
