"""Names: which strings a person may be known by, in every spelling, and where a text holds one."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.blind.folding import Folded, fold, fold_letters
from portfolio_scan.source.person_names import handles_of, surname_handles, without_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPEN: Final = 8
"""Letters from which a handle is found inside longer words too: `janedoe84utils`."""
HALF_OPEN: Final = 6
"""Letters from which it is found where at least one end of it is the end of a word."""
MIN_LETTERS: Final = 3
MIN_TAIL: Final = 4
"""Letters of a name at the cut end of a text that are taken for the rest of it."""
_MAX_WORDS: Final = 7
_FEW_WORDS: Final = 3
_TWO: Final = 2
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CUT = re.compile("\u2026")
_CAMEL = re.compile(r"(?<=[a-z\u00df-\u00ff])(?=[A-Z])")
_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_TITLES = frozenset(
    {"dr", "prof", "professor", "mr", "mrs", "ms", "herr", "frau", "ing", "msc", "phd"}
)
_GROUPS = frozenset(
    [
        "inc",
        "ltd",
        "gmbh",
        "llc",
        "corp",
        "corporation",
        "foundation",
        "university",
        "college",
        "school",
        "institute",
        "team",
        "teams",
        "contributors",
        "authors",
        "developers",
        "maintainers",
        "community",
        "group",
        "project",
        "company",
        "department",
        "laboratory",
        "lab",
        "labs",
        "consortium",
    ]
)


_PARTICLES = frozenset(
    ["al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "la", "le", "van", "von", "y"]
)


@cache
def ordinary_words() -> frozenset[str]:
    """Give the words that say nothing of whose they are: those of the field and of its files."""
    text = (files("portfolio_scan.report.blind") / "ordinary_words.txt").read_text("utf-8")
    return frozenset(text.split())


def split(text: str) -> tuple[str, ...]:
    """Split a name or handle into folded words; digits are words of their own."""
    spaced = _CAMEL.sub(" ", text)
    return tuple(filter(None, (fold_letters(word) for word in _WORD.findall(spaced))))


def is_ordinary(words: Iterable[str]) -> bool:
    """Whether nothing but ordinary words, digits and single letters is there."""
    known = ordinary_words()
    return all(
        word in known or word.isdigit() or (len(word) < MIN_LETTERS and word.isascii())
        for word in words
    )


def _is_sentence(words: tuple[str, ...]) -> bool:
    """Whether these are too many words for a name, or too many that are no name's."""
    fitting = [
        word for word in words if len(word) == 1 or word in _PARTICLES or not is_ordinary((word,))
    ]
    return len(words) > _MAX_WORDS or (len(words) > _FEW_WORDS and len(fitting) < len(words))


@dataclass(frozen=True, slots=True)
class _Key:
    """How a string that is to be hidden may stand in a text."""

    own: bool
    open: bool
    """Inside longer words too."""
    loose: bool
    """With separators between its letters: `jane-doe`, `Jane Doe`, `j.doe` for one handle."""

    def __or__(self, other: _Key) -> _Key:
        return _Key(self.own or other.own, self.open or other.open, self.loose or other.loose)


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a text that names somebody."""

    start: int
    end: int
    own: bool
    """It is a handle of the subject; else a name, which may be anybody's."""


