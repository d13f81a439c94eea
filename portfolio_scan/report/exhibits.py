"""Exhibits: frozen evidence as numbered lines of code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portfolio_scan.report import words
from portfolio_scan.report.stages import LABELS, stages
from portfolio_scan.report.text import one_line, safe_url, shorten
from portfolio_scan.report.view import CodeLine, Exhibit, Hop, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.model import Evidence

MAX_LINE = 200
MAX_PATH = 160
TAB_WIDTH = 4
LINES_OF_STEP = 3
"""Lines that a chain shows of each step."""
MAX_HOPS = 7
MAX_NAME = 24
MAX_CHAIN = 3
"""Places that one highlight joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much evidence a page prints; the JSON always holds all of it."""

    exhibits: int
    lines: int
    findings: int
    """Of each tone."""
    absent: int
    """Messages of what was not found."""
    files: int
    unfolds: bool
    """Whether flags, and findings with a chain, start unfolded."""
    brief: bool = False
    """The page says that it prints only the first places."""


FULL = Depth(exhibits=6, lines=14, findings=40, absent=80, files=40, unfolds=True)
SHORT = Depth(exhibits=1, lines=4, findings=7, absent=12, files=5, unfolds=False, brief=True)
BRIEF = Depth(exhibits=1, lines=2, findings=3, absent=0, files=2, unfolds=False, brief=True)
SHORT_FROM = 20
BRIEF_FROM = 50
"""Portfolios with more repositories than these are printed in short, and in brief."""


def exhibits(evidence: Sequence[Evidence], depth: Depth) -> tuple[Exhibit, ...]:
    """Return the first pieces of evidence, as many as the depth allows, each place only once."""
    return tuple(_exhibit(pieces, depth) for pieces in _by_place(evidence)[: depth.exhibits])


def links(evidence: Sequence[Evidence], depth: Depth) -> tuple[Link, ...]:
    """Return the steps of a chain in order, a line or two of each; empty: there is no chain."""
    steps = _steps(evidence)
    short = replace(depth, lines=min(depth.lines, LINES_OF_STEP))
    return tuple(
        Link(
            exhibit=_exhibit([piece], short),
            primary=piece is evidence[0],
            stage=stage,
            label=LABELS[stage],
        )
        for piece, stage in zip(steps, stages(piece.note for piece in steps), strict=True)
    )


def hops(evidence: Sequence[Evidence]) -> tuple[Hop, ...]:
    """Return the steps of a chain as marks in a row, at most so many; empty: there is no chain."""
    steps = _steps(evidence)
    if len(steps) > MAX_HOPS:
        return ()
    return tuple(
        Hop(
            stage=stage,
            label=LABELS[stage],
            place=_briefly(piece),
            primary=piece is evidence[0],
        )
        for piece, stage in zip(steps, stages(piece.note for piece in steps), strict=True)
    )


def _steps(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the steps in order; none where it is only one, or where several ways are mixed."""
    steps = sorted((piece for piece in evidence if piece.step), key=lambda piece: piece.step or 0)
    distinct = len({piece.step for piece in steps}) == len(steps)
    return steps if distinct and len(steps) > 1 else []


def _briefly(piece: Evidence) -> str:
    name = one_line(piece.path.rpartition("/")[2], MAX_NAME)
    if piece.cell is not None:
        return f"{name}, cell {piece.cell}"
    return f"{name}:{piece.start_line}"


def hidden(evidence: Sequence[Evidence], depth: Depth) -> str:
    """Count, in words, the evidence that is not printed; empty: all is."""
    rest = len(_by_place(evidence)) - depth.exhibits
    if rest <= 0:
        return ""
    return f"{words.count(rest, 'more place')} in the JSON of this scan"


def chain(evidence: Sequence[Evidence], limit: int) -> tuple[CodeLine, ...]:
    """Pick a few lines of code that tell the story: the primary piece among its fellows.

    Each piece gives one line, and what is left of `limit` goes to the primary one first. The order
    is that of reading, with a gap row between and a row that names the file or the cell
    where it changes.
    """
    places = _by_place([piece for piece in evidence if piece.snippet.strip()])[:MAX_CHAIN]
    if not places:
        return ()
    pieces = [place[0] for place in places]
    primary = pieces[0]
    paths = list(dict.fromkeys(piece.path for piece in pieces))
    pieces.sort(key=lambda piece: (paths.index(piece.path), piece.cell or 0, piece.start_line))
    shares = _shares([primary, *(piece for piece in pieces if piece is not primary)], limit)
    rows: list[CodeLine] = []
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if len(paths) > 1 and (before is None or before.path != piece.path):
            rows.append(CodeLine(number="", text=one_line(piece.path, MAX_PATH), kind="file"))
        elif piece.cell is not None and (before is None or before.cell != piece.cell):
            rows.append(CodeLine(number="", text=f"cell {piece.cell}", kind="file"))
        elif before is not None and piece.start_line > before.start_line + shares[before]:
            rows.append(CodeLine(number="", text="", kind="gap"))
        rows.extend(_lines(piece, shares[piece], mark=piece is primary))
    return tuple(rows)


def _shares(pieces: Sequence[Evidence], limit: int) -> dict[Evidence, int]:
    """Deal out the lines of a highlight, the first piece first."""
    left = limit - len(pieces)
    shares: dict[Evidence, int] = {}
    for piece in pieces:
        extra = min(left, piece.end_line - piece.start_line)
        shares[piece] = 1 + max(extra, 0)
        left -= max(extra, 0)
    return shares


def _by_place(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """Group evidence that stands on the same lines, in the order of first mention."""
    places: dict[tuple[str, int | None, int, int], list[Evidence]] = {}
    for piece in evidence:
        place = (piece.path, piece.cell, piece.start_line, piece.end_line)
        places.setdefault(place, []).append(piece)
    return list(places.values())


def _exhibit(pieces: Sequence[Evidence], depth: Depth) -> Exhibit:
    piece = pieces[0]
    notes = dict.fromkeys(one_line(each.note, 200) for each in pieces if each.note)
    lines = _lines(piece, depth.lines, mark=piece.end_line > piece.start_line)
    rest = piece.end_line - piece.start_line + 1 - len(lines)
    return Exhibit(
        path=one_line(piece.path, MAX_PATH),
        place=words.place(piece),
        url=safe_url(piece.url),
        note="; ".join(notes),
        lines=lines,
        more=f"{words.count(rest, 'more line')} at this place" if lines and rest > 0 else "",
    )


def _lines(piece: Evidence, limit: int, *, mark: bool) -> tuple[CodeLine, ...]:
    if not piece.snippet.strip():
        return ()
    # Not str.splitlines: form feeds and U+2028 do not end a line of Python.
    raw = piece.snippet.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    shown = _dedent(line.expandtabs(TAB_WIDTH) for line in raw[:limit])
    return tuple(
        CodeLine(
            number=str(piece.start_line + offset),
            text=shorten(line, MAX_LINE),
            kind="marked" if mark and offset == 0 else "line",
        )
        for offset, line in enumerate(shown)
    )


def _dedent(lines: Iterable[str]) -> list[str]:
    kept = list(lines)
    margin = min((len(line) - len(line.lstrip(" ")) for line in kept if line.strip()), default=0)
    return [line[margin:] for line in kept]
