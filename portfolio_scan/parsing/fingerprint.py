"""Fingerprints of source text: what a copy keeps when names, layout and a few lines change.

Every three consecutive lines of code make a window; a quarter of the windows, chosen by their own
hash, are kept as marks. Since the choice depends on nothing but the text, the share of a file's
marks that another file has too estimates the share of its windows (FracMinHash, Irber et al. 2022;
for code: Schleimer, Wilkerson and Aiken, 2003). An edited line costs the three windows it is in.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from portfolio_scan.parsing.notebook import is_notebook, read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW = 3
"""Lines to a window."""
SAMPLED = 4
"""One window in so many is kept, on average."""
MAX_MARKS = 2_000
"""Of a longer file the smallest marks stand for all; they are as good a sample."""
_SHORTEST_LINE = 6
"""Characters without blanks; shorter lines (`else:`, `try:`, `)`) stand in every file."""
_SHORTEST_WINDOW = 50
_SHORT = 60
"""Lines of code up to which a text also has a mark of its whole."""
_FEWEST_LINES = 6
_SKIPPED = ("#", "@", "!", "%", "import ", "from ")
"""How lines begin that say little about who wrote them: comments, magics, imports, decorators."""


class Fingerprint(msgspec.Struct, frozen=True):
    """What is kept of one text."""

    marks: tuple[int, ...] = ()
    """Ascending, each below 2**32."""
    whole: int = 0
    """Of a short text, of which few marks are kept: one mark of all its lines; 0: it is none."""


def fingerprint(source: str) -> Fingerprint:
    """Take the fingerprint of a source text."""
    lines = list(_lines(source))
    marks = sorted({mark for mark, _, _ in _windows(lines)})[:MAX_MARKS]
    is_short = _FEWEST_LINES <= len(lines) <= _SHORT
    text = "\n".join(line for line, _ in lines)
    return Fingerprint(tuple(marks), _digest(text)[0] if is_short else 0)


def windows(source: str) -> Iterator[tuple[int, int, int]]:
    """Yield each sampled window as (mark, first line, last line), in the order of the text."""
    return _windows(list(_lines(source)))


def _windows(lines: list[tuple[str, int]]) -> Iterator[tuple[int, int, int]]:
    for (first, start), (second, _), (third, end) in zip(lines, lines[1:], lines[2:], strict=False):
        window = f"{first}\n{second}\n{third}"
        if len(window) < _SHORTEST_WINDOW:
            continue
        mark, choice = _digest(window)
        if choice % SAMPLED == 0:
            yield mark, start, end


def _digest(text: str) -> tuple[int, int]:
    """A mark, and a byte beside it that decides whether it is kept."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=5).digest()
    return int.from_bytes(digest[:4], "big"), digest[4]


def code_text(path: str, data: bytes) -> str:
    """Decode a file to the text that is fingerprinted; of a notebook the code of its cells."""
    if not is_notebook(path):
        return data.decode("utf-8", "replace")
    cells = read_notebook(data).cells
    return "\n".join(cell.source for cell in cells if cell.kind == "code")


def _lines(source: str) -> Iterator[tuple[str, int]]:
    """Lines of code without blanks, comments and the difference between quotes, numbered."""
    for number, line in enumerate(source.split("\n"), start=1):
        text = line.strip()
        if len(text) < _SHORTEST_LINE or text.startswith(_SKIPPED):
            continue
        code = text.partition(" #")[0].replace(" ", "").replace("'", '"')
        if len(code) >= _SHORTEST_LINE:
            yield code, number
