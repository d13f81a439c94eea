"""Every exercise of the catalogue, on the signs it is known by, and what is told beside it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from heuristics.originality.additions import additions
from heuristics.originality.exercise_signs import Index, match
from heuristics.originality.tutorial_project import TutorialProject
from portfolio_scan.api import RepositoryContext
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import (
    Evidence,
    FileEntry,
    Likeness,
    Named,
    Origin,
    Place,
    Repository,
    SourceKind,
    Verdict,
)
from portfolio_scan.parsing.unit import read_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

CATALOGUE = heuristics.PACK.catalogue
EXERCISES: Mapping[str, Mapping[str, Any]] = CATALOGUE.table("exercises")
FILES = {
    "titanic": "input/gender_submission.csv",
    "mnist": "data/mnist_train.csv",
    "fashion-mnist": "fashion-mnist_train.csv",
    "cifar10": "cifar-10-batches-py/data_batch_1",
    "iris": "data/iris.csv",
    "wine": "winequality-red.csv",
    "california-housing": "datasets/housing.csv",
    "pima-diabetes": "data/diabetes.csv",
    "heart-disease": "heart.csv",
    "credit-card-fraud": "creditcard.csv",
    "sms-spam": "data/SMSSpamCollection",
    "imdb": "IMDB Dataset.csv",
    "cats-vs-dogs": "dogs-vs-cats/train.zip",
    "flowers102": "cat_to_name.json",
    "crop-recommendation": "Crop_recommendation.csv",
    "insurance": "insurance.csv",
    "netflix-titles": "netflix_titles.csv",
    "salary-toy": "Salary_Data.csv",
    "mall-customers": "Mall_Customers.csv",
    "bank-marketing": "bank-additional-full.csv",
    "superstore": "Sample - Superstore.csv",
    "olist": "olist_orders_dataset.csv",
    "movielens": "ml-100k/u.data",
    "tmdb5000": "tmdb_5000_movies.csv",
    "fake-news": "News/Fake.csv",
    "air-passengers": "AirPassengers.csv",
    "plantvillage": "PlantVillage/train",
    "coursera-ml": "ex1data1.txt",
    "handson-ml": "02_end_to_end.ipynb",
    "bank-churn": "Churn_Modelling.csv",
    "ibm-hr-attrition": "WA_Fn-UseC_-HR-Employee-Attrition.csv",
    "ag-news": "data/ag_news_train.csv",
    "book-crossing": "BX-Book-Ratings.csv",
    "simulated-card-fraud": "input/fraudTrain.csv",
    "student-performance": "student-mat.csv",
    "student-exam-scores": "StudentsPerformance.csv",
    "student-performance-factors": "StudentPerformanceFactors.csv",
    "auto-mpg": "auto-mpg.data",
    "freecodecamp": "sea_level_predictor.py",
}
"""A path for every exercise that is known by its files."""


def context(
    files: Mapping[str, str], *, paths: tuple[str, ...] = (), likenesses: tuple[Likeness, ...] = ()
) -> RepositoryContext:
    code = {path: text for path, text in files.items() if path.endswith((".py", ".ipynb"))}
    records = [read_unit(path, path, text.encode()) for path, text in code.items()]
    return RepositoryContext(
        repository=Repository(name="made/work", source=SourceKind.FOLDER),
        entries=tuple(FileEntry(path=path, size=1, blob="b") for path in (*files, *paths)),
        units=tuple(record.facts for record in records),
        texts={path: text for path, text in files.items() if path not in code},
        trace=trace_repository(records, CATALOGUE),
        observations=(),
        verdicts={},
        named={},
        evidence=lambda place, note="": Evidence(
            path=place.path, start_line=place.line, end_line=place.end_line, note=note
        ),
        catalogue=CATALOGUE,
        today=date(2026, 11, 21),
        likenesses=likenesses,
    )


def told(key: str, found: RepositoryContext) -> float:
    return match(key, EXERCISES[key], Index(found)).points


def columns(key: str) -> list[str]:
    names = {name.lower(): name for name in EXERCISES[key].get("columns", ())}
    return list(names.values())[: EXERCISES[key].get("need", 2)]


@pytest.mark.parametrize("key", [key for key in EXERCISES if EXERCISES[key].get("columns")])
def test_an_exercise_is_told_by_as_many_columns_as_it_needs(key: str) -> None:
    names = columns(key)
    assert told(key, context({"a.py": f"rows = table[{names!r}]\n"})) >= 3
    assert told(key, context({"a.py": f"rows = table[{names[:-1]!r}]\n"})) < 3


@pytest.mark.parametrize("key", [key for key in EXERCISES if EXERCISES[key].get("files")])
def test_an_exercise_is_told_by_a_file_that_is_read(key: str) -> None:
    assert told(key, context({"a.py": f"rows = load({FILES[key]!r})\n"})) >= 2
    assert told(key, context({"a.py": "rows = load('berths.csv')\n"})) == 0


@pytest.mark.parametrize("key", [key for key in EXERCISES if EXERCISES[key].get("labels")])
def test_an_exercise_is_told_by_its_classes_together(key: str) -> None:
    for group in EXERCISES[key]["labels"]:
        assert told(key, context({"a.py": f"names = {group!r}\n"})) == 1.5
        assert told(key, context({"a.py": f"names = {group[:-1]!r}\n"})) < 1.5


@pytest.mark.parametrize("key", list(EXERCISES))
def test_a_word_alone_tells_nothing(key: str) -> None:
    for word in EXERCISES[key].get("words", ()):
        assert told(key, context({"README.md": f"# {word}\n"})) < 3


@pytest.mark.parametrize("key", list(EXERCISES))
def test_an_exercise_has_a_sign_beside_words(key: str) -> None:
    signs = {"columns", "files", "keys", "labels", "modules", "definitions", "marks", "many"}
    assert signs & set(EXERCISES[key])


@pytest.mark.parametrize(
    "name",
    [
        *("wine_cellar_prices.csv", "heartbeats_2024.csv", "netflix_partner_deals.csv"),
        *("insurance.csv", "spam.csv", "fake_news_desk_calls.csv", "iris_of_the_eye.csv"),
    ],
)
def test_a_file_of_ones_own_is_no_exercise_for_its_name(name: str) -> None:
    source = f"import pandas as pd\nrows = pd.read_csv('data/{name}')\n"
    assert judged(context({"a.py": source})).verdict == "no"


def test_a_known_file_that_people_are_told_of_is_one() -> None:
    files = {"a.py": "rows = load('spam.csv')\n", "README.md": "# Spam\n\nFilters spam.\n"}
    assert told("sms-spam", context(files)) == 3.5
    assert told("sms-spam", context({"a.py": files["a.py"]})) == 2


def test_a_title_that_a_program_prints_is_no_file() -> None:
    found = context({"a.py": "print('Trains on MNIST pictures like mnist.csv or so')\n"})
    assert told("cifar10", context({"a.py": "print('My CIFAR10 training')\n"})) == 0
    assert told("mnist", found) == 0


def test_reviews_in_single_files_are_a_data_set_when_there_are_many() -> None:
    reviews = tuple(f"train/pos/{number}_{number % 10 + 1}.txt" for number in range(60))
    found = match("imdb", EXERCISES["imdb"], Index(context({}, paths=reviews)))
    assert found.points == 3
    assert found.evidence == [(Place(path=reviews[0]), "one of the files of imdb")]
    assert told("imdb", context({}, paths=reviews[:40])) == 0


def test_data_in_an_environment_is_a_librarys() -> None:
    found = context({})
    path = "venv/lib/python3.9/site-packages/sklearn/datasets/data/iris.csv"
    entry = FileEntry(path=path, size=1, blob="b", origin=Origin.ENVIRONMENT)
    object.__setattr__(found, "entries", (entry,))
    assert told("iris", found) == 0


def test_functions_that_a_course_asks_for() -> None:
    source = "def draw_cat_plot():\n    pass\n\n\ndef draw_heat_map():\n    pass\n"
    assert told("freecodecamp", context({"plots.py": source})) == 3
    assert told("freecodecamp", context({"plots.py": source[:40]})) == 0


# Published examples ------------------------------------------------------------------------


def like(path: str, share: float, kind: str = "course") -> Likeness:
    return Likeness(
        path=path,
        source="A Book of Orchards",
        kind=kind,
        url="https://github.com/orchard/book",
        license="MIT",
        file="chapter_2.ipynb",
        shared=20,
        share=share,
        covered=0.3,
    )


def judged(found: RepositoryContext) -> Verdict:
    return TutorialProject().judge(found).verdicts["tutorial"]


def test_a_repository_that_mostly_stands_in_a_book_is_its_exercise() -> None:
    files = {"one.py": "x = 1\n", "two.py": "y = 1\n"}
    verdict = judged(context(files, likenesses=(like("one.py", 0.6), like("copy.ipynb", 1.0))))
    assert (verdict.verdict, verdict.dataset) == ("yes", "a-book-of-orchards")
    assert [piece.path for piece in verdict.evidence] == ["one.py", "copy.ipynb"]
    assert "2 of 3 code files, which stand in A Book of Orchards" in verdict.reason


@pytest.mark.parametrize(
    "likeness", [like("one.py", 0.4), like("one.py", 0.9, kind="library")], ids=["less", "library"]
)
def test_a_resemblance_is_not_enough(likeness: Likeness) -> None:
    assert judged(context({"one.py": "x = 1\n"}, likenesses=(likeness,))).verdict == "no"


def test_one_chapter_among_own_work_makes_no_exercise() -> None:
    files = {f"own_{number}.py": "x = 1\n" for number in range(4)}
    found = context(files, likenesses=(like("chapter.py", 0.95),))
    assert judged(found).verdict == "no"


# Beyond the exercise -----------------------------------------------------------------------

LOOP = """
import torch
from torch import nn
from torchvision.datasets import MNIST, KMNIST
import shap

