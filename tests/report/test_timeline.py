from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from portfolio_scan.model import History, RepositoryScan, Scan
from portfolio_scan.report.timeline import BASELINE, TOP, count_quarters, view_timeline

TODAY = date(2026, 11, 21)


def with_quarters(part: RepositoryScan, make: Any, *quarters: tuple[str, int]) -> RepositoryScan:
    history = make.history(9, 9, date(2026, 1, 1), *quarters)
    return replace(part, repository=replace(part.repository, history=history))


def test_quarters_are_summed_over_repositories_and_kept_apart_by_kind(
    full_scan: Scan, make: Any
) -> None:
    other, _, sound, *_ = full_scan.repositories
    table = count_quarters(
        [
            with_quarters(sound, make, ("2026Q1", 3), ("2025Q4", 1)),
            with_quarters(sound, make, ("2026Q1", 4)),
            with_quarters(other, make, ("2026Q1", 2)),
        ]
    )
    assert list(table.index) == ["2025Q4", "2026Q1"]
    assert table.loc["2026Q1"].to_dict() == {"ml": 7, "other": 2}


def test_bars_fill_the_quarters_between_and_stay_inside(full_scan: Scan) -> None:
    view = view_timeline(full_scan.repositories, TODAY)
    assert view.bars[0].quarter == "2023 Q1"
    assert view.bars[-1].quarter == "2026 Q4"
    assert len(view.bars) == 16
    assert sum(bar.ml for bar in view.bars) == 199
    for bar in view.bars:
        assert TOP <= bar.other_y <= bar.ml_y <= BASELINE
        assert bar.ml_height >= (2 if bar.ml else 0)
    assert "11 of 16 quarters" in view.summary
    assert [tick.text for tick in view.years] == ["2023", "2024", "2025", "2026"]


def test_nothing_to_count_still_draws_the_last_two_years(full_scan: Scan) -> None:
    empty = view_timeline((), TODAY)
    assert len(empty.bars) == 8
    assert "could not be counted" in empty.summary
    part = full_scan.repositories[2]
    lost = replace(part, repository=replace(part.repository, history=History()))
    assert "1 repository with commits of unknown" in view_timeline([lost], TODAY).notes[0]


def test_dates_beyond_the_window_are_said_and_not_drawn(full_scan: Scan, make: Any) -> None:
    part = with_quarters(
        full_scan.repositories[2],
        make,
        ("1970Q1", 2),
        ("2026Q2", 5),
        ("2031Q1", 1),
        ("garbage", 9),
    )
    view = view_timeline([part], TODAY)
    assert sum(bar.ml for bar in view.bars) == 5
    assert view.notes == (
        "2 own commits before 2025 Q1 not drawn.",
        "1 own commit dated after this scan not drawn.",
    )


def test_long_careers_get_few_year_labels(full_scan: Scan, make: Any) -> None:
    quarters = [(f"{year}Q{quarter}", 1) for year in range(2010, 2027) for quarter in (1, 2, 3, 4)]
    part = with_quarters(full_scan.repositories[2], make, *quarters[:-1])
    view = view_timeline([part], TODAY)
    assert len(view.bars) == 48
    assert len(view.years) <= 7
