"""Folding: a text as its letters and digits alone, with the way back to where each one stands.

Case, accents, separators, invisible characters, percent escapes and HTML entities are gone, so that
one search finds `Jo-Doe`, `JO_DOE`, `joDoe`, `J\u00f3 Doe` and `J%C3%B3%20Doe` alike.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from portfolio_scan.source.person_names import FOLDED_LETTERS

_ESCAPE = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+|&#?\w{2,31};|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}"
    r"|\\N\{[A-Z -]{3,60}\}"
)
_LETTERS = {
    **FOLDED_LETTERS,
    # Letters of other scripts that look like Latin ones, as names are disguised with them.
    **dict(zip("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458", "aeopcyxij", strict=True)),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """The letters and digits of a text."""

    plain: str
    starts: tuple[int, ...] | range
    """Where in the text each of them begins."""
    ends: tuple[int, ...] | range
    """And behind which place it ends."""
    text: str

    def whole(self, start: int, end: int) -> bool:
        """Whether letters `start` to `end` begin and end where a word does."""
        return self.opens(start) and self.closes(end)

    def opens(self, start: int) -> bool:
        """Whether a word begins at letter `start`."""
        at = self.starts[start]
        if start == 0 or self.ends[start - 1] != at:
            return True
        return _between(self.text[at - 1], self.text[at])

    def closes(self, end: int) -> bool:
        """Whether a word ends before letter `end`."""
        at = self.ends[end - 1]
        if end == len(self.plain) or self.starts[end] != at:
            return True
        return _between(self.text[at - 1], self.text[at])

    def joined(self, start: int, end: int) -> bool:
        """Whether nothing stands between the letters `start` to `end`."""
        return all(self.ends[at] >= self.starts[at + 1] for at in range(start, end - 1))


def fold(text: str) -> Folded:
    """Fold a text; escapes count as the letters that they stand for."""
    if text.isascii() and not any(mark in text for mark in "%&\\"):
        spots = [at for at, sign in enumerate(text) if sign.isalnum()]
        plain = "".join([text[at] for at in spots]).lower()
        return Folded(plain, tuple(spots), tuple(at + 1 for at in spots), text)
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, meant in _pieces(text):
        for letter in fold_letters(meant):
            letters.append(letter)
            starts.append(start)
            ends.append(end)
    return Folded("".join(letters), tuple(starts), tuple(_with_marks(text, ends)), text)


def fold_letters(text: str) -> str:
    """Give the letters and digits of a text without case and accents."""
    lowered = "".join(_LETTERS.get(sign, sign) for sign in text.casefold())
    plain = unicodedata.normalize("NFKD", lowered)
    return "".join(sign for sign in plain if sign.isalnum())


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """Split a text into characters and escapes, each with the text that it stands for."""
    pieces: list[tuple[int, int, str]] = []
    last = 0
    for match in _ESCAPE.finditer(text):
        pieces.extend((at, at + 1, text[at]) for at in range(last, match.start()))
        meant = _unescape(match[0])
        if meant == match[0]:
            pieces.extend((at, at + 1, text[at]) for at in range(*match.span()))
        else:
            pieces.append((*match.span(), meant))
        last = match.end()
    pieces.extend((at, at + 1, text[at]) for at in range(last, len(text)))
    return pieces


def _unescape(escape: str) -> str:
    if escape.startswith("%"):
        return unquote(escape)
    if escape.startswith("&"):
        return html.unescape(escape)
    if escape.startswith("\\N"):
        try:
            return unicodedata.lookup(escape[3:-1])
        except KeyError:
            return escape
    return chr(int(f"0x{escape[2:]}", 0))


def _with_marks(text: str, ends: list[int]) -> list[int]:
    """Let each letter end behind the accents and invisible characters that follow it."""
    grown = []
    for end in ends:
        at = end
        while at < len(text) and unicodedata.category(text[at]) in {"Mn", "Me", "Cf"}:
            at += 1
        grown.append(at)
    return grown


def _between(left: str, right: str) -> bool:
    """Whether a word ends between two characters that touch: `loadJo`, `jo2`, `Jo実`."""
    if not (left.isalnum() and right.isalnum()):
        return True
    if left.isdigit() or right.isdigit():
        return left.isdigit() != right.isdigit()
    if left.islower() and right.isupper():
        return True
    return _has_case(left) != _has_case(right)


def _has_case(sign: str) -> bool:
    return sign.lower() != sign.upper()
