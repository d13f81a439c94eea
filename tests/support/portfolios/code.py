"""Code that the evidence shows: ways from data to score in several libraries, and single places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Lines:
    """Lines of a file as they stand in it."""

    path: str
    start: int
    snippet: str
    note: str
    cell: int | None = None


@dataclass(frozen=True)
class Way:
    """A chain from where data is read to where a score is made; the last step is the primary."""

    message: str
    steps: tuple[Lines, ...]


WAYS: Final = (
    Way(
        "RandomForestRegressor is scored by MAE on later days that it was not fitted on.",
        (
            Lines(
                "src/data.py",
                13,
                'sales = pd.read_csv(path, parse_dates=["day"])',
                "data comes from data/sales.csv",
            ),
            Lines(
                "src/data.py",
                27,
                'cut = sales["day"].quantile(0.8)\n'
                'train, test = sales[sales["day"] <= cut], sales[sales["day"] > cut]',
                "divided here; this is test",
            ),
            Lines(
                "src/train.py",
                58,
                "model = RandomForestRegressor(n_estimators=400)\nmodel.fit(train[FEATURES], "
                'train["sold"])',
                "RandomForestRegressor fitted on the train rows",
            ),
            Lines(
                "src/train.py",
                71,
                "predicted = model.predict(test[FEATURES])",
                "predicts the test rows",
            ),
            Lines(
                "src/train.py",
                74,
                'print("MAE", mean_absolute_error(test["sold"], predicted))',
                "scored here by mean_absolute_error",
            ),
        ),
    ),
    Way(
        "LeafNet is scored by accuracy on test images that no step of training has seen.",
        (
            Lines(
                "notebooks/02_train.ipynb",
                1,
                'pictures = ImageFolder("data/leaves", transform=augment)',
                "data comes from data/leaves",
                cell=3,
            ),
            Lines(
                "notebooks/02_train.ipynb",
                1,
                "train, test = random_split(pictures, [0.8, 0.2], generator=g)",
                "divided here; this is test",
                cell=4,
            ),
            Lines(
                "notebooks/02_train.ipynb",
                4,
                "for x, y in DataLoader(train, batch_size=64, shuffle=True):\n"
                "    loss = criterion(net(x), y)\n    loss.backward()\n    optimizer.step()",
                "LeafNet fitted on the train rows",
                cell=7,
            ),
            Lines(
                "notebooks/02_train.ipynb",
                2,
                "    right += (net(x).argmax(1) == y).sum().item()\naccuracy = right / len(test)",
                "scored here by hand",
                cell=9,
            ),
        ),
    ),
    Way(
        "The fine-tuned adapter is scored by ROUGE on answers kept out of training.",
        (
            Lines(
                "finetune/train_lora.py",
                28,
                'pairs = load_dataset("json", data_files=path, split="train")',
                "data comes from json",
            ),
            Lines(
                "finetune/train_lora.py",
                29,
                "outer = pairs.train_test_split(test_size=0.2, seed=SEED)",
                "divided here; this is test",
            ),
            Lines("finetune/train_lora.py", 84, "trainer.train()", "fitted on the train rows"),
            Lines(
                "eval/answers.py",
                29,
                "return rouge.compute(predictions=predictions, references=references)",
                "scored here by rouge",
            ),
        ),
    ),
)
LEAK: Final = Way(
    "Statistics used in training were computed on rows that hold the scored ones.",
    (
        Lines(
            "src/features.py",
            19,
            "scaler = StandardScaler()\nframe[NUMERIC] = scaler.fit_transform(frame[NUMERIC])",
            "StandardScaler fitted on all rows",
        ),
        Lines(
            "src/train.py",
            22,
            "X_train, X_test, y_train, y_test = train_test_split(*load(), test_size=0.2)",
            "divided only here",
        ),
        Lines(
            "src/train.py",
            41,
            'print("AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))',
            "scored here by roc_auc_score",
        ),
    ),
)
PLACES: Final = (
    Lines(
        "app/api.py",
        44,
        '@app.post("/predict")\ndef predict(passenger: Passenger) -> Answer:\n'
        "    rows = to_frame(passenger)\n    return Answer(model.predict_proba(rows)[0, 1])",
        "an endpoint that reaches the model",
    ),
    Lines("Dockerfile", 1, "FROM python:3.12-slim\nCOPY . /app", "an image is built from the code"),
    Lines(
        "tests/test_features.py",
        6,
        "def test_no_day_of_the_future_is_seen():\n    frame = features(days(30))\n"
        '    assert (frame["lag_1"].dropna() >= 0).all()',
        "a test of the features",
    ),
    Lines("src/train.py", 9, "SEED = 20260117\nrandom.seed(SEED)", "the seed is set"),
    Lines("notebooks/01_look.ipynb", 1, 'df.groupby("shop")["sold"].describe()', "", cell=5),
    Lines("src/train.py", 33, 'mlflow.log_metric("mae", mae)', "runs are tracked"),
    Lines(
        "src/clean.py",
        17,
        'def clean(frame: pd.DataFrame) -> pd.DataFrame:\n    frame = frame.drop_duplicates("id")\n'
        '    frame["age"] = frame["age"].fillna(frame["age"].median())\n'
        '    frame["city"] = frame["city"].str.strip().str.casefold()\n'
        '    return frame[frame["price"].between(1, 9_999)]',
        "duplicates and missing values are dealt with",
    ),
    Lines(".github/workflows/check.yml", 12, "      - run: pytest -q", "tests run on each push"),
)
