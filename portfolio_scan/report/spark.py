"""Spark: the own commits of one repository in the last quarters, as one line of an SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import QuarterCount

QUARTERS: Final = 12
STEP: Final = 7
HEIGHT: Final = 18
LEAST: Final = 2
"""One commit stays visible beside a quarter of hundreds."""


def draw_spark(counts: Sequence[QuarterCount], quarters: Sequence[str]) -> str:
    """Draw one bar for each of the quarters, as high as its share of the busiest; else nothing.

    The path fills a box of `STEP` for each quarter by `HEIGHT`.
    """
    commits = {one.quarter: one.commits for one in counts}
    shown = [commits.get(quarter, 0) for quarter in quarters]
    most = max(shown, default=0)
    if most <= 0:
        return ""
    bars = []
    for at, number in enumerate(shown):
        if number > 0:
            high = max(LEAST, round(HEIGHT * number / most))
            bars.append(f"M{at * STEP} {HEIGHT}v-{high}h{STEP - 2}v{high}z")
    return "".join(bars)