class Names:
    """The strings to hide. They grow while texts are looked through, then serve to search."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self.handles: set[str] = set()
        """Handles of the subject in lower case, even such that are ordinary words."""
        self._pattern: re.Pattern[str] | None = None
        self._beginnings: dict[str, _Key] = {}
        self._by_letter: dict[str, list[tuple[str, _Key]]] = {}

    def add_handle(self, handle: str, *, own: bool = True) -> None:
        """Hide a handle with and without its number, and the names that can be read in it.

        A handle of ordinary words (`data-science`) is hidden only where it can be nothing else:
        what is missing from `import ... as pd` would tell it.
        """
        words = split(handle)
        if own and handle:
            self.handles.add(handle.lower())
        letters = tuple(word for word in words if not word.isdigit())
        if is_ordinary(letters):
            if letters and letters != words:
                self._add("".join(words), _Key(own, open=False, loose=True))
            return
        whole = _Key(own, open=True, loose=True)
        squashed = "".join(words)
        self._add(squashed, whole)
        self._add(without_number(squashed), whole)
        self._add("".join(letters), whole)
        if len(letters) == _TWO:
            self._add("".join(reversed(letters)), whole)
        self._add_words(letters, own=own)

    def add_name(self, text: str) -> None:
        """Hide what somebody is called: in any order, as handles are made of it, word by word."""
        words = tuple(word for word in split(text) if not word.isdigit() and word not in _TITLES)
        if not words or _GROUPS & set(words) or is_ordinary(words) or _is_sentence(words):
            return
        whole = _Key(own=False, open=True, loose=True)
        self._add("".join(words), whole)
        if len(words) > 1:
            self._add("".join(reversed(words)), whole)
            self._add(words[-1] + "".join(words[:-1]), whole)
            self._add(words[0] + words[-1], whole)
            for form in handles_of(words) | surname_handles(words):
                if form not in ordinary_words():
                    self._add(form, _Key(own=False, open=False, loose=True))
        self._add_words(words, own=False)

    def add_text(self, text: str) -> None:
        """Hide exactly this, wherever it stands as words of its own."""
        self._add("".join(split(text)), _Key(own=False, open=False, loose=True))

    def _add_words(self, words: tuple[str, ...], *, own: bool) -> None:
        for word in words:
            if not is_ordinary((word,)):
                self._add(word, _Key(own, open=False, loose=False))

    def _add(self, squashed: str, key: _Key) -> None:
        spaceless = _is_spaceless(squashed)
        if len(squashed) < (_TWO if spaceless else MIN_LETTERS):
            return
        if not spaceless and len(squashed) < HALF_OPEN:
            key = _Key(key.own, open=False, loose=key.loose)
        known = self._keys.get(squashed)
        self._keys[squashed] = key if known is None else known | key
        self._pattern = None

    def find(self, text: str) -> Iterator[Found]:
        """Find each place of a text that holds one of the strings."""
        pattern = self._compiled()
        if pattern is None:
            return
        folded = fold(text)
        at = 0
        while match := pattern.search(folded.plain, at):
            start = match.start()
            end = self._longest(folded, start)
            if end:
                own = self._keys[folded.plain[start:end]].own
                yield Found(folded.starts[start], folded.ends[end - 1], own)
            at = end or start + 1
        for cut in (*_CUT.finditer(text), None):
            tail = self._cut_off(folded, len(text) if cut is None else cut.start())
            if tail is not None:
                yield tail

    def _compiled(self) -> re.Pattern[str] | None:
        if self._pattern is None and self._keys:
            longest_first = sorted(self._keys, key=lambda key: (-len(key), key))
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
            self._by_letter = {}
            for name, key in self._keys.items():
                self._by_letter.setdefault(name[0], []).append((name, key))
            self._beginnings = {
                name[:length]: key
                for name, key in self._keys.items()
                for length in range(max(MIN_TAIL, len(name) // 2), len(name))
                if not is_ordinary((name[:length],))
            }
        return self._pattern

    def _longest(self, folded: Folded, start: int) -> int:
        """The end of the longest string that begins at a letter and may stand there; 0: none."""
        return max(
            (
                start + len(name)
                for name, key in self._by_letter.get(folded.plain[start], ())
                if folded.plain.startswith(name, start)
                and _stands(folded, start, start + len(name), key)
            ),
            default=0,
        )

    def _cut_off(self, folded: Folded, at: int) -> Found | None:
        """The beginning of a string directly before a place at which the text was cut."""
        end = bisect_left(folded.starts, at)
        if not end or folded.ends[end - 1] < at:
            return None
        longest = max(map(len, self._beginnings), default=0)
        for length in range(min(longest, end), MIN_TAIL - 1, -1):
            start = end - length
            key = self._beginnings.get(folded.plain[start:end])
            if key is not None and folded.opens(start) and (key.loose or folded.joined(start, end)):
                return Found(folded.starts[start], folded.ends[end - 1], key.own)
        return None


def _stands(folded: Folded, start: int, end: int, key: _Key) -> bool:
    """Whether letters may be taken for a name, by what stands around and between them."""
    joined = folded.joined(start, end)
    if folded.whole(start, end):
        return joined or (key.loose and not _has_stray_letter(folded, start, end))
    if not key.open or not joined:
        return False
    if end - start >= OPEN or _is_spaceless(folded.plain[start:end]):
        return True
    return folded.opens(start) or folded.closes(end)


def _has_stray_letter(folded: Folded, start: int, end: int) -> bool:
    """Whether a single letter stands by itself between spaces: `a very` is no `avery`."""
    stretch = folded.text[folded.starts[start] : folded.ends[end - 1]]
    return any(len(word) == 1 and not _is_spaceless(word) for word in stretch.split())


def _is_spaceless(text: str) -> bool:
    return _NO_SPACES.search(text) is not None
