"""Statistics and series: statsmodels, Prophet, sktime, darts, Nixtla, GluonTS, survival."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "statsmodels, a table that is only read": (
        """
    import pandas as pd
    import statsmodels.api as sm
    table = pd.read_csv("wages.csv")
    print(sm.OLS(table["wage"], sm.add_constant(table[["age", "years"]])).fit().summary())
        """,
        {
            "fit": ["OLS:4"],
            "scores": [],
            "leaks": [],
        },
    ),
    "statsmodels, held out": (
        """
    import pandas as pd
    import statsmodels.api as sm
    from sklearn.metrics import mean_squared_error
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("wages.csv"))
    fitted = sm.OLS(train["wage"], sm.add_constant(train[["age"]])).fit()
    print(mean_squared_error(test["wage"], fitted.predict(sm.add_constant(test[["age"]]))))
        """,
        {
            "fit": ["OLS:6"],
            "scores": ["mean_squared_error:7 disjoint test"],
            "leaks": [],
        },
    ),
    "statsmodels, a formula, held out": (
        """
    import pandas as pd
    import statsmodels.formula.api as smf
    from sklearn.metrics import r2_score
    from sklearn.model_selection import train_test_split
    train, test = train_test_split(pd.read_csv("wages.csv"))
    fitted = smf.ols("wage ~ age + np.log(years)", data=train).fit()
    print(r2_score(test["wage"], fitted.predict(test)))
        """,
        {
            "fit": ["ols:6"],
            "scores": ["r2_score:7 disjoint test"],
            "leaks": [],
        },
    ),
    "statsmodels, a formula, on its training rows": (
        """
    import pandas as pd
    import statsmodels.formula.api as smf
    from sklearn.metrics import r2_score
    table = pd.read_csv("wages.csv")
    fitted = smf.logit(formula="late ~ age", data=table).fit()
    print(r2_score(table["late"], fitted.predict(table)))
        """,
        {
            "fit": ["logit:5"],
            "scores": ["r2_score:6 same"],
            "leaks": ["overlap:6"],
        },
    ),
    "arima, forecast beyond the training part": (
        """
    import pandas as pd
    from sklearn.metrics import mean_squared_error
    from statsmodels.tsa.arima.model import ARIMA
    values = pd.read_csv("riders.csv", index_col=0).values
    size = int(len(values) * 0.7)
    train, test = values[:size], values[size:]
    forecast = ARIMA(train, order=(5, 1, 0)).fit().forecast(steps=len(test))
    print(mean_squared_error(test, forecast) ** 0.5)
        """,
        {
            "fit": ["ARIMA:7"],
            "scores": ["mean_squared_error:8 disjoint test"],
            "leaks": [],
        },
    ),
    "arima, one step ahead and fitted again": (
        """
    import pandas as pd
    from sklearn.metrics import mean_squared_error
    from statsmodels.tsa.arima.model import ARIMA
    values = pd.read_csv("riders.csv", index_col=0).values
    size = int(len(values) * 0.7)
    train, test = values[:size], values[size:]
    past, forecasts = [value for value in train], list()
    for step in range(len(test)):
        fitted = ARIMA(past, order=(5, 1, 0)).fit()
        forecasts.append(fitted.forecast()[0])
        past.append(test[step])
    print(mean_squared_error(test, forecasts) ** 0.5)
        """,
        {
            "fit": ["ARIMA:9"],
            "scores": ["mean_squared_error:12 disjoint test"],
            "leaks": [],
        },
    ),
    "sarimax, inside its own series": (
        """
    import pandas as pd
    import statsmodels.api as sm
    riders = pd.read_csv("riders.csv", index_col=0)["riders"]
    fitted = sm.tsa.statespace.SARIMAX(riders, order=(1, 1, 1)).fit(disp=False)
    said = fitted.get_prediction(start="2019-01-01", dynamic=False)
    print(((said.predicted_mean - riders["2019":]) ** 2).mean())
        """,
        {
            "fit": ["SARIMAX:4"],
            "scores": ["error:6 subset"],
            "leaks": ["overlap:6"],
        },
    ),
    "prophet, a future that nobody scores": (
        """
    import pandas as pd
    from prophet import Prophet
    model = Prophet()
    model.fit(pd.read_csv("riders.csv"))
    model.plot(model.predict(model.make_future_dataframe(periods=365)))
        """,
        {
            "fit": ["Prophet:4"],
            "scores": [],
            "leaks": [],
        },
    ),
    "prophet, folds": (
        """
    import pandas as pd
    from prophet import Prophet
    from prophet.diagnostics import cross_validation, performance_metrics
    model = Prophet().fit(pd.read_csv("riders.csv"))
    print(performance_metrics(cross_validation(model, initial="730 days", horizon="90 days")))
        """,
        {
            "fit": ["Prophet:4", "Prophet:5"],
            "scores": ["cross_validation:5 disjoint fold"],
            "leaks": [],
        },
    ),
    "prophet, held out by date": (
        """
    import pandas as pd
    from prophet import Prophet
    from sklearn.metrics import mean_absolute_percentage_error
    table = pd.read_csv("riders.csv")
    train, test = table[table["ds"] < "2019-01-01"], table[table["ds"] >= "2019-01-01"]
    model = Prophet()
    model.fit(train)
    forecast = model.predict(model.make_future_dataframe(periods=len(test)))
    print(mean_absolute_percentage_error(test["y"], forecast["yhat"].tail(len(test))))
        """,
        {
            "fit": ["Prophet:7"],
            "scores": ["mean_absolute_percentage_error:9 disjoint test"],
            "leaks": [],
        },
    ),
    "prophet, on its training rows": (
        """
    import pandas as pd
    from prophet import Prophet
    from sklearn.metrics import r2_score
    table = pd.read_csv("riders.csv")
    model = Prophet()
    model.fit(table)
    print(r2_score(table["y"], model.predict(table)["yhat"]))
        """,
        {
            "fit": ["Prophet:6"],
            "scores": ["r2_score:7 same"],
            "leaks": ["overlap:7"],
        },
    ),
    "neuralprophet": (
        """
    import pandas as pd
    from neuralprophet import NeuralProphet
    model = NeuralProphet()
    train, test = model.split_df(pd.read_csv("riders.csv"), valid_p=0.2)
    model.fit(train)
    print(model.test(test))
        """,
        {
            "fit": ["NeuralProphet:5"],
            "scores": ["test:6 disjoint test"],
            "leaks": [],
        },
    ),
    "sktime, held out": (
        """
    from sktime.datasets import load_airline
    from sktime.forecasting.base import ForecastingHorizon
    from sktime.forecasting.theta import ThetaForecaster
    from sktime.performance_metrics.forecasting import mean_absolute_percentage_error
    from sktime.split import temporal_train_test_split
    y_train, y_test = temporal_train_test_split(load_airline())
    model = ThetaForecaster(sp=12)
    model.fit(y_train)
    said = model.predict(ForecastingHorizon(y_test.index, is_relative=False))
    print(mean_absolute_percentage_error(y_test, said))
        """,
        {
            "fit": ["ThetaForecaster:8"],
            "scores": ["mean_absolute_percentage_error:10 disjoint test"],
            "leaks": [],
        },
    ),
    "sktime, windows": (
        """
    from sktime.datasets import load_airline
    from sktime.forecasting.model_evaluation import evaluate
    from sktime.forecasting.naive import NaiveForecaster
    from sktime.split import ExpandingWindowSplitter
    windows = ExpandingWindowSplitter(initial_window=24, step_length=12, fh=[1, 2, 3])
    print(evaluate(forecaster=NaiveForecaster(), y=load_airline(), cv=windows))
        """,
        {
            "fit": ["NaiveForecaster:6"],
            "scores": ["evaluate:6 disjoint fold"],
            "leaks": [],
        },
    ),
    "sktime, a grid and a metric object": (
        """
    from sktime.datasets import load_airline
    from sktime.forecasting.exp_smoothing import ExponentialSmoothing
    from sktime.forecasting.model_selection import ForecastingGridSearchCV
    from sktime.performance_metrics.forecasting import MeanAbsolutePercentageError
    from sktime.split import SlidingWindowSplitter, temporal_train_test_split
    y_train, y_test = temporal_train_test_split(load_airline(), test_size=36)
    windows = SlidingWindowSplitter()
    grid = ForecastingGridSearchCV(ExponentialSmoothing(), cv=windows, param_grid={})
    grid.fit(y_train)
    mape = MeanAbsolutePercentageError()
    print(mape(y_test, grid.predict(fh=[1, 2, 3])))
        """,
        {
            "fit": ["ExponentialSmoothing:9", "ForecastingGridSearchCV:9"],
            "scores": [
                "ForecastingGridSearchCV:9 disjoint fold",
                "MeanAbsolutePercentageError:11 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "sktime, series to classify": (
        """
    from sklearn.metrics import accuracy_score
    from sktime.classification.interval_based import TimeSeriesForestClassifier
    from sktime.datasets import load_unit_test
    X_train, y_train = load_unit_test(split="train")
    X_test, y_test = load_unit_test(split="test")
    model = TimeSeriesForestClassifier()
    model.fit(X_train, y_train)
    print(accuracy_score(y_test, model.predict(X_test)))
        """,
        {
            "fit": ["TimeSeriesForestClassifier:7"],
            "scores": ["accuracy_score:8 disjoint test"],
            "leaks": [],
        },
    ),
    "darts, the last values held out": (
        """
    import pandas as pd
    from darts import TimeSeries
    from darts.metrics import mape
    from darts.models import ExponentialSmoothing
    series = TimeSeries.from_dataframe(pd.read_csv("riders.csv"), "month", "riders")
    train, test = series[:-36], series[-36:]
    model = ExponentialSmoothing()
    model.fit(train)
    print(mape(test, model.predict(len(test), num_samples=1000)))
        """,
        {
            "fit": ["ExponentialSmoothing:8"],
            "scores": ["mape:9 disjoint test"],
            "leaks": [],
        },
    ),
    "darts, scaled by the part before a date": (
        """
    from darts.dataprocessing.transformers import Scaler
    from darts.datasets import AirPassengersDataset
    from darts.metrics import mape
    from darts.models import NBEATSModel
    train, test = AirPassengersDataset().load().split_before(0.7)
    scaler = Scaler()
    scaled = scaler.fit_transform(train)
    model = NBEATSModel(24, 12)
    model.fit(scaled)
    print(mape(test, scaler.inverse_transform(model.predict(series=scaled, n=36))))
        """,
        {
            "fit": ["NBEATSModel:9"],
            "scores": ["mape:10 disjoint test"],
            "leaks": [],
            "fit_transform": ["Scaler:7"],
        },
    ),
    "darts, scaled before the division": (
        """
    from darts.dataprocessing.transformers import Scaler
    from darts.datasets import AirPassengersDataset
    from darts.metrics import mape
    from darts.models import NBEATSModel
    train, test = Scaler().fit_transform(AirPassengersDataset().load()).split_after(0.7)
    model = NBEATSModel(24, 12)
    model.fit(train)
    print(mape(test, model.predict(len(test))))
        """,
        {
            "fit": ["NBEATSModel:7"],
            "scores": ["mape:8 disjoint test"],
            "leaks": ["preprocessing:5"],
            "fit_transform": ["Scaler:5"],
        },
    ),
    "darts, forecasts of the past and back tests": (
        """
    from darts.datasets import AirPassengersDataset
    from darts.metrics import mape
    from darts.models import Theta
    series = AirPassengersDataset().load()
    print(mape(series, Theta().historical_forecasts(series, start=0.6, forecast_horizon=3)))
    print(Theta().backtest(series, start=0.6, forecast_horizon=3))
        """,
        {
            "fit": ["Theta:5", "Theta:6"],
            "scores": ["backtest:6 disjoint fold", "mape:5 disjoint fold"],
            "leaks": [],
        },
    ),
    "darts, a grid by the validation part": (
        """
    from darts.datasets import AirPassengersDataset
    from darts.models import Theta
    train, valid = AirPassengersDataset().load().split_before(0.8)
    best, settings, score = Theta.gridsearch({"theta": [1, 2]}, series=train, val_series=valid)
        """,
        {
            "fit": ["Theta:4"],
            "scores": ["loss:4 disjoint validation"],
            "leaks": [],
        },
    ),
    "pmdarima": (
        """
    import numpy as np
    import pmdarima as pm
    from pmdarima.model_selection import train_test_split
    from sklearn.metrics import mean_squared_error
    train, test = train_test_split(pm.datasets.load_wineind(), train_size=150)
    model = pm.auto_arima(train, seasonal=True, m=12)
    print(np.sqrt(mean_squared_error(test, model.predict(test.shape[0]))))
        """,
        {
            "fit": ["auto_arima:6"],
            "scores": ["mean_squared_error:7 disjoint test"],
            "leaks": [],
        },
    ),
    "statsforecast and neuralforecast": (
        """
    import pandas as pd
    from neuralforecast import NeuralForecast
    from neuralforecast.models import NBEATS
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA
    from utilsforecast.losses import mae
    table = pd.read_csv("riders.csv")
    plain = StatsForecast(models=[AutoARIMA(season_length=12)], freq="MS")
    said = plain.cross_validation(df=table, h=12, step_size=12, n_windows=3)
    print(mae(said["y"], said["AutoARIMA"]))
    deep = NeuralForecast(models=[NBEATS(h=12, input_size=24)], freq="MS")
    deep.fit(df=table)
    deep.predict()
        """,
        {
            "fit": ["NBEATS:12", "NeuralForecast:12", "StatsForecast:9"],
            "scores": ["mae:10 disjoint fold"],
            "leaks": [],
        },
    ),
    "gluonts": (
        """
    from gluonts.dataset.repository import get_dataset
    from gluonts.evaluation import Evaluator, make_evaluation_predictions
    from gluonts.torch import DeepAREstimator
    dataset = get_dataset("m4_hourly")
    predictor = DeepAREstimator(prediction_length=24, freq="h").train(dataset.train)
    said, truth = make_evaluation_predictions(dataset=dataset.test, predictor=predictor)
    print(Evaluator()(truth, said))
        """,
        {
            "fit": ["DeepAREstimator:5"],
            "scores": ["Evaluator:7 disjoint test"],
            "leaks": [],
        },
    ),
    "lifelines": (
        """
    from lifelines import CoxPHFitter
    from lifelines.datasets import load_rossi
    from lifelines.utils import concordance_index, k_fold_cross_validation
    from sklearn.model_selection import train_test_split
    table = load_rossi()
    train, test = train_test_split(table)
    model = CoxPHFitter()
    model.fit(train, duration_col="week", event_col="arrest")
    print(concordance_index(test["week"], -model.predict_partial_hazard(test), test["arrest"]))
    k_fold_cross_validation(CoxPHFitter(), table, "week", event_col="arrest", k=3)
        """,
        {
            "fit": ["CoxPHFitter:10", "CoxPHFitter:8"],
            "scores": [
                "concordance_index:9 disjoint test",
                "k_fold_cross_validation:10 disjoint fold",
            ],
            "leaks": [],
        },
    ),
    "scikit-survival": (
        """
    from sklearn.model_selection import train_test_split
    from sksurv.datasets import load_veterans_lung_cancer
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.metrics import concordance_index_censored
    X, y = load_veterans_lung_cancer()
    X_train, X_test, y_train, y_test = train_test_split(X, y)
    model = CoxPHSurvivalAnalysis()
    model.fit(X_train, y_train)
    print(concordance_index_censored(y_test["died"], y_test["days"], model.predict(X_test)))
        """,
        {
            "fit": ["CoxPHSurvivalAnalysis:8"],
            "scores": ["concordance_index_censored:9 disjoint test"],
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
