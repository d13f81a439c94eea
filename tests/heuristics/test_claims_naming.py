"""What is only named, or works beneath something else, is not called missing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from heuristics.claims.statements import MAX_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portfolio_scan.model import Claim, Scan

TRAIN = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression

rows = pd.read_csv("rows.csv")
LogisticRegression().fit(rows[["a"]], rows["b"])
"""


@pytest.fixture
def claims(scan: Callable[[Path], Scan], tmp_path: Path) -> Callable[..., list[Claim]]:
    def make(readme: str, **files: str) -> list[Claim]:
        (tmp_path / "README.md").write_text(f"# Project\n\n{readme}\n", "utf-8")
        (tmp_path / "train.py").write_text(TRAIN, "utf-8")
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(text, "utf-8")
        (repository,) = scan(tmp_path).repositories
        return list(repository.claims)

    return make


@pytest.mark.parametrize(
    ("readme", "files", "state"),
    [
        ("It uses k-nearest neighbors.", {}, "not_found"),
        ("It uses k-nearest neighbors.", {"knn__py": "K = 3\n"}, "unclear"),
        ("It uses a GAN.", {"organ__py": "K = 3\n"}, "not_found"),
        ("It uses an SVM.", {"model__py": "class LinearSVM:\n    pass\n"}, "unclear"),
        ("It uses PostgreSQL.", {"requirements__txt": "psycopg2-binary\n"}, "unclear"),
        ("It uses MLflow.", {"requirements__txt": "mlflow==2.9\n"}, "unclear"),
        ("It uses PyTorch.", {"detect__py": "from ultralytics import YOLO\n"}, "unclear"),
        ("It uses TensorFlow.", {"net__py": "import keras\n"}, "unclear"),
    ],
)
def test_names(
    claims: Callable[..., list[Claim]], readme: str, files: dict[str, str], state: str
) -> None:
    assert [claim.state.value for claim in claims(readme, **files)] == [state]


def test_an_address_of_a_model_does_not_claim_its_makers_service(
    claims: Callable[..., list[Claim]],
) -> None:
    assert "OpenAI API" not in {one.subject for one in claims("Based on openai/whisper-small.")}


def test_a_score_in_a_file_of_another_model_does_not_show_a_figure(
    claims: Callable[..., list[Claim]],
) -> None:
    scored = (
        "import pandas as pd\nfrom sklearn.metrics import accuracy_score\n"
        "from sklearn.model_selection import train_test_split\nfrom xgboost import XGBClassifier\n"
        'rows = pd.read_csv("rows.csv")\n'
        'a, b, c, d = train_test_split(rows[["a"]], rows["b"])\n'
        "model = XGBClassifier().fit(a, c)\nprint(accuracy_score(d, model.predict(b)))\n"
    )
    found = {
        one.subject: one.state.value
        for one in claims(
            "XGBoost reaches an accuracy of 91 %.\n\n"
            "Logistic regression reaches an accuracy of 88 %.",
            boost__py=scored,
        )
    }
    assert found["accuracy 91 %"] == "shown"
    assert found["accuracy 88 %"] == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "Uses XGBoost with an accuracy of 93 %. " * 4_000,
        "- accuracy: 0,93,93,93,93,93,93,93,93,93,93,93 of XGBoost\n" * 2_000,
        "| Model | Accuracy |\n|---|---|\n" + "| XGBoost | 93 % |\n" * 6_000,
        "<script>alert(1)</script><!-- " * 4_000,
        "XGBoost:\n\n" * 9_000,
        "9," * 60_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_readme_takes_no_time(claims: Callable[..., list[Claim]], text: str) -> None:
    start = time.process_time()
    assert len(claims(text)) <= MAX_STATEMENTS
    assert time.process_time() - start < 5
