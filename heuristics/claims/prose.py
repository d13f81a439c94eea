"""Markdown as plain sentences, each with the line it begins on.

Code blocks, badges, tables of contents, block quotes and comments are left out: what stands there
is not said by the author about the work. Tables give one sentence a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SENTENCES = 600
_LONGEST = 600
_SHORT = 5
"""Words of a line that stands alone like a heading."""
_TAIL = 12
"""Characters before a stop that tell an abbreviation."""
_FENCE = re.compile(r"^\s*(?:>\s*)?(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s(.*)$")
_UNDERLINE = re.compile(r"^\s*(=+|-{3,}|~{3,})\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_BOX = re.compile(r"^\[(?P<mark>[ xX])\]\s+")
_RULE_MARKS = frozenset(" \t:|-")
_TABLE_OF_CONTENTS = re.compile(r"^\W{0,6}\[[^\]]*\]\(#[^)]*\)\W*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OPENING = re.compile(r"<(pre|code|style|script|svg)\b", re.IGNORECASE)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_MAX_TEXT = 100_000
_MAX_LINE = 2_000
"""Longer texts and lines are cut: patterns that look back and forth stay cheap on hostile ones."""
_TITLE = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*$", re.IGNORECASE)
_IMAGE = re.compile(r"\[?!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])(?:\]\([^)]*\))?")
_MARKUP = re.compile(
    r"<[^<>]{0,400}>"
    r"|\bhttps?://\S+"
    r"|&(?:nbsp|emsp|ensp|middot|bull);"
    r"|:[a-z_0-9+]{3,30}:"
)
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKS = re.compile(r"[*`]+|~~|(?<!\w)_+|_+(?!\w)|\\(?=[^\w\s])")
_LEADING = re.compile(r"^[^\w(“\"'$%.<>≥≤~+-]+")
_END = re.compile(r"(?<=[.!?])[\"”')\]]*\s+(?=[A-Z0-9\"“'(])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|al|approx|fig|eq|no|cf|dr|mr|ca|incl)|\b[A-Z])\.$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item or table row."""

    text: str
    line: int
    headings: tuple[str, ...] = ()
    """The headings it stands under, outermost first."""
    listed: bool = False
    """A list item or a table row, where no verb is to be expected."""
    cells: tuple[tuple[str, str], ...] = ()
    """Of a table row: (column, content)."""
    open_box: bool = False
    """An unchecked box: still to be done."""


@lru_cache(maxsize=8)
def sentences(text: str) -> tuple[Sentence, ...]:
    """All sentences of a README, in order."""
    found: list[Sentence] = []
    for sentence in _Reader(_without_blocks(text)).read():
        found.append(sentence)
        if len(found) == MAX_SENTENCES:
            break
    return tuple(found)