first, second = MNIST("data", train=True), KMNIST("data", train=True)


def make_features(rows):
    return rows


net = nn.Linear(784, 10)
for pictures, labels in torch.utils.data.DataLoader(first):
    loss = nn.functional.cross_entropy(net(pictures), labels)
    loss.backward()
"""


def test_what_was_added_is_listed_once_each_with_its_place() -> None:
    found = context({"train.py": LOOP, "tests/test_train.py": "def test_it():\n    assert 1\n"})
    evidence = Evidence(path="Dockerfile", start_line=1, end_line=1)
    named = {"deployment": (Named(name="docker", evidence=(evidence,)),)}
    object.__setattr__(found, "named", named)
    added = additions(found, EXERCISES["mnist"])
    assert [(one.words, one.place.path, one.place.line) for one in added] == [
        ("tests", "tests/test_train.py", 1),
        ("a training loop or model written out", "train.py", 17),
        ("the kmnist data", "train.py", 7),
        ("feature engineering in functions of its own", "train.py", 10),
        ("docker", "Dockerfile", 1),
        ("explanations of predictions", "train.py", 5),
    ]


def test_a_plain_solution_adds_nothing() -> None:
    source = "import pandas as pd\n\nprint(pd.read_csv('iris.csv')['sepal_length'])\n"
    found = context({"a.py": source})
    assert additions(found, EXERCISES["iris"]) == []
    (finding,) = TutorialProject().judge(found).findings
    assert "Beyond it" not in finding.message


@pytest.mark.parametrize("subject", sorted(CATALOGUE.table("subjects")))
def test_a_subject_of_research_leaves_the_question_open(subject: str) -> None:
    words: Any = CATALOGUE.table("subjects")[subject]["words"]
    word = words[0]
    source = f"from torchvision.datasets import CIFAR10\n\nCIFAR10('x')\nprint(['{word}_rate'])\n"
    named = {f"{word}.py": f"{source}\n\ndef by_{word}(rows):\n    return rows\n"}
    assert judged(context(named)).verdict == "unknown"
    assert judged(context({"a.py": named[f"{word}.py"]})).verdict == "yes"


def test_notebooks_count_as_files_do() -> None:
    cells = [{"cell_type": "code", "source": "rows = load('iris.csv')", "outputs": []}]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})
    assert told("iris", context({"a.ipynb": text})) >= 2
