"""Gradient boosting by the native APIs of XGBoost, LightGBM and CatBoost, and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "xgboost, held out": (
        """
    import pandas as pd
    import xgboost as xgb
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table.drop("late", axis=1), table["late"])
    dtrain, dtest = xgb.DMatrix(X_train, label=y_train), xgb.DMatrix(X_test, label=y_test)
    booster = xgb.train({"max_depth": 3}, dtrain, num_boost_round=50)
    print(roc_auc_score(y_test, booster.predict(dtest)), booster.eval(dtest))
        """,
        {
            "fit": ["train:8"],
            "scores": ["eval:9 disjoint test", "roc_auc_score:9 disjoint test"],
            "leaks": [],
        },
    ),
    "xgboost, scored on its training rows": (
        """
    import pandas as pd
    import xgboost as xgb
    from sklearn.metrics import roc_auc_score
    table = pd.read_csv("loans.csv")
    rows = xgb.DMatrix(table.drop("late", axis=1), label=table["late"])
    booster = xgb.train({}, rows)
    print(roc_auc_score(table["late"], booster.predict(rows)))
        """,
        {
            "fit": ["train:6"],
            "scores": ["roc_auc_score:7 same"],
            "leaks": ["overlap:7"],
        },
    ),
    "xgboost, stopped early on the test rows": (
        """
    import pandas as pd
    import xgboost as xgb
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table.drop("late", axis=1), table["late"])
    dtrain, dtest = xgb.DMatrix(X_train, y_train), xgb.DMatrix(X_test, y_test)
    watched = [(dtrain, "train"), (dtest, "eval")]
    booster = xgb.train({}, dtrain, 900, watched, early_stopping_rounds=9)
    print(roc_auc_score(y_test, booster.predict(dtest)))
        """,
        {
            "fit": ["train:9"],
            "scores": ["loss:9 disjoint validation", "roc_auc_score:10 disjoint test"],
            "leaks": ["multi_test:9"],
        },
    ),
    "xgboost, stopped early on validation rows": (
        """
    import pandas as pd
    import xgboost as xgb
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split
    rest, test = train_test_split(pd.read_csv("loans.csv"))
    train, valid = train_test_split(rest)
    parts = (train, valid, test)
    dtrain, dvalid, dtest = (xgb.DMatrix(part[["a"]], part["late"]) for part in parts)
    booster = xgb.train({}, dtrain, 900, evals=[(dvalid, "valid")], early_stopping_rounds=9)
    print(roc_auc_score(test["late"], booster.predict(dtest)))
        """,
        {
            "fit": ["train:9"],
            "scores": ["loss:9 disjoint validation", "roc_auc_score:10 disjoint test"],
            "leaks": [],
        },
    ),
    "xgboost, folds": (
        """
    import pandas as pd
    import xgboost as xgb
    table = pd.read_csv("loans.csv")
    rows = xgb.DMatrix(table[["a"]], label=table["late"])
    print(xgb.cv({}, rows, num_boost_round=50, nfold=5)["test-error-mean"].min())
        """,
        {
            "fit": ["cv:5"],
            "scores": ["cv:5 disjoint fold"],
            "leaks": [],
        },
    ),
    "lightgbm, a file for each part": (
        """
    import lightgbm as lgb
    import pandas as pd
    from sklearn.metrics import mean_squared_error
    train, test = pd.read_csv("rents.train.csv"), pd.read_csv("rents.test.csv")
    rows = lgb.Dataset(train[["a"]], train["rent"])
    model = lgb.train({"objective": "regression"}, rows, num_boost_round=20)
    print(mean_squared_error(test["rent"], model.predict(test[["a"]])))
        """,
        {
            "fit": ["train:6"],
            "scores": ["mean_squared_error:7 disjoint test"],
            "leaks": [],
        },
    ),
    "lightgbm, a validation set made from the training set": (
        """
    import lightgbm as lgb
    import pandas as pd
    from sklearn.model_selection import train_test_split
    train, valid = train_test_split(pd.read_csv("rents.csv"))
    rows = lgb.Dataset(train[["a"]], label=train["rent"])
    watched = rows.create_valid(valid[["a"]], label=valid["rent"])
    lgb.train({}, rows, 10, valid_sets=[watched], callbacks=[lgb.early_stopping(5)])
        """,
        {
            "fit": ["train:7"],
            "scores": ["loss:7 disjoint validation"],
            "leaks": [],
        },
    ),
    "lightgbm, stopped early on the test rows": (
        """
    import lightgbm as lgb
    import pandas as pd
    from sklearn.metrics import mean_squared_error
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("rents.csv"))
    rows = lgb.Dataset(train[["a"]], train["rent"])
    watched = lgb.Dataset(test[["a"]], test["rent"], reference=rows)
    model = lgb.train({}, rows, valid_sets=watched, callbacks=[lgb.early_stopping(5)])
    print(mean_squared_error(test["rent"], model.predict(test[["a"]])))
        """,
        {
            "fit": ["train:8"],
            "scores": ["loss:8 disjoint validation", "mean_squared_error:9 disjoint test"],
            "leaks": ["multi_test:8"],
        },
    ),
    "lightgbm, folds": (
        """
    import lightgbm as lgb
    import pandas as pd
    table = pd.read_csv("rents.csv")
    lgb.cv({}, lgb.Dataset(table[["a"]], label=table["rent"]), 10, nfold=5)
        """,
        {
            "fit": ["cv:4"],
            "scores": ["cv:4 disjoint fold"],
            "leaks": [],
        },
    ),
    "catboost, held out in pools": (
        """
    import pandas as pd
    from catboost import CatBoostClassifier, Pool
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table.drop("late", axis=1), table["late"])
    model = CatBoostClassifier(iterations=10)
    model.fit(Pool(X_train, y_train, cat_features=[0]))
    pool = Pool(X_test, y_test, cat_features=[0])
    print(model.eval_metrics(pool, ["AUC"]), model.score(pool))
        """,
        {
            "fit": ["CatBoostClassifier:7"],
            "scores": ["accuracy:9 disjoint test", "eval_metrics:9 disjoint test"],
            "leaks": [],
        },
    ),
    "catboost, stopped early on the test rows": (
        """
    import pandas as pd
    from catboost import CatBoostRegressor, Pool
    from sklearn.metrics import r2_score
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("rents.csv"))
    model = CatBoostRegressor(early_stopping_rounds=5)
    pool = Pool(test[["a"]], test["rent"])
    model.fit(Pool(train[["a"]], train["rent"]), eval_set=pool)
    print(r2_score(test["rent"], model.predict(pool)))
        """,
        {
            "fit": ["CatBoostRegressor:8"],
            "scores": ["loss:8 disjoint validation", "r2_score:9 disjoint test"],
            "leaks": ["multi_test:8"],
        },
    ),
    "catboost, folds and a grid": (
        """
    import pandas as pd
    from catboost import CatBoostRegressor, Pool, cv
    table = pd.read_csv("rents.csv")
    cv(params={"iterations": 10}, pool=Pool(table[["a"]], table["rent"]), fold_count=3)
    CatBoostRegressor().grid_search({"depth": [2, 3]}, X=table[["a"]], y=table["rent"])
        """,
        {
            "fit": ["CatBoostRegressor:5", "cv:4"],
            "scores": ["cv:4 disjoint fold", "grid_search:5 disjoint fold"],
            "leaks": [],
        },
    ),
    "catboost, a stored model": (
        """
    from catboost import CatBoostClassifier
    model = CatBoostClassifier()
    model.load_model("late.cbm")
    print(model.predict(rows))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:3"],
        },
    ),
    "ngboost and tabnet": (
        """
    import pandas as pd
    from ngboost import NGBRegressor
    from pytorch_tabnet.tab_model import TabNetClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    print(NGBRegressor().fit(X_train, y_train).score(X_test, y_test))
    X_fit, X_valid, y_fit, y_valid = train_test_split(X_train, y_train)
    net = TabNetClassifier()
    net.fit(X_fit, y_fit, eval_set=[(X_valid, y_valid)])
    print(roc_auc_score(y_test, net.predict_proba(X_test)[:, 1]))
        """,
        {
            "fit": ["NGBRegressor:8", "TabNetClassifier:11"],
            "scores": [
                "loss:11 disjoint validation",
                "roc_auc_score:12 disjoint test",
                "score:8 disjoint test",
            ],
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
