"""The page for WeasyPrint, which lays out no nested grid and paints no drawing by the page's style.

Columns become rows, and what is drawn says its colours itself. The words are the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRID: Final = re.compile(r"(display:\s*)(?:inline-)?grid\b")
_DRAWN: Final = re.compile(r'<(?:rect|path|line|text|circle) class="([a-z]+)')
_PAINT: Final[Mapping[str, str]] = {
    "found": 'fill="#1f7f88"',
    "other": 'fill="#a8a295"',
    "claimed": 'fill="#8fa3dd"',
    "unclear": 'fill="#b3adbd"',
    "empty": 'fill="#e4e2da"',
    "grid": 'stroke="#dfddd6"',
    "base": 'stroke="#c9c6bd"',
    "now": 'stroke="#525b65"',
    "stem": 'stroke="#8fbfc4"',
    "axis": 'fill="#525b65" font-size="10"',
}


def simplify(page: str) -> str:
    """Return the page with everything in it that WeasyPrint can lay out."""
    return _DRAWN.sub(_painted, _GRID.sub(r"\1block", page))


def _painted(drawn: re.Match[str]) -> str:
    paint = _PAINT.get(drawn[1])
    if not paint:
        return drawn[0]
    tag, _, rest = drawn[0].partition(" ")
    return f"{tag} {paint} {rest}"
