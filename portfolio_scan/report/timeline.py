"""Timeline: own commits per quarter over all repositories, laid out as bars.

Only quarters are shown. Days and hours of work say nothing about skill.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd

from portfolio_scan.report import words
from portfolio_scan.report.areas import RECENT_QUARTERS, last_quarters
from portfolio_scan.report.view import Bar, Tick, TimelineView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from portfolio_scan.model import RepositoryScan

MAX_QUARTERS: Final = 48
HEIGHT: Final = 150
BASELINE: Final = 126
TOP: Final = 10
MIN_HEIGHT: Final = 2
"""One commit stays visible beside a quarter of hundreds."""
_MAX_YEAR_LABELS: Final = 7
_GAP: Final = 0.28
"""Share of a quarter's width that stays empty between bars."""

_QUARTER = re.compile(r"[12][0-9]{3}Q[1-4]")


def view_timeline(scans: Sequence[RepositoryScan], today: date) -> TimelineView:
    """Draw the chart over all repositories, with what it leaves out said in notes."""
    table = count_quarters(scans)
    window = last_quarters(today, MAX_QUARTERS)
    early = int(table[table.index < window[0]].to_numpy().sum())
    late = int(table[table.index > window[-1]].to_numpy().sum())
    shown = table[(table.index >= window[0]) & (table.index <= window[-1])]
    first = min([*shown.index, window[-RECENT_QUARTERS]])
    shown = shown.reindex(list(window[window.index(first) :]), fill_value=0)
    top = _round_up(int(shown.sum(axis="columns").max()))
    return TimelineView(
        summary=_summary(shown),
        bars=_bars(shown, top),
        years=_years([str(quarter) for quarter in shown.index]),
        levels=tuple(
            Tick(text=str(level), at=f"{_y(level, top):.1f}")
            for level in sorted({top, top // 2} - {0})
        ),
        height=HEIGHT,
        baseline=BASELINE,
        notes=_notes(scans, early=early, late=late, first=first),
    )


def count_quarters(scans: Sequence[RepositoryScan]) -> pd.DataFrame:
    """Count own commits by quarter (index, sorted) in columns `ml` and `other`, whole numbers."""
    rows = [
        (each.quarter, "ml" if scan.assessment.ml.verdict == "yes" else "other", each.commits)
        for scan in scans
        for each in scan.repository.history.quarters
        if _QUARTER.fullmatch(each.quarter)
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "kind", "commits"])
    counts = frame.groupby(["quarter", "kind"])["commits"].sum().unstack(fill_value=0)  # noqa: PD010 - a plain reshaping of two keys
    return counts.reindex(columns=["ml", "other"], fill_value=0).sort_index().astype("int64")


def _bars(shown: pd.DataFrame, top: int) -> tuple[Bar, ...]:
    step = 100 / len(shown)
    bars = []
    for position, (quarter, ml, other) in enumerate(
        zip(shown.index, shown["ml"], shown["other"], strict=True)
    ):
        ml_y, all_y = _y(int(ml), top), _y(int(ml) + int(other), top)
        bars.append(
            Bar(
                quarter=f"{quarter[:4]} Q{quarter[5]}",
                ml=int(ml),
                other=int(other),
                x=f"{(position + _GAP / 2) * step:.3f}%",
                width=f"{(1 - _GAP) * step:.3f}%",
                ml_y=round(ml_y, 1),
                ml_height=round(BASELINE - ml_y, 1),
                other_y=round(all_y, 1),
                other_height=round(ml_y - all_y, 1),
            )
        )
    return tuple(bars)


def _y(commits: int, top: int) -> float:
    height = (BASELINE - TOP) * commits / max(top, 1)
    return BASELINE - (max(height, MIN_HEIGHT) if commits else 0)


def _round_up(most: int) -> int:
    """Return an even number with few digits that the tallest bar fills for the most part."""
    steps = (4, 6, 8, 10, 12, 16, 20, 24, 30)
    scale = 1
    while True:
        for step in steps:
            if step * scale >= most:
                return step * scale
        scale *= 10


def _years(quarters: list[str]) -> tuple[Tick, ...]:
    starts = [(at, quarter[:4]) for at, quarter in enumerate(quarters) if quarter.endswith("Q1")]
    every = -(-len(starts) // _MAX_YEAR_LABELS) if starts else 1
    return tuple(
        Tick(text=year, at=f"{100 * at / len(quarters):.3f}%")
        for at, year in starts[:: max(every, 1)]
    )


def _summary(shown: pd.DataFrame) -> str:
    ml, other = int(shown["ml"].sum()), int(shown["other"].sum())
    if not ml + other:
        return "Own commits could not be counted, or there are none in the repositories read."
    active = int((shown.sum(axis="columns") > 0).sum())
    first, last = (f"{quarter[:4]} Q{quarter[5]}" for quarter in (shown.index[0], shown.index[-1]))
    text = (
        f"{words.count(ml + other, 'own commit')} in {active} of {len(shown)} quarters, {first} to "
        f"{last}"
    )
    if not ml or not other:
        where = "all in repositories with" if ml else "none in repositories with"
        return f"{text}, {where} machine-learning work."
    return f"{text}: {ml:,} in repositories with machine-learning work, {other:,} in others."


def _notes(
    scans: Sequence[RepositoryScan], *, early: int, late: int, first: str
) -> tuple[str, ...]:
    unknown = sum(scan.repository.history.own_commits is None for scan in scans)
    start = f"{first[:4]} Q{first[5]}"
    repositories = words.count(unknown, "repository", "repositories")
    notes = [
        (early, f"{words.count(early, 'own commit')} before {start} not drawn."),
        (late, f"{words.count(late, 'own commit')} dated after this scan not drawn."),
        (unknown, f"{repositories} with commits of unknown authorship not counted."),
    ]
    return tuple(text for number, text in notes if number)
