"""Text of others as Markdown that stays text: no link, mention, reference, HTML or table of theirs.

Written for GitHub's dialect, which is the one that makes most of plain text. It links addresses,
`@names`, `#12` and commit ids after it has read the escapes, so a backslash does not keep it from
doing so; a code span does. Words that it would link are therefore printed as code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.text import neutralise, safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LIVE: Final = re.compile(
    r"""
      ://                            # an address
    | (?:www|mailto|xmpp)[.:]
    | @                              # somebody, an e-mail address, a commit of a repository
    | \w\.[^\W\d_]{2,}               # a host, a file or a dotted name
    | [\#!%$&~^]\d                   # an issue, and what other hosts count
    | \bGH-\d
    | (?<![^\W_])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}(?![^\W_])    # a commit
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD: Final = re.compile(r"\S+")
_AROUND: Final = re.compile(r"([(\"'“]*)(.*?)([.,;:!?)\"'”…]*)", re.DOTALL)
_MARKUP: Final = re.compile(
    r"""
      [\\`*\[\]<~$]
    | (?<![^\W_])_ | _(?![^\W_])     # inside a word it is no emphasis
    | &(?=[#\w])
    """,
    re.VERBOSE,
)
_START: Final = re.compile(r"(?=[#>+=-])|\d{1,9}(?=[.)](?:\s|$))")
"""What begins a heading, a list, a quotation or a rule, where it is the first thing."""
_FENCE: Final = re.compile("`+")


def prose(text: str) -> str:
    """Write a text on one line; what it looks like, as Markdown, is what it says."""
    line = _WORD.sub(_word, " ".join(neutralise(text).split()))
    start = _START.match(line)
    return f"{start[0]}\\{line[start.end() :]}" if start else line


def code(text: str) -> str:
    """Write a text on one line as a code span; nothing for nothing."""
    line = " ".join(neutralise(text).split())
    if not line:
        return ""
    fence = "`" * (max((len(run) for run in _FENCE.findall(line)), default=0) + 1)
    # A space at both ends goes away when it is read; needed beside a backtick of the text's own.
    pad = " " if "`" in (line[0], line[-1]) else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(lines: Iterable[str], language: str = "") -> str:
    """Write lines as a fenced block of code, with a fence that none of them can close."""
    body = [neutralise(line).rstrip() for line in lines]
    runs = [len(run) for line in body for run in _FENCE.findall(line)]
    fence = "`" * max(3, max(runs, default=0) + 1)
    return "\n".join([f"{fence}{language}", *body, fence])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write rows of cells that are Markdown already; nothing where there is no row."""
    body = [_row(row) for row in rows]
    if not body:
        return ""
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *body])


class Links:
    """The addresses that a document leads to: numbered, and listed once at its end.

    A permalink is three times as long as what it is the link of; a paragraph of them cannot be
    read in a text editor.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def to(self, label: str, url: str) -> str:
        """Link a label, which is Markdown already; the label alone where there is no address."""
        address = safe_url(url)
        if not address or not label:
            return label
        number = self._numbers.setdefault(address, len(self._numbers) + 1)
        return f"[{label}][{number}]"

    def definitions(self) -> str:
        """List the addresses."""
        return "\n".join(f"[{number}]: <{url}>" for url, number in self._numbers.items())


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if not _LIVE.search(word):
        return _MARKUP.sub(r"\\\g<0>", word)
    around = _AROUND.fullmatch(word)
    before, inner, after = around.groups() if around else ("", word, "")
    if "(" in inner:
        closed = after.rfind(")") + 1
        inner, after = inner + after[:closed], after[closed:]
    return f"{before}{code(inner)}{after}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
