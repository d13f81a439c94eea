from __future__ import annotations

from dataclasses import replace

import pytest

import heuristics
from portfolio_scan.analysis.job import MAX_JOB, Job, match_job, read_job
from portfolio_scan.errors import UsageError
from portfolio_scan.model import (
    Assessment,
    Audience,
    Evidence,
    Finding,
    Importance,
    Named,
    Outcome,
    Polarity,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    Shown,
    SourceKind,
    Weight,
)

CATALOGUE = heuristics.PACK.catalogue
POST = """\
# Machine-learning engineer

## About us
We forecast tides on AWS.

## Requirements
- Python and PyTorch or TensorFlow
- one of XGBoost, LightGBM, or CatBoost
- Kafka is a plus

## Nice to have
- Kubernetes, Docker

## Benefits
- Java (the island) once a year
"""


def read(text: str) -> Job:
    return read_job(text, CATALOGUE, "job.md")


def wanted(text: str) -> dict[str, Importance]:
    return {one.skill: one.importance for one in read(text).wanted}


def repository(
    name: str, shown: tuple[str, ...] = (), claimed: tuple[str, ...] = ()
) -> RepositoryScan:
    def named(skill: str) -> Named:
        return Named(name=skill, evidence=(Evidence(path=f"{skill}.py", start_line=3, end_line=3),))

    return RepositoryScan(
        repository=Repository(name=name, source=SourceKind.GIT),
        coverage=RepositoryCoverage(),
        assessment=Assessment(skills=tuple(map(named, shown)), claimed=tuple(map(named, claimed))),
    )


def test_headings_and_lines_say_how_much_a_skill_counts() -> None:
    found = wanted(POST)
    assert {skill for skill, one in found.items() if one is Importance.REQUIRED} == {
        "python", "pytorch", "tensorflow", "xgboost", "lightgbm", "catboost",
    }  # fmt: skip
    assert {skill for skill, one in found.items() if one is Importance.PREFERRED} == {
        "kafka", "kubernetes", "docker",
    }  # fmt: skip
    assert found["aws"] is found["java"] is Importance.MENTIONED


def test_a_text_without_headings_asks_for_everything_it_names() -> None:
    assert wanted("We need scikit-learn, SQL and RAG.") == {
        "scikit-learn": Importance.REQUIRED,
        "sql": Importance.REQUIRED,
        "rag": Importance.REQUIRED,
    }


def test_a_skill_counts_as_it_is_asked_for_most() -> None:
    assert wanted("## Nice to have\nSQL\n## Requirements\nSQL")["sql"] is Importance.REQUIRED


def test_what_is_not_required_is_only_mentioned() -> None:
    assert wanted("Experience with Spark is not required.")["spark"] is Importance.MENTIONED


def test_alternatives_are_told_and_a_plain_list_is_none() -> None:
    by_skill = {one.skill: set(one.alternatives) for one in read(POST).wanted}
    assert by_skill["pytorch"] == {"tensorflow"}
    assert by_skill["python"] == set()
    assert by_skill["xgboost"] == {"lightgbm", "catboost"}
    assert by_skill["kubernetes"] == set()


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Sentence-Transformers", "embeddings"),
        ("scikit learn", "scikit-learn"),
        ("K8s", "kubernetes"),
        ("C++", "cpp"),
        ("Python/R", "r"),
        ("vector databases (Faiss)", "faiss"),
        ("graph neural networks", "graph-learning"),
        ("outlier detection", "anomaly-detection"),
        ("LSTMs", "sequence-models"),
        ("metric learning", "contrastive"),
        ("fine-tuned models", "fine-tuning"),
        ("feature store", "feature-store"),
        ("GCP", "gcp"),
    ],
)
def test_names_are_found_in_their_spellings(text: str, skill: str) -> None:
    assert skill in wanted(text)


@pytest.mark.parametrize("text", ["R&D budget", "go to market", "a ray of hope", "javanese food"])
def test_common_words_are_no_skills(text: str) -> None:
    assert wanted(text) == {}


def test_each_skill_is_shown_claimed_or_not_found_with_places() -> None:
    parts = [
        repository("tides", ("pytorch", "docker")),
        repository("owls", ("pytorch",), ("xgboost",)),
    ]
    match = match_job(read(POST), parts, CATALOGUE)
    status = {one.skill: one.status for one in match.requirements}
    assert status["pytorch"] is status["docker"] is Shown.SHOWN
    assert status["xgboost"] is Shown.CLAIMED
    assert status["kafka"] is Shown.NOT_FOUND
    pytorch = next(one for one in match.requirements if one.skill == "pytorch")
    assert [one.repository for one in pytorch.citations] == ["tides", "owls"]
    assert pytorch.repositories == 2
    assert match.title == "Machine-learning engineer"


def test_words_in_brackets_are_about_what_stands_in_them() -> None:
    found = wanted("Requirements:\n- Docker and REST APIs (FastAPI preferred)\n- SQL is a plus")
    assert found["docker"] is found["rest-apis"] is Importance.REQUIRED
    assert found["fastapi"] is found["sql"] is Importance.PREFERRED


def test_an_alternative_that_is_shown_stands_beside_what_is_not() -> None:
    match = match_job(read("PyTorch or TensorFlow"), [repository("a", ("pytorch",))], CATALOGUE)
    told = {one.skill: (one.status, one.met_by) for one in match.requirements}
    assert told["tensorflow"] == (Shown.NOT_FOUND, ("PyTorch",))
    assert told["pytorch"] == (Shown.SHOWN, ())


@pytest.mark.parametrize(
    ("polarity", "status"),
    [(Polarity.STRENGTH, Shown.SHOWN), (Polarity.NOTE, Shown.CLAIMED)],
)
def test_a_strength_shows_its_skill(polarity: Polarity, status: Shown) -> None:
    cited = Evidence(path="features.py", start_line=5, end_line=5)
    finding = Finding(
        rule="data.features", version=1, outcome=Outcome.PRESENT, polarity=polarity,
        weight=Weight.MEDIUM, audience=Audience.ENGINEER, confidence=0.9, message="m",
        evidence=(cited,),
    )  # fmt: skip
    part = replace(repository("a", claimed=("feature-engineering",)), findings=(finding,))
    (asked,) = match_job(read("Feature engineering"), [part], CATALOGUE).requirements
    assert asked.status is status
    assert (asked.citations[0].evidence == cited) is (status is Shown.SHOWN)


def test_what_is_shown_somewhere_is_not_told_as_claimed() -> None:
    parts = [repository("a", claimed=("pytorch",)), repository("b", ("pytorch",))]
    (one,) = match_job(read("PyTorch"), parts, CATALOGUE).requirements
    assert one.status is Shown.SHOWN
    assert [citation.repository for citation in one.citations] == ["b"]


def test_what_code_cannot_show_says_so() -> None:
    (one,) = match_job(read("Linux"), [], CATALOGUE).requirements
    assert one.status is Shown.NOT_FOUND
    assert "ask" in one.note


def test_a_job_without_known_skills_is_a_match_that_says_so() -> None:
    match = match_job(read("We look for a kind person."), [], CATALOGUE)
    assert match.requirements == ()
    assert match.note


@pytest.mark.parametrize("text", ["", " \n\t", "x\x00y", "x" * (MAX_JOB + 1)])
def test_what_is_no_job_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"job\.md"):
        read(text)
