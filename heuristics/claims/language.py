"""Is a text in English? Told by script and by the short words that every sentence needs."""

from __future__ import annotations

import re
from typing import Any

from portfolio_scan.api import Catalogue

ENGLISH, OTHER, UNKNOWN = "english", "other", "unknown"
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 4
"""Short words from which a text's language is told."""
_FOREIGN_LETTERS = 0.25


def language_of(text: str, catalogue: Catalogue) -> str:
    """`english`, `other`, or `unknown` for a text too short to tell."""
    letters = sum(character.isalpha() for character in text)
    if letters and sum(_is_foreign(c) for c in text) > _FOREIGN_LETTERS * letters:
        return OTHER
    english, other = _counts(text, catalogue)
    if other > english and other > 1:
        return OTHER
    return ENGLISH if english >= _ENOUGH else UNKNOWN


def is_foreign(sentence: str, catalogue: Catalogue) -> bool:
    """Whether one sentence of an English text is in another language."""
    letters = sum(character.isalpha() for character in sentence)
    if sum(_is_foreign(c) for c in sentence) > _FOREIGN_LETTERS * letters:
        return True
    english, other = _counts(sentence, catalogue)
    return other > 1 and other > english


def _is_foreign(character: str) -> bool:
    """Whether it is a letter of a script that English is not written in."""
    return character > "\u024f" and character.isalpha()


def _counts(text: str, catalogue: Catalogue) -> tuple[int, int]:
    """How many short words are English, and how many are of the most frequent other language."""
    words = [word.lower() for word in _WORD.findall(text[:20_000])]
    counts = {
        name: sum(word in known for word in words)
        for name, known in (
            (name, frozenset(_listed(fields["words"])))
            for name, fields in catalogue.table("languages").items()
        )
    }
    return counts.pop("english", 0), max(counts.values(), default=0)


def _listed(words: Any) -> list[str]:
    return [str(word) for word in words]
