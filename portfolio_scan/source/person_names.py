"""Names of people as commits spell them: compared without case, accents, spacing and order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

MIN_HANDLE = 4
"""Shortest handle that says anything at all."""
MIN_DISTINCT = 6
"""Shortest word that is not likely to be shared by two people of one project."""
_MIN_WORD = 3
_ALIKE = 0.86
_FULL = 2
FOLDED_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "þ": "th",
}
_UNACCENTED = str.maketrans(FOLDED_LETTERS)
_WORD = re.compile(r"[^\W_]+")
_HANDLE_MARKS = re.compile(r"\d|[a-z][A-Z]|\w[-_.]\w")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart."""

    words: tuple[str, ...]
    """Without case, accents and punctuation."""
    full: bool
    """At least two words with a space between them: a person's name rather than a handle."""
    marked: bool
    """One word that cannot be a mere first name: it has digits, inner capitals or marks."""

    @property
    def squashed(self) -> str:
        """The words written together."""
        return "".join(self.words)


def read_name(text: str) -> PersonName:
    """Take a name apart."""
    text = text.strip()
    words = fold(text)
    full = len(words) >= _FULL and len(text.split()) >= _FULL
    marked = not full and len(text) >= MIN_HANDLE and _HANDLE_MARKS.search(text) is not None
    return PersonName(words=words, full=full, marked=marked)


def fold(text: str) -> tuple[str, ...]:
    """Split a text into its words, without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNACCENTED))
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def squash(text: str) -> str:
    """Write a text as one word, without case, accents and punctuation."""
    return "".join(fold(text))


def without_number(handle: str) -> str:
    """Drop the digits at the end of a handle."""
    return handle.rstrip("0123456789")


def surname_handles(words: tuple[str, ...]) -> frozenset[str]:
    """List the handles that hold a whole surname: jdoe, jandoe, janedoe, doej, doejane."""
    if len(words) < _FULL:
        return frozenset()
    first, last = words[0], words[-1]
    initials = "".join(word[0] for word in words)
    forms = {"".join(words), last + first, last + first[0]}
    forms |= {first[:length] + last for length in range(1, len(first) + 1)}
    forms |= {initials[:-1] + last, first + initials[1:]} if len(words) > _FULL else set()
    return frozenset(form for form in forms if len(form) >= MIN_HANDLE)


def handles_of(words: tuple[str, ...]) -> frozenset[str]:
    """List the handles that people make of a full name, those with a cut surname (janed) too."""
    if len(words) < _FULL:
        return frozenset()
    first, last = words[0], words[-1]
    cut = {first + last[:length] for length in range(1, len(last))}
    return surname_handles(words) | {form for form in cut if len(form) >= MIN_HANDLE}


def variants(one: PersonName, other: PersonName) -> bool:
    """Tell whether two names differ only in order, spacing, and words left out or cut to initials.

    `Jane`, `J. Doe` and `Doe, Jane Maria` are variants of `Jane Doe`.
    """
    if not one.words or not other.words:
        return False
    if one.squashed == other.squashed or sorted(one.words) == sorted(other.words):
        return True
    short, long = _by_length(one, other)
    if not any(len(word) >= _MIN_WORD and word in long.words for word in short.words):
        return False
    initials = {word[0] for word in long.words}
    return all(word in long.words or word in initials for word in short.words)


def alike(one: PersonName, other: PersonName) -> bool:
    """Tell whether two names can be one person's: variants, a handle of the other, or misspelt."""
    if not one.words or not other.words:
        return False
    if variants(one, other) or made_from(one, other) or made_from(other, one):
        return True
    if one.full and other.full and one.words[-1][0] != other.words[-1][0]:
        return False
    if min(len(one.squashed), len(other.squashed)) < MIN_DISTINCT:
        return False
    match = SequenceMatcher(None, one.squashed, other.squashed, autojunk=False)
    return match.ratio() >= _ALIKE


def made_from(handle: PersonName, full: PersonName, *, by_surname: bool = False) -> bool:
    """Tell whether a name of one word is a handle made of a full name.

    `by_surname` asks for the whole surname in it: `mariana` could be made of Maria Nash and is
    more likely a name of its own.
    """
    if not full.full or handle.full or handle.squashed in full.words:
        return False
    forms = surname_handles(full.words) if by_surname else handles_of(full.words)
    return without_number(handle.squashed) in forms


def shared_words(one: PersonName, other: PersonName) -> int:
    """Count the words of some length that two names have in common."""
    return len({word for word in one.words if len(word) >= _MIN_WORD} & set(other.words))


def _by_length(one: PersonName, other: PersonName) -> tuple[PersonName, PersonName]:
    short, long = sorted((one, other), key=lambda name: (len(name.words), name.words))
    return short, long