def _without_blocks(text: str) -> list[str]:
    """Lines, with what spans several of them blanked so that line numbers stay."""
    text = text[:_MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    for pattern in (_FRONT, _COMMENT):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return [line[:_MAX_LINE] for line in _without_elements(text).split("\n")]


def _without_elements(text: str) -> str:
    """The text without elements that hold code or drawings; one that never ends is left."""
    parts: list[str] = []
    lower, at, unending = text.lower(), 0, set[str]()
    for opening in _OPENING.finditer(text):
        name = opening[1].lower()
        if opening.start() < at or name in unending:
            continue
        end = lower.find(f"</{name}", opening.end())
        if end < 0:
            unending.add(name)
            continue
        close = lower.find(">", end)
        stop = close + 1 if close >= 0 else len(text)
        parts += [text[at : opening.start()], "\n" * text.count("\n", opening.start(), stop)]
        at = stop
    return "".join([*parts, text[at:]])


def _is_rule(line: str) -> bool:
    """A line of dashes, as under a table's head."""
    return "--" in line and _RULE_MARKS.issuperset(line)


def plain(text: str) -> str:
    """A stretch of Markdown without its markup."""
    text = _MARKUP.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", text)))
    return _LEADING.sub("", " ".join(_MARKS.sub("", text).split()))[:_LONGEST]


class _Reader:
    """Goes through the lines once, gathering paragraphs and items."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._headings: list[tuple[int, str]] = []
        self._gathered: list[tuple[int, str]] = []
        self._listed = False
        self._open_box = False
        self._columns: tuple[str, ...] = ()
        self._lead: tuple[str, ...] = ()
        """What a list stands under: a line of its own such as “Possible improvements:”."""

    def read(self) -> Iterator[Sentence]:
        """Give the sentences as their paragraphs end."""
        fence = ""
        for number, line in enumerate(self._lines, start=1):
            mark = _FENCE.match(line)
            if fence:
                fence = "" if mark and mark[1].startswith(fence) else fence
                continue
            if mark:
                yield from self._close()
                fence = mark[1][:3]
                continue
            yield from self._line(number, line)
        yield from self._close()

    def _line(self, number: int, line: str) -> Iterator[Sentence]:
        stripped = line.strip()
        heading = _HEADING.match(line) or _TITLE.match(line)
        item = _ITEM.match(line)
        if not stripped or heading or stripped.startswith((">", "..", ":::")):
            yield from self._close()
            self._columns = ()
            if heading:
                self._lead = ()
                level = len(heading[1]) if heading[1].startswith("#") else int(heading[1])
                self._under(level, heading[2].rstrip("# \t"))
        elif _UNDERLINE.match(line) and len(self._gathered) == 1 and not self._listed:
            self._under(1 if "=" in line else 2, self._gathered[0][1])
            self._gathered = []
        elif stripped.startswith("|") or (self._columns and "|" in stripped):
            yield from self._close()
            yield from self._row(number, stripped)
        elif item and not _is_rule(line):
            yield from self._close()
            if not _TABLE_OF_CONTENTS.match(item[2]):
                box = _BOX.match(item[2])
                self._open_box = bool(box and box["mark"] == " ")
                self._listed = True
                self._gathered = [(number, item[2][box.end() :] if box else item[2])]
        elif line.startswith(("    ", "\t")) and not self._gathered:
            return  # code by indentation
        else:
            self._gathered.append((number, stripped))

    def _under(self, level: int, title: str) -> None:
        self._headings = [one for one in self._headings if one[0] < level]
        self._headings.append((level, plain(title)))
        self._lead = ()

    def _titles(self) -> tuple[str, ...]:
        return (*(title for _, title in self._headings), *self._lead)

    def _row(self, number: int, line: str) -> Iterator[Sentence]:
        if _is_rule(line):
            return
        cells = tuple(plain(cell) for cell in line.strip("|").split("|"))
        if not self._columns:
            self._columns = cells
            return
        pairs = tuple(zip(self._columns, cells, strict=False))
        text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
        if text:
            yield Sentence(text[:_LONGEST], number, self._titles(), listed=True, cells=pairs)

    def _close(self) -> Iterator[Sentence]:
        """End the paragraph or item that is being gathered."""
        gathered, self._gathered = self._gathered, []
        listed, self._listed = self._listed, False
        open_box, self._open_box = self._open_box, False
        starts: list[tuple[int, int]] = []
        text = ""
        for number, part in gathered:
            clean = plain(part)
            if clean:
                text += " " if text else ""
                starts.append((len(text), number))
                text += clean
        if gathered and not listed:
            last = text[max(text.rfind(mark) for mark in ".!?") + 1 :].strip()
            alone = len(gathered) == 1 and len(text.split()) <= _SHORT and text[-1:].isalnum()
            self._lead = (last,) if text.endswith(":") or alone else ()
        for offset, sentence in _cut(text):
            line = max((n for at, n in starts if at <= offset), default=1)
            yield Sentence(sentence[:_LONGEST], line, self._titles(), listed, open_box=open_box)


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """Sentences of a paragraph with the offset each begins at."""
    start = 0
    for end in _END.finditer(text):
        before = text[start : end.start()]
        if _ABBREVIATED.search(before[-_TAIL:]):
            continue
        if before.strip():
            yield start, before.strip()
        start = end.end()
    if text[start:].strip():
        yield start, text[start:].strip()
