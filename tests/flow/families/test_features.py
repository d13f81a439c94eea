"""Transformers of other libraries than scikit-learn's, and what their statistics see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "feature-engine, fitted on the training part": (
        """
    import pandas as pd
    from feature_engine.imputation import MeanMedianImputer
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("rents.csv")
    X_train, X_test, y_train, y_test = train_test_split(table.drop("rent", axis=1), table["rent"])
    filled = MeanMedianImputer(imputation_method="median")
    filled.fit(X_train)
    model = Lasso().fit(filled.transform(X_train), y_train)
    print(model.score(filled.transform(X_test), y_test))
        """,
        {
            "fit": ["Lasso:9"],
            "scores": ["r2_score:10 disjoint test"],
            "leaks": [],
            "fit_transform": ["MeanMedianImputer:8"],
        },
    ),
    "feature-engine, fitted on all rows": (
        """
    import pandas as pd
    from feature_engine.imputation import MeanMedianImputer
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("rents.csv")
    X = MeanMedianImputer().fit_transform(table.drop("rent", axis=1))
    X_train, X_test, y_train, y_test = train_test_split(X, table["rent"])
    print(Lasso().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["Lasso:8"],
            "scores": ["r2_score:8 disjoint test"],
            "leaks": ["preprocessing:6"],
            "fit_transform": ["MeanMedianImputer:6"],
        },
    ),
    "category encoders, the target of all rows": (
        """
    import category_encoders as ce
    import pandas as pd
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("rents.csv")
    X = ce.TargetEncoder(cols=["town"]).fit_transform(table[["town"]], table["rent"])
    X_train, X_test, y_train, y_test = train_test_split(X, table["rent"])
    print(Lasso().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["Lasso:8"],
            "scores": ["r2_score:8 disjoint test"],
            "leaks": ["preprocessing:6"],
            "fit_transform": ["TargetEncoder:6"],
        },
    ),
    "category encoders, the target of the training part": (
        """
    import category_encoders as ce
    import pandas as pd
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("rents.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["town"]], table["rent"])
    coded = ce.LeaveOneOutEncoder(cols=["town"])
    model = Lasso().fit(coded.fit_transform(X_train, y_train), y_train)
    print(model.score(coded.transform(X_test), y_test))
        """,
        {
            "fit": ["Lasso:8"],
            "scores": ["r2_score:9 disjoint test"],
            "leaks": [],
            "fit_transform": ["LeaveOneOutEncoder:8"],
        },
    ),
    "category encoders, a list of towns": (
        """
    import category_encoders as ce
    import pandas as pd
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("rents.csv")
    X = ce.OneHotEncoder(cols=["town"]).fit_transform(table[["town"]])
    X_train, X_test, y_train, y_test = train_test_split(X, table["rent"])
    print(Lasso().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["Lasso:8"],
            "scores": ["r2_score:8 disjoint test"],
            "leaks": [],
            "fit_transform": ["OneHotEncoder:6"],
        },
    ),
    "oversampled in a pipeline, by folds": (
        """
    import pandas as pd
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import Pipeline
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    table = pd.read_csv("loans.csv")
    steps = Pipeline([("more", SMOTE()), ("model", LogisticRegression())])
    print(cross_val_score(steps, table[["a"]], table["late"]))
        """,
        {
            "fit": ["Pipeline:8"],
            "scores": ["cross_val_score:8 disjoint fold"],
            "leaks": [],
        },
    ),
    "oversampled before the division": (
        """
    import pandas as pd
    from imblearn.combine import SMOTETomek
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X, y = SMOTETomek().fit_resample(table[["a"]], table["late"])
    X_train, X_test, y_train, y_test = train_test_split(X, y)
    print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["LogisticRegression:8"],
            "scores": ["accuracy:8 disjoint test"],
            "leaks": ["overlap:6"],
            "resample": ["SMOTETomek:6"],
        },
    ),
    "undersampled before the division: no row is there twice": (
        """
    import pandas as pd
    from imblearn.under_sampling import RandomUnderSampler
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X, y = RandomUnderSampler().fit_resample(table[["a"]], table["late"])
    X_train, X_test, y_train, y_test = train_test_split(X, y)
    print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["LogisticRegression:8"],
            "scores": ["accuracy:8 disjoint test"],
            "leaks": [],
            "resample": ["RandomUnderSampler:6"],
        },
    ),
    "columns chosen on all rows": (
        """
    import pandas as pd
    from boruta import BorutaPy
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    chosen = BorutaPy(RandomForestClassifier())
    chosen.fit(table[["a"]].values, table["late"].values)
    X = chosen.transform(table[["a"]].values)
    X_train, X_test, y_train, y_test = train_test_split(X, table["late"])
    print(RandomForestClassifier().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["RandomForestClassifier:10"],
            "scores": ["accuracy:10 disjoint test"],
            "leaks": ["preprocessing:7"],
            "fit_transform": ["BorutaPy:7"],
        },
    ),
    "a scale by a function": (
        """
    import pandas as pd
    from scipy.stats import zscore
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]].apply(zscore), table["late"])
    print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["LogisticRegression:7"],
            "scores": ["accuracy:7 disjoint test"],
            "leaks": ["preprocessing:6"],
            "fit_transform": ["zscore:6"],
        },
    ),
    "far values left out by their scale": (
        """
    import numpy as np
    import pandas as pd
    from scipy import stats
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    table = pd.read_csv("loans.csv")
    table = table[(np.abs(stats.zscore(table)) < 3).all(axis=1)]
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["LogisticRegression:9"],
            "scores": ["accuracy:9 disjoint test"],
            "leaks": [],
            "fit_transform": ["zscore:7"],
        },
    ),
    "a function of each row alone": (
        """
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import Lasso
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import FunctionTransformer
    table = pd.read_csv("rents.csv")
    X = FunctionTransformer(np.log1p).fit_transform(table[["size"]])
    X_train, X_test, y_train, y_test = train_test_split(X, table["rent"])
    print(Lasso().fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["Lasso:9"],
            "scores": ["r2_score:9 disjoint test"],
            "leaks": [],
            "fit_transform": ["FunctionTransformer:7"],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
