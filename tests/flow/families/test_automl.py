"""AutoML and searches: PyCaret, AutoGluon, FLAML, TPOT, H2O, Optuna, hyperopt, Keras Tuner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "pycaret, functions": (
        """
    import pandas as pd
    from pycaret.regression import *
    table = pd.read_csv("rents.csv")
    data = table.sample(frac=0.9, random_state=1)
    unseen = table.drop(data.index)
    setup(data=data, target="rent")
    tuned = tune_model(create_model("rf"))
    predict_model(tuned)
    predict_model(finalize_model(tuned), data=unseen)
        """,
        {
            "fit": ["create_model:7", "finalize_model:9", "tune_model:7"],
            "scores": [
                "create_model:7 disjoint fold",
                "predict_model:8 disjoint test",
                "tune_model:7 disjoint fold",
            ],
            "leaks": [],
        },
    ),
    "pycaret, an experiment": (
        """
    from pycaret.classification import ClassificationExperiment
    from pycaret.datasets import get_data
    experiment = ClassificationExperiment()
    experiment.setup(get_data("diabetes"), target="sick")
    best = experiment.compare_models()
    experiment.predict_model(best)
        """,
        {
            "fit": ["compare_models:5"],
            "scores": ["compare_models:5 disjoint fold", "predict_model:6 disjoint test"],
            "leaks": [],
        },
    ),
    "pycaret, a forecast by a model fitted on all rows": (
        """
    import pandas as pd
    from pycaret.time_series import *
    setup(pd.read_csv("riders.csv"), fh=12)
    best = compare_models()
    predict_model(finalize_model(best), fh=24)
        """,
        {
            "fit": ["compare_models:4", "finalize_model:5"],
            "scores": ["compare_models:4 disjoint fold"],
            "leaks": [],
        },
    ),
    "autogluon, a file for each part": (
        """
    from autogluon.tabular import TabularDataset, TabularPredictor
    train, test = TabularDataset("train.csv"), TabularDataset("test.csv")
    predictor = TabularPredictor(label="late").fit(train)
    print(predictor.evaluate(test), predictor.leaderboard(test))
        """,
        {
            "fit": ["TabularPredictor:3"],
            "scores": [
                "TabularPredictor:3 disjoint fold",
                "evaluate:4 disjoint test",
                "leaderboard:4 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "autogluon, tuned on the test rows": (
        """
    import pandas as pd
    from autogluon.tabular import TabularPredictor
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("loans.csv"))
    predictor = TabularPredictor(label="late").fit(train, tuning_data=test)
    print(predictor.evaluate(test))
        """,
        {
            "fit": ["TabularPredictor:5"],
            "scores": [
                "TabularPredictor:5 disjoint fold",
                "evaluate:6 disjoint test",
                "loss:5 disjoint validation",
            ],
            "leaks": ["multi_test:5"],
        },
    ),
    "autogluon, series": (
        """
    import pandas as pd
    from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor
    rows = TimeSeriesDataFrame.from_data_frame(pd.read_csv("riders.csv"), id_column="line")
    train, test = rows.train_test_split(48)
    predictor = TimeSeriesPredictor(prediction_length=48, target="riders").fit(train)
    print(predictor.evaluate(test))
        """,
        {
            "fit": ["TimeSeriesPredictor:5"],
            "scores": ["TimeSeriesPredictor:5 disjoint fold", "evaluate:6 disjoint test"],
            "leaks": [],
        },
    ),
    "flaml": (
        """
    from flaml import AutoML
    from sklearn.datasets import load_wine
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import train_test_split
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y)
    automl = AutoML()
    automl.fit(X_train, y_train, task="classification", time_budget=10)
    print(accuracy_score(y_test, automl.predict(X_test)))
        """,
        {
            "fit": ["AutoML:8"],
            "scores": ["AutoML:8 disjoint fold", "accuracy_score:9 disjoint test"],
            "leaks": [],
        },
    ),
    "flaml, folds only": (
        """
    import pandas as pd
    from flaml.automl import AutoML
    automl = AutoML()
    automl.fit(dataframe=pd.read_csv("rents.csv"), label="rent", task="regression")
    print(1 - automl.best_loss)
        """,
        {
            "fit": ["AutoML:4"],
            "scores": ["AutoML:4 disjoint fold"],
            "leaks": [],
        },
    ),
    "tpot and auto-sklearn": (
        """
    import autosklearn.classification
    import pandas as pd
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import train_test_split
    from tpot import TPOTClassifier
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    tree = TPOTClassifier(generations=5)
    tree.fit(X_train, y_train)
    print(tree.score(X_test, y_test))
    forest = autosklearn.classification.AutoSklearnClassifier()
    forest.fit(X_train, y_train)
    print(accuracy_score(y_test, forest.predict(X_test)))
        """,
        {
            "fit": ["AutoSklearnClassifier:12", "TPOTClassifier:9"],
            "scores": [
                "AutoSklearnClassifier:12 disjoint fold",
                "TPOTClassifier:9 disjoint fold",
                "accuracy:10 disjoint test",
                "accuracy_score:13 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "h2o, held out": (
        """
    import h2o
    from h2o.estimators import H2OGradientBoostingEstimator
    h2o.init()
    rows = h2o.import_file("loans.csv")
    rows["late"] = rows["late"].asfactor()
    train, test = rows.split_frame(ratios=[0.8], seed=1)
    model = H2OGradientBoostingEstimator(nfolds=5)
    model.train(x=["age"], y="late", training_frame=train)
    print(model.model_performance(test), model.cross_validation_metrics_summary())
        """,
        {
            "fit": ["H2OGradientBoostingEstimator:8"],
            "scores": [
                "cross_validation_metrics_summary:9 disjoint fold",
                "model_performance:9 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "h2o, on its training rows": (
        """
    import h2o
    from h2o.estimators.gbm import H2OGradientBoostingEstimator
    rows = h2o.import_file("loans.csv")
    model = H2OGradientBoostingEstimator()
    model.train(x=["age"], y="late", training_frame=rows)
    print(model.model_performance(rows))
        """,
        {
            "fit": ["H2OGradientBoostingEstimator:5"],
            "scores": ["model_performance:6 same"],
            "leaks": ["overlap:6"],
        },
    ),
    "h2o, automl": (
        """
    import h2o
    import pandas as pd
    from h2o.automl import H2OAutoML
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("loans.csv"))
    search = H2OAutoML(max_models=20, seed=1)
    search.train(y="late", training_frame=h2o.H2OFrame(train))
    print(search.leader.model_performance(h2o.H2OFrame(test)))
        """,
        {
            "fit": ["H2OAutoML:7"],
            "scores": ["H2OAutoML:7 disjoint fold", "model_performance:8 disjoint test"],
            "leaks": [],
        },
    ),
    "mljar, lazypredict, autokeras": (
        """
    import autokeras as ak
    import pandas as pd
    from lazypredict.Supervised import LazyClassifier
    from sklearn.model_selection import train_test_split
    from supervised.automl import AutoML
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    automl = AutoML()
    automl.fit(X_train, y_train)
    print(automl.score(X_test, y_test))
    models, said = LazyClassifier(verbose=0).fit(X_train, X_test, y_train, y_test)
    net = ak.StructuredDataClassifier(max_trials=1)
    net.fit(X_train, y_train, epochs=10)
    print(net.evaluate(X_test, y_test))
        """,
        {
            "fit": ["AutoML:9", "LazyClassifier:11", "StructuredDataClassifier:13"],
            "scores": [
                "AutoML:9 disjoint fold",
                "evaluate:14 disjoint test",
                "fit:11 disjoint test",
                "score:10 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "keras tuner, chosen on part of the training rows": (
        """
    import keras
    import keras_tuner
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    tuner = keras_tuner.RandomSearch(build, objective="val_accuracy", max_trials=5)
    tuner.search(x_train, y_train, epochs=5, validation_split=0.2)
    print(tuner.get_best_models()[0].evaluate(x_test, y_test))
        """,
        {
            "fit": ["RandomSearch:5"],
            "scores": ["evaluate:6 disjoint test", "loss:5 disjoint validation"],
            "leaks": [],
        },
    ),
    "keras tuner, chosen on the test rows": (
        """
    import keras
    import keras_tuner
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    tuner = keras_tuner.Hyperband(build, objective="val_accuracy")
    tuner.search(x_train, y_train, validation_data=(x_test, y_test))
    print(tuner.get_best_models()[0].evaluate(x_test, y_test))
        """,
        {
            "fit": ["Hyperband:5"],
            "scores": ["evaluate:6 disjoint test", "loss:5 disjoint test"],
            "leaks": ["multi_test:5"],
        },
    ),
    "optuna, chosen by folds": (
        """
    import optuna
    import pandas as pd
    from sklearn.model_selection import cross_val_score, train_test_split
    from sklearn.svm import SVC
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    def objective(trial):
        model = SVC(C=trial.suggest_float("C", 1, 9))
        return cross_val_score(model, X_train, y_train).mean()
    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=100)
    print(SVC(**study.best_params).fit(X_train, y_train).score(X_test, y_test))
        """,
        {
            "fit": ["SVC:12", "SVC:9"],
            "scores": ["accuracy:12 disjoint test", "cross_val_score:9 disjoint fold"],
            "leaks": [],
        },
    ),
    "optuna, chosen on the test rows": (
        """
    import optuna
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    def objective(trial):
        model = SVC(C=trial.suggest_float("C", 1, 9)).fit(X_train, y_train)
        return model.score(X_test, y_test)
    optuna.create_study(direction="maximize").optimize(objective, n_trials=100)
        """,
        {
            "fit": ["SVC:8"],
            "scores": ["accuracy:9 disjoint test"],
            "leaks": ["multi_test:9"],
        },
    ),
    "hyperopt, chosen on the test rows": (
        """
    import pandas as pd
    from hyperopt import STATUS_OK, fmin, hp, tpe
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    table = pd.read_csv("loans.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["a"]], table["late"])
    def objective(space):
        model = SVC(C=space["C"]).fit(X_train, y_train)
        return {"loss": -accuracy_score(y_test, model.predict(X_test)), "status": STATUS_OK}
    best = fmin(fn=objective, space={"C": hp.uniform("C", 1, 9)}, algo=tpe.suggest, max_evals=100)
        """,
        {
            "fit": ["SVC:9"],
            "scores": ["accuracy_score:10 disjoint test"],
            "leaks": ["multi_test:10"],
        },
    ),
    "scikit-optimize, chosen on validation rows": (
        """
    import pandas as pd
    from skopt import gp_minimize
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    rest, test = train_test_split(pd.read_csv("loans.csv"))
    train, valid = train_test_split(rest)
    found = gp_minimize(lambda c: -SVC(C=c).fit(train, train).score(valid, valid), [(1.0, 9.0)])
    print(SVC(C=found.x[0]).fit(train, train).score(test, test))
        """,
        {
            "fit": ["SVC:7", "SVC:8"],
            "scores": ["accuracy:7 disjoint validation", "accuracy:8 disjoint test"],
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
