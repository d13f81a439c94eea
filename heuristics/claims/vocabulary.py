"""The vocabulary of claims, made ready for look-ups: phrases of READMEs and signs in code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portfolio_scan.api import Catalogue, ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"[^\W_]+(?:[.+#&][^\W_]+)*(?:\+\+|#)?|[%&]")
_PLURAL = 4
"""Letters from which a last "s" is taken for a plural."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject of claims."""

    name: str
    kind: ClaimKind
    events: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    files: re.Pattern[str] | None = None
    definitions: re.Pattern[str] | None = None
    vendor: str = ""
    own: str = ""


@dataclass(slots=True)
class Vocabulary:
    """All subjects, with the ways to find them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], list[tuple[str, str]]] = field(default_factory=dict)
    """Lower-case words of a phrase -> (subject, as it must be written or empty)."""
    modules: dict[str, list[str]] = field(default_factory=dict)
    calls: dict[str, list[str]] = field(default_factory=dict)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    beneath: dict[str, list[str]] = field(default_factory=dict)
    """Modules -> libraries that they are built on."""
    longest: int = 1
    firsts: set[str] = field(default_factory=set)
    """First words of all phrases."""

    def joined_phrases(self, subject: str) -> set[str]:
        """The phrases and modules of a subject as names of code write them, in one word."""
        phrases = {
            "".join(words)
            for words, meant in self.phrases.items()
            if any(name == subject for name, _ in meant)
        }
        modules = {module for module, names in self.modules.items() if subject in names}
        return phrases | {module.replace("_", "") for module in modules if "." not in module}

    def mentions(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(subject, start, end) of each phrase in a sentence; the longest phrase speaks."""
        tokens = [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]
        words = [token.lower() for token, _, _ in tokens]
        at = 0
        while at < len(words):
            if words[at] not in self.firsts and words[at].removesuffix("s") not in self.firsts:
                at += 1
                continue
            for size in range(min(self.longest, len(words) - at), 0, -1):
                subjects = self._spoken(tokens[at : at + size], words[at : at + size])
                if subjects:
                    start, end = tokens[at][1], tokens[at + size - 1][2]
                    yield from ((subject, start, end) for subject in subjects)
                    at += size - 1
                    break
            at += 1

    def _spoken(self, tokens: list[tuple[str, int, int]], words: list[str]) -> list[str]:
        last = words[-1]
        forms = [tuple(words)]
        if last.endswith("s") and len(last) >= _PLURAL:
            forms.append((*words[:-1], last[:-1]))
        written = " ".join(token for token, _, _ in tokens)
        return [
            subject
            for form in forms
            for subject, cased in self.phrases.get(form, ())
            if not cased or written in {cased, f"{cased}s"}
        ]


_READY: dict[int, tuple[object, Vocabulary]] = {}


def vocabulary_of(catalogue: Catalogue) -> Vocabulary:
    """The vocabulary of a catalogue, built once for each."""
    key = id(catalogue.tables)
    known = _READY.get(key)
    if known is None or known[0] is not catalogue.tables:
        known = (catalogue.tables, _built(catalogue.table("claims")))
        _READY.clear()
        _READY[key] = known
    return known[1]


def _built(table: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    ready = Vocabulary()
    for name, fields in table.items():
        ready.entries[name] = Entry(
            name=name,
            kind=ClaimKind(fields["kind"]),
            events=tuple(fields.get("events", ())),
            strings=tuple(text.lower() for text in fields.get("strings", ())),
            sources=tuple(fields.get("sources", ())),
            files=_joined(fields.get("files", ()), r"(?:{})"),
            definitions=_joined(fields.get("definitions", ()), r"(?:{})\Z"),
            vendor=str(fields.get("vendor", "")),
            own=str(fields.get("own", "")),
        )
        for phrase in fields.get("words", ()):
            _add_phrase(ready, name, phrase, "")
        for phrase in fields.get("cased", ()):
            _add_phrase(ready, name, phrase, _spaced(phrase))
        for key, index in (
            ("modules", ready.modules),
            ("calls", ready.calls),
            ("keywords", ready.keywords),
            ("beneath", ready.beneath),
        ):
            for sign in fields.get(key, ()):
                index.setdefault(sign, []).append(name)
    return ready


def _add_phrase(ready: Vocabulary, name: str, phrase: str, cased: str) -> None:
    words = tuple(token.lower() for token in _TOKEN.findall(phrase))
    ready.phrases.setdefault(words, []).append((name, cased))
    ready.firsts.add(words[0])
    ready.longest = max(ready.longest, len(words))


def _spaced(phrase: str) -> str:
    return " ".join(_TOKEN.findall(phrase))


def _joined(patterns: list[str], form: str) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile(form.format("|".join(patterns)), re.MULTILINE)
