"""Stack: in which year the pinned libraries came out, laid out as points on a line of years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.text import one_line
from portfolio_scan.report.view import Tick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from portfolio_scan.model import StackPart

MAX_LIBRARIES: Final = 14
ROW: Final = 22
TOP: Final = 8
LEFT, RIGHT = 34.0, 96.0
"""Between which per cent of the width the years lie; names stand to the left."""
LEAST_YEARS: Final = 4
_MAX_TICKS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPoint:
    """One library; positions are in the units of the SVG."""

    library: str
    version: str
    year: int
    x: str
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StackView:
    """The chart; without points there is none."""

    summary: str
    points: tuple[StackPoint, ...]
    ticks: tuple[Tick, ...]
    left: str
    now: str
    """Where the year of the scan lies."""
    height: int
    baseline: int
    more: str


def view_stack(stack: Sequence[StackPart], today: date) -> StackView:
    """Draw each library at the year of its newest pinned version; the newest on top."""
    shown = sorted(stack, key=lambda part: (-part.year, part.library))[:MAX_LIBRARIES]
    rest = len(stack) - len(shown)
    last = max([today.year, *(part.year for part in shown)])
    first = min([last - LEAST_YEARS, *(part.year for part in shown)])
    baseline = TOP + ROW * len(shown)
    return StackView(
        summary=_summary(shown, today.year),
        points=tuple(
            StackPoint(
                library=one_line(part.library, 22),
                version=one_line(part.version, 14),
                year=part.year,
                x=_x(part.year, first, last),
                y=TOP + ROW * at + ROW // 2,
            )
            for at, part in enumerate(shown)
        ),
        ticks=tuple(_ticks(first, last)),
        left=f"{LEFT:.2f}%",
        now=_x(today.year, first, last),
        height=baseline + 24,
        baseline=baseline,
        more=f"and {rest} more, named in the JSON of this scan" if rest > 0 else "",
    )


def _summary(shown: Sequence[StackPart], this_year: int) -> str:
    if not shown:
        return "No file that was read pins a library whose releases the catalogue knows."
    years = [part.year for part in shown]
    span = str(max(years)) if len(set(years)) == 1 else f"{min(years)} to {max(years)}"
    recent = sum(year >= this_year - 2 for year in years)
    return (
        f"Pinned libraries, in their newest version, are of {span}; "
        f"{recent} of {len(years)} came out in {this_year - 2} or later."
    )


def _ticks(first: int, last: int) -> Iterable[Tick]:
    every = -(-(last - first + 1) // _MAX_TICKS)
    for year in range(last, first - 1, -every):
        yield Tick(text=str(year), at=_x(year, first, last))


def _x(year: int, first: int, last: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * (year - first) / (last - first):.2f}%"
