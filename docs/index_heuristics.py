"""Writes docs/heuristics.md from the built-in pack; a test compares the file with `render()`.

Run it from the checkout after a heuristic has been added or changed:

    python docs/index_heuristics.py
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.api import Heuristic, PortfolioHeuristic

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "heuristics.md"
_HEAD = """# The built-in heuristics

Each asks one question, and answers it with `present`, `absent`, `unclear` or `not_applicable`. Its
page says how it decides and when it is wrong; `portfolio-scan heuristics explain ID` prints it
with what was measured of it ([accuracy.md](accuracy.md)). The words of the verdicts are described
in [assessment.md](assessment.md), the APIs they know in [catalogue.md](catalogue.md). Every page's
examples are small repositories under `fixtures/heuristics/`, which the tests judge;
`fixtures/idioms/` holds more, one for each way in which real repositories train, score and mislead.

This file is written by `docs/index_heuristics.py`.
"""
_TITLES = {"llm": "Language models"}
_TABLE = "| Heuristic | Question | Polarity | Weight | Reader |\n|---|---|---|---|---|"


def render() -> str:
    """Give the index: one table for each area, in alphabetical order."""
    from heuristics import PACK  # noqa: PLC0415 - as a script, the path is extended first

    everything = sorted((*PACK.heuristics, *PACK.portfolio_heuristics), key=lambda one: one.id)
    parts = [_HEAD]
    for area, members in groupby(everything, key=lambda one: one.id.partition(".")[0]):
        rows = "\n".join(_row(one) for one in members)
        parts.append(f"## {_TITLES.get(area, area.capitalize())}\n\n{_TABLE}\n{rows}\n")
    return "\n".join(parts)


def _row(one: type[Heuristic | PortfolioHeuristic]) -> str:
    page = one.__module__.replace(".", "/") + ".md"
    link = f"[{one.id}](../{page})"
    return f"| {link} | {one.question} | {one.polarity} | {one.weight} | {one.audience} |"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    TARGET.write_text(render(), "utf-8")
