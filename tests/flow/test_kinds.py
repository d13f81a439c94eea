"""One small program for each kind of the catalogue: what the kind does to rows and models."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import heuristics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Told = Callable[[Mapping[str, str] | str], dict[str, list[str]]]

PARTS = """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    table = pd.read_csv("t.csv")
    train, test = train_test_split(table)
""".rstrip()
"""Five lines that many programs begin with."""

PROGRAMS: dict[str, list[tuple[str, dict[str, list[str]]]]] = {
    "api": [
        (
            """
            import openai
            client = openai.OpenAI()
            client.chat.completions.create(model="m", messages=[])
            """,
            {"model_call": ["api:2", "api:3"], "fit": []},
        )
    ],
    "arguments": [
        (
            """
            from datasets import load_dataset
            from transformers import Trainer, TrainingArguments
            rows = load_dataset("text", split="train")
            Trainer(model=None, args=TrainingArguments("out"), train_dataset=rows).train()
            """,
            {"fit": ["Trainer:4"], "scores": []},
        )
    ],
    "automl": [
        (
            """
            import pandas as pd
            from pycaret.classification import compare_models, predict_model, setup
            setup(pd.read_csv("t.csv"), target="y")
            best = compare_models()
            predict_model(best)
            """,
            {
                "split": ["setup:3"],
                "fit": ["compare_models:4"],
                "scores": ["compare_models:4 disjoint fold", "predict_model:5 disjoint test"],
            },
        )
    ],
    "complement": [
        (
            """
            import numpy as np
            from sklearn.model_selection import train_test_split
            from sklearn.svm import SVC
            X, y = np.load("x.npy"), np.load("y.npy")
            order = np.arange(len(X))
            _, b = train_test_split(order)
            a = np.setdiff1d(order, b)
            print(SVC().fit(X[a], y[a]).score(X[b], y[b]))
            """,
            {"scores": ["accuracy:8 disjoint test"], "leaks": []},
        )
    ],
    "concat": [
        (
            PARTS
            + """
    model = SVC().fit(pd.concat([train, test]), y)
    print(model.score(test, y))
            """,
            {"scores": ["accuracy:7 subset test"]},
        ),
        (
            PARTS
            + """
    extra = pd.read_csv("columns.csv")
    model = SVC().fit(pd.concat([train, extra], axis=1), y)
    print(model.score(test, y))
            """,
            {"scores": ["accuracy:8 disjoint test"]},
        ),
    ],
    "cross_validate": [
        (
            """
            import pandas as pd
            from sklearn.model_selection import cross_val_score
            from sklearn.svm import SVC
            t = pd.read_csv("t.csv")
            print(cross_val_score(SVC(), t[["a"]], t["y"]).mean())
            """,
            {
                "cross_validate": ["cross_val_score:5"],
                "fit": ["SVC:5"],
                "scores": ["cross_val_score:5 disjoint fold"],
            },
        )
    ],
    "datamodule_base": [
        (
            """
            import lightning
            from torch.utils.data import DataLoader
            class Rows(lightning.LightningDataModule):
                def train_dataloader(self):
                    return DataLoader(self.rows)
            class Net(lightning.LightningModule):
                pass
            lightning.Trainer().fit(Net(), datamodule=Rows())
            """,
            {"fit": ["Net:8"]},
        )
    ],
    "dataset": [
        (
            """
            from sklearn.datasets import load_iris
            load_iris()
            """,
            {"load": ["load_iris:2"], "sources": ["iris"]},
        ),
        (
            """
            from torchvision.datasets import MNIST
            from sklearn.svm import SVC
            a, b = MNIST("d", train=True), MNIST("d", train=False)
            model = SVC().fit(a.data, a.targets)
            print(model.score(b.data, b.targets))
            """,
            {"sources": ["mnist"], "scores": ["accuracy:5 disjoint test"]},
        ),
        (
            """
            from datasets import load_dataset
            from sklearn.svm import SVC
            parts = load_dataset("imdb")
            model = SVC().fit(parts["train"]["x"], parts["train"]["y"])
            print(model.score(parts["test"]["x"], parts["test"]["y"]))
            """,
            {"sources": ["imdb"], "scores": ["accuracy:5 disjoint test"]},
        ),
        (
            """
            from datasets import load_dataset
            from sklearn.svm import SVC
            a = load_dataset("imdb", split="train[:80%]")
            b = load_dataset("imdb", split="train[80%:]")
            print(SVC().fit(a["x"], a["y"]).score(b["x"], b["y"]))
            """,
            {"scores": ["accuracy:5 disjoint train"]},
        ),
    ],
    "dataset_base": [
        (
            """
            from torch.utils.data import Dataset
            from sklearn.svm import SVC
            class Rows(Dataset):
                def __init__(self, folder, train):
                    self.folder, self.train = folder, train
            a, b = Rows("d", train=True), Rows("d", train=False)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"fit": ["SVC:7"], "scores": ["accuracy:7 disjoint"]},
        )
    ],
    "each": [
        (
            PARTS
            + """
    from accelerate import Accelerator
    model, a, b = Accelerator().prepare(SVC(), train, test)
    print(model.fit(a, a).score(b, b))
            """,
            {"fit": ["SVC:8"], "scores": ["accuracy:8 disjoint test"]},
        )
    ],
    "equal": [
        (
            PARTS
            + """
    import numpy as np
    model = SVC().fit(train[["a"]], train["y"])
    print(np.equal(model.predict(test[["a"]]), test["y"]).mean())
            """,
            {"scores": ["accuracy:8 disjoint test"]},
        )
    ],
    "estimator": [
        (
            """
            import pandas as pd
            from sklearn.ensemble import RandomForestClassifier
            t = pd.read_csv("t.csv")
            RandomForestClassifier().fit(t[["a"]], t["y"])
            """,
            {"fit": ["RandomForestClassifier:4"], "scores": []},
        )
    ],
    "evaluation": [
        (
            PARTS
            + """
    from sklearn.metrics import RocCurveDisplay
    model = SVC().fit(train[["a"]], train["y"])
    RocCurveDisplay.from_estimator(model, test[["a"]], test["y"])
            """,
            {"scores": ["roc_curve:8 disjoint test"]},
        )
    ],
    "evaluator": [
        (
            PARTS
            + """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.evaluation import TripletEvaluator
    model = SentenceTransformer("small")
    model.fit(train_objectives=[(train, None)])
    ask = TripletEvaluator(test["a"], test["b"], test["c"])
    print(ask(model), model.evaluate(ask))
            """,
            {
                "fit": ["SentenceTransformer:9"],
                "scores": ["TripletEvaluator:11 disjoint test", "evaluate:11 disjoint test"],
            },
        )
    ],
    "fit_function": [
        (
            PARTS
            + """
    import xgboost as xgb
    booster = xgb.train({}, xgb.DMatrix(train[["a"]], train["y"]))
    from sklearn.metrics import mean_squared_error
    mean_squared_error(test["y"], booster.predict(xgb.DMatrix(test[["a"]])))
            """,
            {"fit": ["train:7"], "scores": ["mean_squared_error:9 disjoint test"]},
        )
    ],
    "fit_step": [
        (
            """
            import jax
            import optax
            weights, steps = start(), optax.adam(0.1)
            for rows in loader:
                slopes = jax.grad(loss)(weights, rows)
                weights = optax.apply_updates(weights, steps.update(slopes))
            """,
            {"fit": ["network:6"]},
        )
    ],
    "fitter": [
        (
            """
            from ultralytics import YOLO
            model = YOLO("small.pt")
            model.train(data="cones.yaml", epochs=3)
            """,
            {
                "fit": ["YOLO:3"],
                "model_call": ["pretrained:2"],
                "scores": ["mAP:3 disjoint validation"],
            },
        )
    ],
    "flow": [
        (
            """
            import numpy as np
            from keras.preprocessing.image import ImageDataGenerator
            from sklearn.svm import SVC
            x, y = np.load("x.npy"), np.load("y.npy")
            turned = ImageDataGenerator(validation_split=0.2)
            a, b = turned.flow(x, y, subset="training"), turned.flow(x, y, subset="validation")
            print(SVC().fit(a, a).score(b, b), SVC().fit(a, a).score(turned.flow(x), y))
            """,
            {"scores": ["accuracy:7 disjoint validation", "accuracy:7 superset"]},
        )
    ],
    "folder": [
        (
            """
            from torchvision.datasets import ImageFolder
            from sklearn.svm import SVC
            a, b = ImageFolder("leaves/train"), ImageFolder("leaves/test")
            print(SVC().fit(a, a).score(b, b))
            """,
            {"load": ["ImageFolder:3"], "scores": ["accuracy:4 disjoint test"]},
        ),
        (
            """
            from tensorflow import keras
            from sklearn.svm import SVC
            make = keras.utils.image_dataset_from_directory
            a, b = make("leaves", validation_split=0.2, subset="both", seed=1)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:5 disjoint validation"]},
        ),
        (
            """
            from tensorflow import keras
            from sklearn.svm import SVC
            make = keras.utils.image_dataset_from_directory
            a = make("leaves", validation_split=0.2, subset="training", seed=1)
            b = make("leaves", validation_split=0.2, subset="validation", seed=1)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:6 disjoint validation"]},
        ),
    ],
    "folds": [
        (
            """
            import numpy as np
            from sklearn.model_selection import KFold
            from sklearn.svm import SVC
            X, y = np.load("x.npy"), np.load("y.npy")
            for a, b in KFold(5).split(X):
                print(SVC().fit(X[a], y[a]).score(X[b], y[b]))
            """,
            {"cross_validate": ["KFold:5"], "scores": ["accuracy:6 disjoint fold"]},
        ),
        (
            """
            import numpy as np
            from sklearn.model_selection import StratifiedShuffleSplit
            from sklearn.svm import SVC
            X, y = np.load("x.npy"), np.load("y.npy")
            for a, b in StratifiedShuffleSplit(n_splits=1).split(X, y):
                X_train, X_test, y_train, y_test = X[a], X[b], y[a], y[b]
            print(SVC().fit(X_train, y_train).score(X_test, y_test))
            """,
            {"split": ["StratifiedShuffleSplit:5"], "scores": ["accuracy:7 disjoint test"]},
        ),
    ],
    "gradient": [
        (
            """
            import jax
            import numpy as np
            x, y, x_test = np.load("x.npy"), np.load("y.npy"), np.load("x_test.npy")
            weights = np.zeros(3)
            for turn in range(9):
                slopes = jax.grad(loss)(weights, x, y)
                weights = weights - 0.1 * slopes
            """,
            {"fit": ["gradient step:7"], "scores": []},
        ),
        (
            """
            import jax
            slopes = jax.grad(loss)(weights, pictures)
            attacked = pictures + 0.1 * slopes
            """,
            {"fit": []},
        ),
    ],
    "layer_call": [
        (
            """
            import numpy as np
            from keras import Input, Model, layers
            x = np.load("x.npy")
            inside = Input((4,))
            model = Model(inside, layers.Dense(1)(inside))
            model.fit(x, x)
            """,
            {"fit": ["Model:6"]},
        )
    ],
    "loss": [
        (
            """
            import torch
            from torch import nn
            rows = torch.utils.data.TensorDataset(torch.load("d.csv"))
            net = nn.Sequential(nn.Linear(2, 1))
            criterion = nn.MSELoss()
            for x, y in torch.utils.data.DataLoader(rows):
                criterion(net(x), y).backward()
            """,
            {"fit": ["Sequential:7"], "scores": []},
        )
    ],
    "maps": [
        (
            """
            import jax
            import numpy as np
            rows = np.load("x.npy")
            slopes = jax.grad(loss)(weights, rows)
            weights = jax.tree.map(lambda w, s: w - 0.1 * s, weights, slopes)
            """,
            {"fit": ["gradient step:5"]},
        )
    ],
    "mask": [
        (
            """
            import numpy as np
            import pandas as pd
            from sklearn.svm import SVC
            t = pd.read_csv("t.csv")
            chosen = np.isin(t["id"], ids)
            a, b = t[chosen], t[~chosen]
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:7 disjoint"]},
        ),
        (
            """
            import numpy as np
            import pandas as pd
            from sklearn.svm import SVC
            t = pd.read_csv("t.csv")
            chosen = t["year"] < 2020
            a, b = t[chosen], t[np.logical_not(chosen)]
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:7 disjoint"]},
        ),
    ],
    "metric": [
        (
            PARTS
            + """
    from sklearn.metrics import f1_score
    model = SVC().fit(train[["a"]], train["y"])
    f1_score(test["y"], model.predict(test[["a"]]))
            """,
            {"scores": ["f1_score:8 disjoint test"]},
        ),
        (
            PARTS
            + """
    import torchmetrics
    model = SVC().fit(train[["a"]], train["y"])
    accuracy = torchmetrics.Accuracy(task="binary")
    accuracy.update(model.predict(test[["a"]]), test["y"])
    accuracy.compute()
            """,
            {"scores": ["Accuracy:10 disjoint test"]},
        ),
    ],
    "network": [
        (
            """
            import numpy as np
            from tensorflow import keras
            x, y = np.load("x.npy"), np.load("y.npy")
            net = keras.Sequential([keras.layers.Dense(1)])
            net.fit(x[:90], y[:90])
            net.evaluate(x[90:], y[90:])
            """,
            {"fit": ["Sequential:5"], "scores": ["evaluate:6 disjoint"]},
        )
    ],
    "object": [
        (
            """
            import optuna
            study = optuna.create_study(direction="maximize")
            study.tell(study.ask(), 1.0)
            """,
            {"fit": [], "model_call": [], "scores": []},
        )
    ],
    "parts": [
        (
            """
            import numpy as np
            from sklearn.svm import SVC
            X, y = np.load("x.npy"), np.load("y.npy")
            order = np.random.permutation(len(X))
            for b in np.array_split(order, 5):
                a = np.setdiff1d(order, b)
                print(SVC().fit(X[a], y[a]).score(X[b], y[b]))
            """,
            {"scores": ["accuracy:7 disjoint fold"]},
        )
    ],
    "draw": [
        (
            """
            import random
            import pandas as pd
            from sklearn.svm import SVC
            d = pd.read_csv("d.csv")
            some = random.sample(d.index.tolist(), k=9)
            b, a = d.loc[some], d.drop(some)
            print(SVC().fit(a[["x"]], a["y"]).score(b[["x"]], b["y"]))
            """,
            {"scores": ["accuracy:7 disjoint"]},
        )
    ],
    "permutation": [
        (
            """
            import numpy as np
            from sklearn.svm import SVC
            X, y = np.load("x.npy"), np.load("y.npy")
            order = np.random.permutation(len(X))
            a, b = order[:800], order[800:]
            print(SVC().fit(X[a], y[a]).score(X[b], y[b]))
            """,
            {"scores": ["accuracy:6 disjoint"]},
        )
    ],
    "pipeline": [
        (
            PARTS
            + """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    model = make_pipeline(StandardScaler(), SVC()).fit(train[["a"]], train["y"])
    print(model.score(test[["a"]], test["y"]))
            """,
            {"scores": ["accuracy:9 disjoint test"], "leaks": []},
        ),
        (
            PARTS
            + """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.impute import SimpleImputer
    steps = make_pipeline(SimpleImputer(), StandardScaler())
    X = steps.fit_transform(table)
    a, b = train_test_split(X)
    print(SVC().fit(a, a).score(b, b))
            """,
            {"leaks": ["preprocessing:10"]},
        ),
    ],
    "plain": [
        (
            PARTS
            + """
    from sklearn.inspection import permutation_importance
    model = SVC().fit(train[["a"]], train["y"])
    permutation_importance(model, test[["a"]], test["y"])
            """,
            {"fit": ["SVC:7"], "scores": []},
        )
    ],
    "pretrained": [
        (
            """
            from transformers import pipeline
            ask = pipeline("sentiment-analysis")
            ask("Good")
            """,
            {"model_call": ["pipeline:2"], "fit": []},
        )
    ],
    "pretrained_class": [
        (
            """
            from transformers import AutoModel, AutoTokenizer
            words = AutoTokenizer.from_pretrained("small")
            model = AutoModel.from_pretrained("small")
            """,
            {"model_call": ["pretrained:3"]},
        )
    ],
    "random": [
        (
            """
            import numpy as np
            from sklearn.svm import SVC
            X = np.random.rand(100, 3)
            SVC().fit(X, X)
            """,
            {"fit": ["SVC:4"], "sources": ["random numbers (numpy.random.rand)"]},
        )
    ],
    "random_split": [
        (
            """
            import torch
            from torch.utils.data import random_split
            from sklearn.svm import SVC
            rows = torch.utils.data.TensorDataset(torch.load("d.csv"))
            a, b, c = random_split(rows, [80, 10, 10])
            model = SVC().fit(a, a)
            print(model.score(b, b), model.score(c, c))
            """,
            {"split": ["random_split:5"], "scores": ["accuracy:7 disjoint"]},
        )
    ],
    "reader": [
        (
            """
            import pandas as pd
            from sklearn.svm import SVC
            a, b = pd.read_csv("data/train.csv"), pd.read_csv("data/test.csv")
            print(SVC().fit(a, a).score(b, b))
            """,
            {"load": ["read_csv:3"], "scores": ["accuracy:4 disjoint test"]},
        ),
        (
            """
            import pandas as pd
            from sklearn.svm import SVC
            a, b = pd.read_csv("t.csv"), pd.read_csv("t.csv")
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:4 same"], "leaks": ["overlap:4"]},
        ),
    ],
    "resampler": [
        (
            """
            import pandas as pd
            from sklearn.model_selection import train_test_split
            from sklearn.svm import SVC
            from sklearn.utils import resample
            more = resample(pd.read_csv("t.csv"), n_samples=900)
            a, b = train_test_split(more)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"resample": ["resample:5"], "leaks": ["overlap:5"]},
        )
    ],
    "resampler_object": [
        (
            PARTS
            + """
    from imblearn.over_sampling import SMOTE
    X, y = SMOTE().fit_resample(train[["a"]], train["y"])
    print(SVC().fit(X, y).score(test[["a"]], test["y"]))
            """,
            {"resample": ["SMOTE:7"], "leaks": [], "scores": ["accuracy:8 disjoint test"]},
        )
    ],
    "restore": [
        (
            """
            import joblib
            model = joblib.load("model.joblib")
            """,
            {"model_call": ["stored:2"]},
        ),
        (
            """
            import json
            rows = json.load(open("rows.json"))
            """,
            {"load": ["load:2"], "model_call": []},
        ),
    ],
    "save": [
        (
            PARTS
            + """
    import joblib
    joblib.dump(SVC().fit(train[["a"]], train["y"]), "m.joblib")
    print(joblib.load("m.joblib").score(test[["a"]], test["y"]))
            """,
            {"save": ["dump:7"], "model_call": [], "scores": ["accuracy:8 disjoint test"]},
        )
    ],
    "search": [
        (
            PARTS
            + """
    from sklearn.model_selection import GridSearchCV
    search = GridSearchCV(SVC(), {"C": [1, 10]})
    search.fit(train[["a"]], train["y"])
    print(search.score(test[["a"]], test["y"]))
            """,
            {
                "cross_validate": ["GridSearchCV:8"],
                "scores": ["GridSearchCV:8 disjoint fold", "accuracy:9 disjoint test"],
            },
        )
    ],
    "seen": [
        (
            """
            import pandas as pd
            from sklearn import preprocessing
            from sklearn.model_selection import train_test_split
            from sklearn.svm import SVC
            X = preprocessing.scale(pd.read_csv("t.csv"))
            a, b = train_test_split(X)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"fit_transform": ["scale:5"], "leaks": ["preprocessing:5"]},
        )
    ],
    "split": [
        (
            PARTS
            + """
    print(SVC().fit(train[["a"]], train["y"]).score(test[["a"]], test["y"]))
            """,
            {"split": ["train_test_split:5"], "scores": ["accuracy:6 disjoint test"], "leaks": []},
        )
    ],
    "statistic": [
        (
            """
            import numpy as np
            from sklearn.model_selection import train_test_split
            from sklearn.svm import SVC
            X = np.load("x.npy")
            X = (X - np.mean(X, axis=0)) / np.std(X, axis=0)
            a, b = train_test_split(X)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"leaks": ["preprocessing:5"]},
        ),
        (
            PARTS
            + """
    import numpy as np
    model = SVC().fit(train[["a"]], train["y"])
    print(np.mean(model.predict(test[["a"]]) == test["y"]))
            """,
            {"scores": ["accuracy:8 disjoint test"]},
        ),
    ],
    "subset": [
        (
            """
            import numpy as np
            import torch
            from torch.utils.data import Subset, TensorDataset
            from sklearn.svm import SVC
            rows = TensorDataset(torch.load("d.csv"))
            order = np.random.permutation(len(rows))
            a, b = Subset(rows, order[:80]), Subset(rows, order[80:])
            print(SVC().fit(a, a).score(b, b))
            """,
            {"scores": ["accuracy:8 disjoint"]},
        )
    ],
    "tf1_train": [
        (
            """
            import tensorflow as tf
            loss = tf.reduce_mean(tf.square(tf.placeholder("float")))
            step = tf.train.AdamOptimizer(0.1).minimize(loss)
            """,
            {"fit": ["minimize:3"]},
        )
    ],
    "tokenizer": [
        (
            """
            import pandas as pd
            from keras.preprocessing.text import Tokenizer
            words = Tokenizer()
            words.fit_on_texts(pd.read_csv("t.csv")["text"])
            """,
            {"fit_transform": ["Tokenizer:4"], "fit": []},
        )
    ],
    "trainer": [
        (
            """
            from datasets import load_dataset
            from transformers import AutoModel, Trainer
            parts = load_dataset("csv", data_files="t.csv", split="train").train_test_split()
            model = AutoModel.from_pretrained("small")
            trainer = Trainer(model=model, train_dataset=parts["train"], eval_dataset=parts["test"])
            trainer.train()
            trainer.evaluate()
            """,
            {
                "fit": ["Trainer:6", "from_pretrained:6"],
                "scores": ["evaluate:7 disjoint validation", "loss:6 disjoint validation"],
            },
        )
    ],
    "transformer": [
        (
            """
            import pandas as pd
            from sklearn.model_selection import train_test_split
            from sklearn.preprocessing import StandardScaler
            from sklearn.svm import SVC
            X = StandardScaler().fit_transform(pd.read_csv("t.csv"))
            a, b = train_test_split(X)
            print(SVC().fit(a, a).score(b, b))
            """,
            {"fit_transform": ["StandardScaler:5"], "leaks": ["preprocessing:5"]},
        ),
        (
            PARTS
            + """
    from sklearn.preprocessing import StandardScaler
    scaler = StandardScaler().fit(train)
    a, b = scaler.transform(train), scaler.transform(test)
    print(SVC().fit(a, a).score(b, b))
            """,
            {"leaks": [], "scores": ["accuracy:9 disjoint test"]},
        ),
    ],
    "tune": [
        (
            PARTS
            + """
    import optuna
    def score(trial):
        return SVC(C=trial.suggest_float("C", 1, 9)).fit(train, train).score(test, test)
    optuna.create_study().optimize(score, n_trials=9)
            """,
            {
                "compare": ["optimize:9"],
                "scores": ["accuracy:8 disjoint test"],
                "leaks": ["multi_test:8"],
            },
        )
    ],
    "wrap": [
        (
            PARTS
            + """
    frame = pd.DataFrame(test)
    print(SVC().fit(train, train).score(frame, frame))
            """,
            {"scores": ["accuracy:7 disjoint test"]},
        )
    ],
    "wrap_dict": [
        (
            PARTS
            + """
    from datasets import DatasetDict
    parts = DatasetDict({"a": train, "b": test})
    print(SVC().fit(parts["a"], y).score(parts["b"], y))
            """,
            {"scores": ["accuracy:8 disjoint test"]},
        )
    ],
}


