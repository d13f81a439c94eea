"""Notices: comments that say where code comes from, or that ask somebody to write it.

Three kinds, found by their words in comments and docstrings:

- `licence`: a copyright line near the top of a file;
- `credit`: a source named with its address (`# adapted from https://…`), on one line or two;
- `exercise`: the places a course leaves to its students (`### START CODE HERE`).

Papers and data sets are no sources of code, and a printed address is no comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.model import NoticeFact, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NOTICES = 40
"""Of one file or cell."""
_HEAD = 40
"""Lines within which a licence header begins."""
_LONGEST = 200
_TRIGGERS = (
    "http", "copyright", "©", "licensed to", "gpl-", "code here", "solution here", "code starts",
    "code ends", "code goes", "graded ",
)  # fmt: skip
"""Words of which a line must hold one, in lower case, to be looked at closely."""
_LICENCE = re.compile(
    r"(?i)(?:copyright\b|©)[^\w\n]*(?:\(c\)|©|by\b|\d{4})[^\n]*[^\W\d]{3}"
    r"|\blicensed to the [^\n]+ under\b"
    r"|\bby \w+[^\n]{0,20}\bA?GPL-?\d"
)
_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]+")
_CREDIT = re.compile(
    r"""(?ix)
    \b(?:adapted|borrowed|copied|copy-?pasted|modified|taken|derived|ported|stolen|inspired|forked
      |reproduced|rewritten|re-?implemented|based|building|builds)\b[^\n]{0,50}?
      \b(?:from|by|on|upon|of)\b
    | \bcredits?\b | \bcourtesy\b | \bkudos\b | \bthanks\s+to\b
    | \boriginal(?:ly)?\b[^\n]{0,30}
      \b(?:code|implementation|author|source|repo\w*|version|from|by)\b
    | ^\W*(?:base\s+)?(?:code\s+)?(?:references?|source|source\s+code|from|ref)\b
      \W*(?:kernel\b\W*)?$
    | \b(?:code|functions?|class|script|kernel|notebook|implementation|snippet)\b[^\n]{0,40}
      \b(?:from|by|at|here)\b
    """
)
_NOT_CODE = re.compile(
    r"(?i)arxiv\.org|doi\.org|\.pdf\b|openreview\.net|/datasets?/|/c/|/competitions/|wikipedia\.org"
)
_DATA = re.compile(r"(?i)\bdata(?:set)?s?\b[^\n]{0,20}$|\bdata\s*source\b|\bimages?\s+from\b")
_EXERCISE = re.compile(
    r"(?i)\b(?:start|end|begin)\s+code\s+here\b[^\n]{0,40}"
    r"|\b(?:your|write\s+your|insert\s+your|add\s+your)\s+(?:code|solution)\s+"
    r"(?:here|starts|ends|goes)\b"
    r"|\bgraded\s+(?:function|class|cell|exercise)\b[^\n]{0,40}"
)
_AROUND = " \t:-*>[(<#\N{EN DASH}"
_CODE_BEFORE = re.compile(r"[=({\[\"'>]|^\w+\.\w+")
"""Signs, before an address, of a line that is code and no prose of a docstring."""


def notices(source: str, path: str, cell: int | None = None) -> tuple[NoticeFact, ...]:
    """Read the notices of a file, or of one cell of a notebook, in document order."""
    told: list[NoticeFact] = []
    for number, line, before in _lines_with_triggers(source):
        text = _comment(line)
        if text:
            place = Place(path=path, cell=cell, line=number, end_line=number)
            told.extend(_read(line, text, _comment(before), place))
    return tuple(told[:MAX_NOTICES])


def _lines_with_triggers(source: str) -> Iterator[tuple[int, str, str]]:
    """Number and text of the lines that hold a trigger, each with the line before it.

    By plain search and not by patterns, for most files hold none at all.
    """
    lowered = source.lower()
    if len(lowered) != len(source):  # letters whose lower case is longer, as the Turkish İ
        lowered = source
    starts: set[int] = set()
    for word in _TRIGGERS:
        at = lowered.find(word)
        while at >= 0:
            starts.add(source.rfind("\n", 0, at) + 1)
            end = source.find("\n", at)
            at = lowered.find(word, end) if end >= 0 else -1
    number, last = 1, 0
    for start in sorted(starts):
        number += source.count("\n", last, start)
        last = start
        end = source.find("\n", start)
        above = source.rfind("\n", 0, max(0, start - 1)) + 1
        yield number, source[start : end if end >= 0 else None], source[above : max(0, start - 1)]


def credited(text: str, before: str = "") -> str:
    """Find the address that a sentence names as the source of code; empty: it names none.

    `before` is the line above, which may end in the words and leave the address to this one.
    """
    url = _URL.search(text)
    if url is None or _NOT_CODE.search(url.group()):
        return ""
    words = text[: url.start()].strip(_AROUND)
    if not words and not _URL.search(before):
        words = before.strip(_AROUND)
    if not words or _DATA.search(words):
        return ""
    return url.group().rstrip(".,;:") if _CREDIT.search(words) else ""


def _read(line: str, text: str, before: str, place: Place) -> Iterator[NoticeFact]:
    if place.line <= _HEAD and _LICENCE.search(text):
        yield NoticeFact(kind="licence", text=text[:_LONGEST], place=place)
    url = credited(text, before)
    if url:
        yield NoticeFact(kind="credit", text=text[:_LONGEST], place=place, url=url)
    if line.lstrip().startswith("#") and _EXERCISE.search(text):
        yield NoticeFact(kind="exercise", text=text[:_LONGEST], place=place)


def _comment(line: str) -> str:
    """The text of a comment, or of a line that looks like prose inside a docstring."""
    stripped = line.strip()
    if stripped.startswith("#"):
        return stripped.lstrip("#").strip() or stripped
    code, mark, comment = stripped.partition(" # ")
    if mark and code.count('"') % 2 == 0 and code.count("'") % 2 == 0:
        return comment.strip()
    prose = stripped.strip("\"' ")
    url = _URL.search(prose)
    head = prose[: url.start()] if url else prose
    return "" if _CODE_BEFORE.search(head) and "(c)" not in head.lower() else prose
