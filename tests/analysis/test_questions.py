from __future__ import annotations

import pytest

import heuristics
from portfolio_scan.analysis.paid_task import choose_task
from portfolio_scan.analysis.questions import choose_questions, place_of
from portfolio_scan.analysis.rubric import apply_rubric, parse_rubric
from portfolio_scan.api import Catalogue
from portfolio_scan.model import (
    Assessment,
    Audience,
    Citation,
    Depth,
    Evidence,
    Finding,
    Level,
    Named,
    Outcome,
    Polarity,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    RubricArea,
    SourceKind,
    Stage,
    Verdict,
    Weight,
)

CATALOGUE = heuristics.PACK.catalogue
ROLES = sorted(CATALOGUE.table("roles"))
AREAS = sorted(parse_rubric(heuristics.PACK.rubric, "built in").areas)


def line(path: str, number: int = 7, cell: int | None = None) -> tuple[Evidence, ...]:
    return (Evidence(path=path, start_line=number, end_line=number, cell=cell),)


def tides(name: str = "tides") -> RepositoryScan:
    yes = Verdict(verdict="yes", confidence=0.9, evidence=line("train.py"))
    return RepositoryScan(
        repository=Repository(name=name, source=SourceKind.GIT),
        coverage=RepositoryCoverage(),
        assessment=Assessment(
            ml=yes,
            trains=yes,
            kind=Verdict(verdict="applied", confidence=0.7, evidence=line("train.py")),
            evaluation=Verdict(verdict="held_out", confidence=0.9, evidence=line("score.py", 9)),
            deployment=(Named(name="fastapi", evidence=line("serve.py", 3)),),
            metrics=(Named(name="mae", evidence=line("score.py", 11)),),
            skills=(
                Named(name="data-cleaning", evidence=line("clean.py")),
                Named(name="xgboost", evidence=line("train.py", 2)),
            ),
        ),
    )


def test_there_are_five_to_eight_on_four_topics_each_with_its_line() -> None:
    questions = choose_questions([tides()], (), CATALOGUE)
    assert 5 <= len(questions) <= 8
    assert {one.topic for one in questions} == {"failure", "production", "data", "trade_offs"}
    for one in questions:
        assert one.evidence is not None
        assert place_of(one.evidence) in one.text
        assert "{" not in one.text
    assert len({one.text for one in questions}) == len(questions)


def test_repositories_are_asked_about_in_turn() -> None:
    parts = [tides("a"), tides("b")]
    depths = [Depth(repository=name, stages=(), of=6) for name in "ba"]
    first = choose_questions(parts, (), CATALOGUE, depths=depths)
    assert {one.repository for one in first} == {"b"}


def test_a_question_says_what_was_found_and_whose_lines_it_is_about() -> None:
    cited = line("tides/train.py", 3)
    finding = Finding(
        rule="profile.strongest-repository", version=1, outcome=Outcome.PRESENT,
        polarity=Polarity.STRENGTH, weight=Weight.HIGH, audience=Audience.RECRUITER,
        confidence=0.8, message="It goes furthest.", evidence=cited, question="Why so?",
    )  # fmt: skip
    stage = Stage(name="training", citation=Citation(repository="tides", evidence=cited[0]))
    depths = [
        Depth(repository="gulls", stages=(), of=6),
        Depth(repository="tides", stages=(stage,), of=6),
    ]
    first = choose_questions([tides()], [finding], CATALOGUE, depths=depths)[0]
    assert (first.text, first.repository) == ("Why so?", "tides")
    assert first.about == "It goes furthest."
    assert first.evidence == cited[0]


def test_nothing_is_asked_about_code_that_is_no_machine_learning() -> None:
    assessment = Assessment(
        ml=Verdict(verdict="no"), deployment=(Named(name="flask", evidence=line("site.py")),)
    )
    site = RepositoryScan(
        repository=Repository(name="site", source=SourceKind.GIT),
        coverage=RepositoryCoverage(),
        assessment=assessment,
    )
    assert choose_questions([site], (), CATALOGUE) == ()


def test_a_place_in_a_notebook_names_its_cell() -> None:
    (piece,) = line("look.ipynb", 2, cell=4)
    assert place_of(piece) == "look.ipynb, cell 4, line 2"


# The test task -----------------------------------------------------------------------------


def rubric(**levels: Level) -> object:
    base = apply_rubric(parse_rubric(heuristics.PACK.rubric, "r"), [], {}, role="", total=False)
    areas = [
        RubricArea(
            id=one.id,
            title=one.title,
            level=levels.get(one.id, Level.STRONG),
            evidence=0,
            signs=(),
            repositories=0,
            applies_to=1,
            confidence=0.0,
            weight=1,
            reason="",
        )
        for one in base.areas
    ]
    return type(base)(name="r", digest="", role="", areas=tuple(areas))


@pytest.mark.parametrize("role", [*ROLES, "unknown", "tie"])
def test_every_role_has_a_task_of_four_to_eight_hours(role: str) -> None:
    task = choose_task(role, None, CATALOGUE)
    assert task is not None
    low, high = task.hours.split("\N{EN DASH}")
    assert 4 <= int(low) < int(high) <= 8
    assert task.deliverables
    assert task.look_at


@pytest.mark.parametrize("area", ["evaluation", "data", "production", "engineering"])
def test_the_task_is_about_what_the_code_did_not_show(area: str) -> None:
    task = choose_task("ml_engineer", rubric(**{area: Level.NOT_FOUND}), CATALOGUE)  # type: ignore[arg-type]
    assert task is not None
    assert area in CATALOGUE.table("tasks")[task.id]["gaps"]  # type: ignore[operator]
    assert "nothing was found in the code read" in task.reason


def test_what_was_not_found_weighs_more_than_what_could_not_be_told() -> None:
    both = rubric(production=Level.NOT_FOUND, evaluation=Level.UNCLEAR)
    task = choose_task("mlops", both, CATALOGUE)  # type: ignore[arg-type]
    assert task is not None
    assert "production" in task.reason


def test_without_tasks_in_the_catalogue_there_is_none() -> None:
    assert choose_task("mlops", None, Catalogue(tables={})) is None


def test_the_tables_name_roles_areas_and_words_that_there_are() -> None:
    for name, fields in CATALOGUE.table("tasks").items():
        assert set(fields["roles"]) <= {"any", *ROLES}, name  # type: ignore[call-overload]
        assert set(fields["gaps"]) <= set(AREAS), name  # type: ignore[call-overload]
    topics = set(CATALOGUE.table("topics"))
    for name, fields in CATALOGUE.table("questions").items():
        assert fields["topic"] in topics, name
        assert str(fields["text"]).rstrip().endswith("?"), name
        assert "{place}" in str(fields["text"]), name
        assert str(fields["about"]) in Assessment.__slots__, name