TWO_FILES = "one, two = pd.read_csv({0}), pd.read_csv({1})\nSVC().fit(one, one).score(two, two)\n"
CONFIG = "one: a.train.csv\ntwo: a.test.csv\n"
FOUND = {"sources": ["a.*.csv files"], "leaks": []}


def two_files(setting: str, one: str, two: str) -> str:
    head = "import pandas as pd\nfrom sklearn.svm import SVC\n"
    return f"{head}{dedent(setting).strip()}\n{TWO_FILES.format(one, two)}"


def four_functions(wiring: str) -> str:
    """What is wired, from loading to scoring; line 13 scores."""
    return FUNCTIONS + dedent(wiring).strip()


FUNCTIONS = """\
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from airflow.models.baseoperator import chain
from airflow.operators.python import PythonOperator
from dagster import AssetIn, Output, asset
from kedro.pipeline import Pipeline, node
from metaflow import FlowSpec
from prefect import task
def load(): return pd.read_csv("t.csv")
def split(rows): return train_test_split(rows)
def fit(one): return SVC().fit(one, one)
def score(model, two): return model.score(two, two)
"""
SCORED = {"scores": ["accuracy:13 disjoint test"], "leaks": []}

WIRED: dict[str, list[tuple[Mapping[str, str] | str, dict[str, list[str]]]]] = {
    "argument_parser": [
        (
            two_files(
                """
                import argparse
                p = argparse.ArgumentParser()
                p.add_argument("--one", default="a.train.csv")
                p.add_argument("--two", default="a.test.csv")
                args = p.parse_args()
                """,
                "args.one",
                "args.two",
            ),
            FOUND,
        )
    ],
    "option": [
        (
            """
            import click
            import pandas as pd
            @click.command()
            @click.option("--one", default="a.train.csv")
            def main(one): pd.read_csv(one)
            """,
            FOUND,
        )
    ],
    "default": [
        (
            """
            import pandas as pd
            import typer
            def main(one: str = typer.Option("a.train.csv")): pd.read_csv(one)
            """,
            FOUND,
        )
    ],
    "flag": [
        (
            two_files(
                """
                from absl import flags
                flags.DEFINE_string("one", "a.train.csv", "rows")
                flags.DEFINE_string("two", "a.test.csv", "rows")
                """,
                "flags.FLAGS.one",
                "flags.FLAGS.two",
            ),
            FOUND,
        )
    ],
    "environment": [
        (
            two_files(
                "import os", "os.getenv('A', 'a.train.csv')", "os.environ.get('B', 'a.test.csv')"
            ),
            FOUND,
        )
    ],
    "fields": [
        (
            two_files(
                """
                from dataclasses import dataclass
                @dataclass
                class Config:
                    one: str
                    two: str = "a.test.csv"
                cfg = Config("a.train.csv")
                """,
                "cfg.one",
                "cfg.two",
            ),
            FOUND,
        )
    ],
    "namespace": [
        (
            two_files(
                """
                from types import SimpleNamespace
                cfg = SimpleNamespace(one="a.train.csv", two="a.test.csv")
                """,
                "cfg.one",
                "cfg.two",
            ),
            FOUND,
        )
    ],
    "settings": [
        (
            {
                "main.py": two_files(
                    "import yaml\ncfg = yaml.safe_load(open('c.yaml'))", "cfg['one']", "cfg['two']"
                ),
                "c.yaml": CONFIG,
            },
            FOUND,
        ),
        (
            """
            import json
            from sklearn.svm import SVC
            rows = json.load(open("rows.json"))
            SVC().fit(rows, rows).score(rows, rows)
            """,
            {"sources": ["rows.json"], "scores": ["accuracy:4 same"]},
        ),
    ],
    "settings_class": [
        (
            two_files(
                """
                import tyro
                class Config:
                    one = "a.train.csv"
                    two = "a.test.csv"
                cfg = tyro.cli(Config)
                """,
                "cfg.one",
                "cfg.two",
            ),
            FOUND,
        )
    ],
    "settings_main": [
        (
            {
                "main.py": """
                    import hydra
                    import pandas as pd
                    @hydra.main(config_path="conf", config_name="c")
                    def main(cfg): pd.read_csv(cfg.one)
                    """,
                "conf/c.yaml": CONFIG,
            },
            FOUND,
        )
    ],
    "initialize": [
        (
            {
                "main.py": two_files(
                    """
                    import hydra
                    hydra.initialize(config_path="conf")
                    cfg = hydra.compose("c")
                    """,
                    "cfg.one",
                    "cfg.two",
                ),
                "conf/c.yaml": CONFIG,
            },
            FOUND,
        )
    ],
    "compose": [
        (
            {
                "main.py": two_files(
                    "import hydra\ncfg = hydra.compose('c')", "cfg.one", "cfg.two"
                ),
                "c.yaml": CONFIG,
            },
            FOUND,
        )
    ],
    "instantiate": [
        (
            PARTS
            + """
    from types import SimpleNamespace
    from hydra.utils import instantiate
    model = instantiate(SimpleNamespace(_target_="sklearn.svm.SVC", C=2))
    model.fit(train, train).score(test, test)
            """,
            {"fit": ["SVC:9"], "scores": ["accuracy:9 disjoint test"]},
        )
    ],
    "target": [
        (
            PARTS
            + """
    import hydra
    hydra.utils.get_class("sklearn.svm.SVC")().fit(train, train).score(test, test)
            """,
            {"fit": ["SVC:7"], "scores": ["accuracy:7 disjoint test"]},
        )
    ],
    "node": [
        (
            four_functions(
                """
                Pipeline([node(score, ["model", "b"], None), node(fit, "a", "model"),
                          node(split, "t", ["a", "b"]), node(load, None, "t")])
                """
            ),
            SCORED,
        )
    ],
    "node_pipeline": [
        (
            four_functions(
                """
                parts = Pipeline([node(load, None, "t"), node(split, "t", ["a", "b"])])
                models = Pipeline([node(fit, "a", "model"), node(score, ["model", "b"], None)])
                Pipeline([parts, models], namespace="one")
                """
            ),
            SCORED,
        )
    ],
    "asset": [
        (
            four_functions(
                """
                @asset
                def model(parts): return fit(parts["a"])
                @asset
                def parts():
                    a, b = split(load())
                    return {"a": a, "b": b}
                @asset()
                def f1(model, parts): return score(model, parts["b"])
                """
            ),
            SCORED,
        )
    ],
    "key": [
        (
            four_functions(
                """
                @asset(ins={"rows": AssetIn(key="parts")})
                def f1(rows):
                    a, b = rows
                    return score(fit(a), b)
                @asset
                def parts(): return split(load())
                """
            ),
            SCORED,
        )
    ],
    "output": [
        (
            four_functions(
                """
                @asset
                def parts(): return Output(split(load()))
                @asset
                def f1(parts): return score(fit(parts[0]), parts[1])
                """
            ),
            SCORED,
        )
    ],
    "operator": [
        (
            """
            import pandas as pd
            from airflow.operators.python import PythonOperator
            def load(path="b.csv"): pd.read_csv(path)
            PythonOperator(task_id="a", python_callable=load, op_kwargs={"path": "a.csv"})
            """,
            {"sources": ["a.csv"]},
        )
    ],
    "chain": [
        (
            """
            import pandas as pd
            from airflow.models.baseoperator import chain
            from airflow.operators.python import PythonOperator
            def write(): pd.read_csv("t.csv").to_csv("a.csv")
            def read(): pd.read_csv("a.csv")
            b = PythonOperator(task_id="b", python_callable=read)
            a = PythonOperator(task_id="a", python_callable=write)
            chain(a, b)
            """,
            {"sources": ["t.csv"], "restore": ["read_csv:5"]},
        )
    ],
    "task": [
        (
            four_functions(
                """
                @task
                def parts(): return split(load())
                a, b = parts.submit().result()
                score(task(fit).submit(a), b)
                """
            ),
            SCORED,
        )
    ],
    "steps": [
        (
            four_functions(
                """
                class Flow(FlowSpec):
                    def end(self): score(self.model, self.b)
                    def start(self):
                        self.a, self.b = split(load())
                        self.next(self.middle)
                    def middle(self):
                        self.model = fit(self.a)
                        self.next(self.end)
                Flow()
                """
            ),
            SCORED,
        )
    ],
}


def test_every_kind_of_the_catalogue_has_a_program() -> None:
    kinds = {str(e["kind"]) for e in heuristics.PACK.catalogue.table("api").values()}
    assert {*PROGRAMS, *WIRED} == kinds


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(source, expected, id=f"{kind}-{number}")
        for kind, programs in (*PROGRAMS.items(), *WIRED.items())
        for number, (source, expected) in enumerate(programs, start=1)
    ],
)
def test_kind(source: Mapping[str, str] | str, expected: dict[str, list[str]], told: Told) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
