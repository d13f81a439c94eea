from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from portfolios import make_scan

from portfolio_scan.model import Citation, Evidence, QuarterCount, StackPart
from portfolio_scan.report.filters import FilterView, marks, view_filters
from portfolio_scan.report.spark import HEIGHT, STEP, draw_spark
from portfolio_scan.report.stack import LEFT, MAX_LIBRARIES, RIGHT, view_stack
from portfolio_scan.report.stages import stages

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

TODAY = date(2026, 11, 21)
PLACE = Citation(
    repository="a/b", evidence=Evidence(path="requirements.txt", start_line=1, end_line=1)
)


def pinned(library: str, year: int) -> StackPart:
    return StackPart(library=library, version="1.0", year=year, citation=PLACE)


def test_libraries_lie_between_the_first_year_and_that_of_the_scan() -> None:
    view = view_stack([pinned("torch", 2021), pinned("pandas", 2026)], TODAY)
    assert [(one.library, one.x) for one in view.points] == [
        ("pandas", f"{RIGHT:.2f}%"),
        ("torch", f"{LEFT:.2f}%"),
    ]
    assert view.now == f"{RIGHT:.2f}%"
    assert [tick.text for tick in view.ticks] == ["2026", "2025", "2024", "2023", "2022", "2021"]
    assert view.summary.endswith("are of 2021 to 2026; 1 of 2 came out in 2024 or later.")


def test_a_year_after_the_scan_does_not_leave_the_chart() -> None:
    view = view_stack([pinned("torch", 2028)], TODAY)
    assert view.points[0].x == f"{RIGHT:.2f}%"
    assert view.now != view.points[0].x


def test_what_is_not_drawn_is_counted() -> None:
    view = view_stack([pinned(f"library-{at}", 2024) for at in range(MAX_LIBRARIES + 3)], TODAY)
    assert len(view.points) == MAX_LIBRARIES
    assert view.more.startswith("and 3 more")


def test_without_pinned_libraries_there_is_no_chart() -> None:
    view = view_stack([], TODAY)
    assert view.points == ()
    assert view.summary.startswith("No file that was read pins")


def test_the_line_of_activity_is_as_high_as_each_quarters_share() -> None:
    quarters = ("2026Q1", "2026Q2", "2026Q3")
    counts = [QuarterCount(quarter="2026Q3", commits=10), QuarterCount(quarter="2026Q1", commits=5)]
    wide = STEP - 2
    assert draw_spark(counts, quarters) == (
        f"M0 {HEIGHT}v-9h{wide}v9zM{2 * STEP} {HEIGHT}v-{HEIGHT}h{wide}v{HEIGHT}z"
    )
    assert draw_spark(counts, ("2020Q1",)) == ""
    assert draw_spark([QuarterCount(quarter="2026Q1", commits=-4)], quarters) == ""


@pytest.mark.parametrize(
    ("notes", "named"),
    [
        (
            [
                "data comes from data/sales.csv; read as train",
                "divided here; this is test",
                "StandardScaler fitted on the train rows",
                "Ridge fitted on the train rows",
                "predicts the test rows",
                "scored here by mean_absolute_error",
            ],
            ("data", "split", "prepare", "fit", "predict", "score"),
        ),
        (
            ["data is read here", "KNNImputer takes statistics of all rows", "SVC fitted"],
            ("data", "prepare", "fit"),
        ),
        (
            ["f1_score computed", "the test score chose the model that it is then quoted for"],
            ("score", "choice"),
        ),
        (["StandardScaler is fitted again, on the rows that are scored"], ("prepare",)),
        (["something that nobody thought of", ""], ("step", "step")),
    ],
)
def test_steps_are_named_by_their_notes(notes: list[str], named: tuple[str, ...]) -> None:
    assert stages(notes) == named


def test_filters_offer_what_leaves_some_and_not_all(full_scan: Scan) -> None:
    view = view_filters(full_scan.repositories)
    offered = {one.key: one.number for one in (*view.kinds, *view.verdicts)}
    assert offered["kind-tutorial"] == 2
    assert offered["is-leak"] == 1
    assert offered["is-scored"] == 2
    for key, number in offered.items():
        assert number == sum(key in marks(one) for one in full_scan.repositories)
        assert 0 < number < len(full_scan.repositories)


def test_a_few_repositories_need_no_filter() -> None:
    assert view_filters(make_scan(3).repositories) == FilterView()
