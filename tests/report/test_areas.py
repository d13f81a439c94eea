from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.model import History, Outcome, Polarity, RepositoryScan, Scan, Verdict
from portfolio_scan.report.areas import last_quarters, view_areas

if TYPE_CHECKING:
    from portfolio_scan.report.view import AreaView

TODAY = date(2026, 11, 21)


def areas_of(*scans: RepositoryScan) -> dict[str, AreaView]:
    views, _ = view_areas(scans, TODAY)
    return {view.name: view for view in views}


def judged(part: RepositoryScan, **verdicts: str) -> RepositoryScan:
    changed = {key: Verdict(verdict=word, confidence=0.9) for key, word in verdicts.items()}
    return replace(part, assessment=replace(part.assessment, **changed))


@pytest.fixture
def sound(full_scan: Scan) -> RepositoryScan:
    return full_scan.repositories[2]


def states(view: AreaView) -> list[str]:
    return [segment.state for segment in view.segments]


def test_only_held_out_scores_and_folds_count_as_evaluation(sound: RepositoryScan) -> None:
    words = ("held_out", "cross_validation", "validation_only", "train_only", "none")
    view = areas_of(*(judged(sound, evaluation=word) for word in words))["Evaluation"]
    assert states(view) == ["found", "found", "empty", "empty", "empty"]
    assert view.level == "In some"
    assert view.detail.startswith("2 of 5 that train")


def test_doubt_is_a_state_of_its_own_and_never_not_found(sound: RepositoryScan) -> None:
    view = areas_of(judged(sound, evaluation="unknown"), judged(sound, evaluation="none"))
    assert states(view["Evaluation"]) == ["unclear", "empty"]
    assert view["Evaluation"].level == "Could not tell"
    assert view["Evaluation"].detail == "1 of 2 unclear"


def test_what_does_not_apply_is_not_counted(sound: RepositoryScan) -> None:
    view = areas_of(judged(sound, evaluation="not_applicable", trains="no"))["Evaluation"]
    assert view.level == "Does not apply"
    assert view.segments == ()


def test_repositories_without_machine_learning_lower_nothing(sound: RepositoryScan) -> None:
    other = judged(sound, ml="no", trains="no", evaluation="not_applicable", tutorial="unknown")
    alone, beside = areas_of(sound), areas_of(sound, other)
    for name in ("Evaluation", "Training", "Originality", "Production"):
        assert alone[name] == beside[name]


@pytest.mark.parametrize(
    ("found", "missing", "level"),
    [(1, 0, "In one"), (1, 3, "In one"), (3, 0, "In all"), (3, 1, "In most"), (2, 5, "In some")],
)
def test_levels_are_counts_in_words(
    sound: RepositoryScan, found: int, missing: int, level: str
) -> None:
    scans = [judged(sound, trains="yes")] * found + [judged(sound, trains="no")] * missing
    assert areas_of(*scans)["Training"].level == level


def test_signs_of_leakage_are_said_beside_the_count(full_scan: Scan) -> None:
    view = areas_of(*full_scan.repositories)["Evaluation"]
    assert view.detail.startswith("2 of 5 that train, 1 with signs of leakage")


def test_an_area_that_no_rule_looks_at_is_named_not_emptied(full_scan: Scan) -> None:
    views, not_examined = view_areas(full_scan.repositories, TODAY)
    assert not_examined == "Data work and Engineering"
    assert [view.name for view in views] == [
        "Evaluation",
        "Training",
        "Originality",
        "Recency",
        "Production",
    ]


def test_areas_of_rules_count_strengths_and_keep_doubt_apart(
    sound: RepositoryScan, make: Any
) -> None:
    piece = make.evidence("tests/test_x.py", 1, "def test_x():")
    rule = "engineering.tests"
    found = make.finding(rule, "Has tests.", piece)
    absent = make.finding(rule, "Tests were not found.", outcome=Outcome.ABSENT)
    unclear = make.finding(rule, "Could not tell.", outcome=Outcome.UNCLEAR)
    failed = make.finding(rule, "The rule failed.", outcome=Outcome.ERROR)
    flag = make.finding(rule, "Tests assert nothing.", piece, polarity=Polarity.FLAG)
    scans = [replace(sound, findings=(each,)) for each in (found, absent, unclear, failed, flag)]
    view = areas_of(*scans)["Engineering"]
    assert states(view) == ["found", "unclear", "unclear", "empty", "empty"]
    assert "1 place" in view.detail


def test_many_repositories_share_three_stretches(sound: RepositoryScan) -> None:
    scans = [judged(sound, trains=word) for word in ("yes", "no", "unknown") for _ in range(10)]
    view = areas_of(*scans)["Training"]
    assert [(part.state, part.x, part.width) for part in view.segments] == [
        ("found", "0.00%", "33.33%"),
        ("unclear", "33.33%", "33.33%"),
        ("empty", "66.67%", "33.33%"),
    ]


@pytest.mark.parametrize(
    ("newest", "level"),
    [
        (date(2026, 10, 1), "Last 3 months"),
        (date(2026, 6, 20), "Last 6 months"),
        (date(2025, 12, 1), "Last 12 months"),
        (date(2021, 3, 3), "Last in 2021"),
    ],
)
def test_recency_is_the_newest_own_commit_to_ml_code(
    sound: RepositoryScan, make: Any, newest: date, level: str
) -> None:
    history = make.history(5, 5, newest, ("2026Q3", 5))
    scan = replace(sound, repository=replace(sound.repository, history=history))
    view = areas_of(scan)["Recency"]
    assert view.level == level
    assert states(view) == ["empty"] * 6 + ["found", "empty"]


def test_an_unknown_history_is_no_inactivity(sound: RepositoryScan) -> None:
    scan = replace(sound, repository=replace(sound.repository, history=History()))
    view = areas_of(scan)["Recency"]
    assert view.level == "Could not tell"
    assert set(states(view)) == {"unclear"}


def test_quarters_run_over_the_year() -> None:
    assert last_quarters(date(2026, 2, 1), 3) == ("2025Q3", "2025Q4", "2026Q1")
    assert last_quarters(date(2026, 12, 31), 1) == ("2026Q4",)
