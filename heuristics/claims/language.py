"""Is a text in English? Told by script and by the short words that every sentence needs."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from portfolio_scan.api import Catalogue

ENGLISH, OTHER, UNKNOWN = "english", "other", "unknown"
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 4
"""Short words from which a text's language is told."""
_FOREIGN_LETTERS = 0.25
_OTHER_SCRIPT = re.compile(r"[^\W\d_\x00-\u024f]")
_MAX_TEXT = 20_000


def language_of(text: str, catalogue: Catalogue) -> str:
    """`english`, `other`, or `unknown` for a text too short to tell."""
    text = text[:_MAX_TEXT]
    if _is_written_otherwise(text):
        return OTHER
    english, other = _counts(text, catalogue)
    if other > english and other > 1:
        return OTHER
    return ENGLISH if english >= _ENOUGH else UNKNOWN


def is_foreign(sentence: str, catalogue: Catalogue) -> bool:
    """Whether one sentence of an English text is in another language."""
    if _is_written_otherwise(sentence):
        return True
    english, other = _counts(sentence, catalogue)
    return other > 1 and other > english


def _is_written_otherwise(text: str) -> bool:
    """Whether many letters are of a script that English is not written in."""
    if text.isascii():
        return False
    foreign = len(_OTHER_SCRIPT.findall(text))
    return bool(foreign) and foreign > _FOREIGN_LETTERS * sum(c.isalpha() for c in text)


def _counts(text: str, catalogue: Catalogue) -> tuple[int, int]:
    """How many short words are English, and how many are of the most frequent other language."""
    known = _languages(catalogue)
    counts = Counter(
        name
        for word, times in Counter(_WORD.findall(text.lower())).items()
        for name in known.get(word, ()) * times
    )
    return counts.pop("english", 0), max(counts.values(), default=0)


def _languages(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Short words with the languages they belong to, built once for a catalogue."""
    table = catalogue.table("languages")
    ready = _READY.get(id(table))
    if ready is None or ready[0] is not table:
        found: dict[str, tuple[str, ...]] = {}
        for name, fields in table.items():
            for word in dict.fromkeys(_listed(fields["words"])):
                found[word] = (*found.get(word, ()), name)
        ready = (table, found)
        _READY.clear()
        _READY[id(table)] = ready
    return ready[1]


def _listed(words: Any) -> list[str]:
    return [str(word) for word in words]


_READY: dict[int, tuple[object, dict[str, tuple[str, ...]]]] = {}
