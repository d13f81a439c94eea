"""Freezes lines of the scanned files into evidence, and decodes files as Python would."""

from __future__ import annotations

import io
import re
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio_scan.model import Evidence
from portfolio_scan.parsing.notebook import is_notebook, read_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Place, Repository

MAX_LINES = 12
MAX_LINE = 240
MAX_NOTE = 400
MAX_MASKED_LINE = 4000
"""Of a line this much is searched for secrets; less of it is kept."""
_BREAK = re.compile(r"\r\n|\r|\n")
"""Python's line ends; `str.splitlines` knows more and would count wrong."""


class Freezer:
    """Gives evidence for places of one repository. A place that is not there is clamped.

    `mask` takes secrets out of snippets and notes before anything is kept of them.
    """

    def __init__(
        self,
        repository: Repository,
        sources: Mapping[str, bytes],
        texts: Mapping[str, str],
        mask: Callable[[str], str],
    ) -> None:
        self._mask = mask
        self._repository = repository
        self._sources = sources
        self._texts = texts
        self._lines = lru_cache(maxsize=64)(self._read)

    def __call__(self, place: Place, note: str = "") -> Evidence:
        """Freeze the lines of a place, with a link pinned to the commit."""
        lines = self._lines(place.path).get(place.cell, ())
        last = max(1, len(lines))
        start = min(max(1, place.line), last) if lines else max(1, place.line)
        end = min(max(start, place.end_line), last) if lines else max(start, place.end_line)
        return Evidence(
            path=place.path,
            start_line=start,
            end_line=end,
            cell=place.cell,
            snippet=self._cut(lines[start - 1 : end]),
            note=self._mask(note)[:MAX_NOTE],
            url=self._repository.permalink(
                place.path, start, end, anchored=not is_notebook(place.path)
            ),
        )

    def _cut(self, lines: tuple[str, ...]) -> str:
        """Mask whole lines first: half a secret is one that no pattern knows."""
        text = "\n".join(line[:MAX_MASKED_LINE] for line in lines[: MAX_LINES + 1])
        masked = self._mask(text.replace("\0", "\ufffd")).split("\n")
        kept = [
            line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…" for line in masked[:MAX_LINES]
        ]
        if len(lines) > MAX_LINES:
            kept.append("…")
        return "\n".join(kept)

    def _read(self, path: str) -> dict[int | None, tuple[str, ...]]:
        """Give the lines of a file under None, those of a notebook under its cells' numbers."""
        data = self._sources.get(path)
        if data is None:
            text = self._texts.get(path)
            return {} if text is None else {None: _lines(text)}
        if is_notebook(path):
            cells = read_notebook(data).cells
            return {cell.index: _lines(cell.source) for cell in cells}
        return {None: _lines(decode(data))}


def decode(data: bytes) -> str:
    """Decode text by its coding cookie or byte order mark, as UTF-8 otherwise; never fails."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding, errors="replace")
    except (SyntaxError, LookupError, ValueError):
        return data.decode("utf-8-sig", errors="replace")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(_BREAK.split(text.removesuffix("\n")))
