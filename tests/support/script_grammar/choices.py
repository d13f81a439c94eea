"""Scripts that choose: the best of several, a threshold, a search, early stopping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from script_grammar.arrays import load_arrays
from script_grammar.scores import score_arrays
from script_grammar.script import FOLDS, HELD_OUT, MULTI_TEST, Names, Script, begun, one_of

if TYPE_CHECKING:
    from script_grammar.script import Draw


def divided(draw: Draw, s: Script, n: Names, *, fair: bool) -> tuple[str, str]:
    """Two parts, or three with one to choose by; gives the inputs and answers to choose by."""
    load_arrays(draw, s, n)
    s.use("from sklearn.model_selection import train_test_split")
    a, b, c, d = n["Xtr"], n["Xte"], n["ytr"], n["yte"]
    if not fair:
        s.add(f"{a}, {b}, {c}, {d} = train_test_split({n['X']}, {n['y']})")
        return b, d
    s.add(f"rest, {b}, rest_too, {d} = train_test_split({n['X']}, {n['y']})")
    s.add(f"{a}, {n['Xva']}, {c}, {n['yva']} = train_test_split(rest, rest_too)")
    return n["Xva"], n["yva"]


@st.composite
def choosing_scripts(draw: Draw) -> Script:
    """The best of several by the held-out rows, or by validation rows beside them."""
    n, s = begun(draw)
    fair = draw(st.booleans())
    inputs, answers = divided(draw, s, n, fair=fair)
    s.use("from sklearn.neighbors import KNeighborsClassifier")
    a, b, c, d = n["Xtr"], n["Xte"], n["ytr"], n["yte"]
    model, best, kept = n["model"], n["best"], n["kept"]
    how = one_of(draw, "so far", "list", "threshold", "listed")
    fit = f"    {model} = KNeighborsClassifier(count)\n    {model}.fit({a}, {c})\n"
    if how == "so far":
        s.add(f"{best}, {kept} = 0, None")
        s.add(
            f"for count in [1, 3, 5]:\n{fit}"
            f"    reached = {model}.score({inputs}, {answers})\n"
            f"    if reached > {best}:\n"
            f"        {best}, {kept} = reached, {model}"
        )
        s.add(f"print({kept}.score({b}, {d}))")
    elif how == "list":
        s.use("import numpy as np")
        s.add("reached = []")
        s.add(
            f"for count in [1, 3, 5]:\n{fit}    reached.append({model}.score({inputs}, {answers}))"
        )
        s.add(f"{best} = [1, 3, 5][int(np.argmax(reached))]")
        s.add(f"{kept} = KNeighborsClassifier({best}).fit({a}, {c})")
        s.add(f"print({kept}.score({b}, {d}))")
    elif how == "threshold":
        s.use("import numpy as np", "from sklearn.metrics import f1_score")
        s.add(f"{model} = KNeighborsClassifier().fit({a}, {c})")
        s.add(f"chances = {model}.predict_proba({inputs})[:, 1]")
        s.add(
            f"reached = [f1_score({answers}, chances > edge) for edge in np.arange(0.1, 0.9, 0.1)]"
        )
        s.add(f"{best} = 0.1 + 0.1 * np.argmax(reached)")
        s.add(f"print(f1_score({d}, {model}.predict_proba({b})[:, 1] > {best}))")
    else:  # several scores are printed, and nothing is chosen
        s.add(f"for count in [1, 3, 5]:\n{fit}    print(count, {model}.score({b}, {d}))")
    if not fair and how != "listed":
        s.leaks.add(MULTI_TEST)
    return s.told(HELD_OUT)


@st.composite
def searching_scripts(draw: Draw) -> Script:
    """A search by folds of the training rows, with or without a test afterwards."""
    n, s = begun(draw)
    divided(draw, s, n, fair=False)
    s.use("from sklearn.model_selection import GridSearchCV", "from sklearn.svm import SVC")
    s.add(f'{n["model"]} = GridSearchCV(SVC(), {{"C": [1, 10]}}, cv=3)')
    s.add(f"{n['model']}.fit({n['Xtr']}, {n['ytr']})")
    if draw(st.booleans()):
        s.add(f"{n['model']} = {n['model']}.best_estimator_")
    if draw(st.booleans()):
        score_arrays(draw, s, n, n["Xte"], n["yte"])
        return s.told(HELD_OUT)
    s.leaks = set()  # a search that scores itself is not accused
    return s.told(FOLDS)


@st.composite
def stopping_scripts(draw: Draw) -> Script:
    """Boosting that watches rows, and stops by them or not."""
    n, s = begun(draw)
    fair = draw(st.booleans())
    inputs, answers = divided(draw, s, n, fair=fair)
    a, c, model = n["Xtr"], n["ytr"], n["model"]
    stops = draw(st.booleans())
    option = "early_stopping_rounds=10" if stops else ""
    how = one_of(draw, "estimator", "estimator with both", "native")
    if how == "native":
        s.use("import xgboost as xgb")
        s.add(f"one_matrix = xgb.DMatrix({a}, label={c})")
        s.add(f"two_matrix = xgb.DMatrix({inputs}, label={answers})")
        s.add(
            f'{model} = xgb.train({{"eta": 0.1}}, one_matrix, 100, '
            f'evals=[(two_matrix, "w")]{", " * stops}{option})'
        )
        s.use("from sklearn.metrics import roc_auc_score")
        s.add(f"print(roc_auc_score({n['yte']}, {model}.predict(xgb.DMatrix({n['Xte']}))))")
    else:
        s.use("from xgboost import XGBClassifier")
        s.add(f"{model} = XGBClassifier({option})")
        both = f"({a}, {c}), " if how == "estimator with both" else ""
        s.add(f"{model}.fit({a}, {c}, eval_set=[{both}({inputs}, {answers})], verbose=False)")
        score_arrays(draw, s, n, n["Xte"], n["yte"])
    if stops and not fair:
        s.leaks.add(MULTI_TEST)
    return s.told(HELD_OUT)
