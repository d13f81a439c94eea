"""Techniques: which of those that the catalogue names the code uses, and the first place of each.

The tables `technique_*` say by which names, methods, keywords and patterns a technique is known
(docs/catalogue.md). Only what is called, derived from or put as a decorator counts: an import that
nothing uses shows nothing, and neither does a test suite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heuristics.lexicon import Lexicon, Sign, lexicon_of
from heuristics.unread import unreadable
from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_SHOWN = 8
"""Techniques that a finding names, each with its place."""
_CHUNK = 12
"""Lines of one piece of evidence; longer calls are read in several."""
_LONGEST_CALL = 96
_LONGEST_TEXT = 160
_TEST = re.compile(
    r"(?i)(^|/)(tests?|testing)/(.*/)?(test|conftest)[^/]*\.py$|(^|/)test_[^/]*\.py$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A technique and the first place that shows it."""

    technique: str
    words: str
    place: Place
    note: str
    routine: bool = False
    """So common that it shows little by itself."""


def uses(context: RepositoryContext, rule: str) -> list[Use]:
    """Techniques of one heuristic that the code uses, in the catalogue's order."""
    return context.once(_by_rule).get(rule, [])


def judge(
    heuristic: Heuristic,
    context: RepositoryContext,
    *,
    found: str,
    missing: str,
    more: Iterable[Use] = (),
    applies: bool = True,
    strict: bool = False,
) -> Judgement:
    """Say which techniques were found, with the first place of each; or that none was.

    `found` opens the sentence that names them, `missing` is said where there are none. A finding of
    routine techniques alone is a note. Where the question does not apply, or too little could be
    read, nothing is said to be missing; where `strict`, nothing is said to be found either.
    """
    these = sorted([*uses(context, heuristic.id), *more], key=lambda use: use.routine)
    if these and (applies or not strict):
        return Judgement(findings=(_present(heuristic, context, found, these),))
    if not applies:
        finding = heuristic.finding(
            Outcome.NOT_APPLICABLE, "The question does not arise here.", confidence=0.5
        )
        return Judgement(findings=(finding,))
    reason = unreadable(context)
    if reason:
        finding = heuristic.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        return Judgement(findings=(finding,))
    return Judgement(findings=(heuristic.finding(Outcome.ABSENT, missing, confidence=0.7),))


def _present(
    heuristic: Heuristic, context: RepositoryContext, found: str, these: Sequence[Use]
) -> Any:
    shown = these[:MAX_SHOWN]
    return heuristic.finding(
        Outcome.PRESENT,
        f"{found} {named(these)}.",
        confidence=0.9,
        evidence=[context.evidence(use.place, use.note) for use in shown],
        polarity=Polarity.NOTE if all(use.routine for use in these) else None,
    )


def named(these: Sequence[Use]) -> str:
    """The words of some uses as a list that reads as one."""
    words = [use.words for use in these[:MAX_SHOWN]]
    rest = len(these) - len(words)
    if rest:
        words.append(f"{rest} more")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def is_machine_learning(context: RepositoryContext) -> bool:
    """Whether machine learning was found; the caller `needs` profile.machine-learning."""
    return context.verdict("ml").verdict == "yes"


def is_test(path: str) -> bool:
    """Whether a file belongs to a test suite."""
    return _TEST.search(path) is not None


def text_at(context: RepositoryContext, place: Place) -> str:
    """The source lines of a place, up to a hundred of them."""
    last = min(place.end_line, place.line + _LONGEST_CALL - 1)
    pieces = (
        context.evidence(
            Place(
                path=place.path,
                cell=place.cell,
                line=first,
                end_line=min(last, first + _CHUNK - 1),
            )
        ).snippet
        for first in range(place.line, last + 1, _CHUNK)
    )
    return "\n".join(pieces)


# Finding them ------------------------------------------------------------------------------


def _by_rule(context: RepositoryContext) -> dict[str, list[Use]]:
    """All techniques that the repository uses, by the heuristics that ask for them."""
    lexicon = lexicon_of(context.catalogue)
    search = _Search(context, lexicon)
    for unit in context.units:
        if not is_test(unit.path):
            search.read(unit)
    search.read_paths()
    search.read_commands()
    found: dict[str, list[Use]] = {}
    for name, technique in lexicon.techniques.items():
        if name in search.found:
            for rule in technique.rules:
                found.setdefault(rule, []).append(search.found[name])
    return found


class _Search:
    """One pass over the facts of a repository. The first place of each technique is kept."""

    def __init__(self, context: RepositoryContext, lexicon: Lexicon) -> None:
        self.found: dict[str, Use] = {}
        self._context = context
        self._lexicon = lexicon
        self._own = _own_modules(context.units)
        self._roots: frozenset[str] = frozenset()
        self._signs: dict[str, tuple[Sign, ...]] = {}
        """What the lexicon says of each name that was met."""

    def read(self, unit: UnitFacts) -> None:
        """Look at the calls, definitions and strings of one file."""
        lexicon = self._lexicon
        self._roots = frozenset(one.module.partition(".")[0] for one in unit.imports)
        for call in unit.calls:
            for sign in self._of(call.name):
                self._try(sign, call.name, call.place, call.keywords, call.strings)
            for keyword in call.keywords:
                for sign in lexicon.keywords.get(keyword, ()):
                    if lexicon.is_of(call.name, sign):
                        self._try(sign, f"{keyword}=", call.place, (), call.strings)
        for definition in unit.definitions:
            for name in (*definition.bases, *definition.decorators):
                for sign in self._of(name):
                    if not sign.keyword:
                        self._try(sign, name, definition.place, (), ())
        self._match("definition", [(one.name, one.place) for one in unit.definitions])
        short = [(one.text, one.place) for one in unit.strings if len(one.text) <= _LONGEST_TEXT]
        self._match("string", short)

    def read_paths(self) -> None:
        """Look at the paths of the candidate's own files."""
        own = (one.path for one in self._context.entries if one.origin.value == "own")
        self._match("path", [(path, Place(path=path)) for path in own])

    def read_commands(self) -> None:
        """Look at the command lines of notebooks, scripts and recipes."""
        self._roots = frozenset()
        self._match("command", [(one.command, one.place) for one in self._context.trace.commands])

    def _of(self, name: str) -> tuple[Sign, ...]:
        known = self._signs.get(name)
        if known is None:
            known = self._signs[name] = self._lexicon.of_call(name)
        return known

    def _try(
        self,
        sign: Sign,
        name: str,
        place: Place,
        keywords: Sequence[str],
        strings: Sequence[str],
    ) -> None:
        if sign.technique in self.found or not sign.fits(keywords, strings, self._roots):
            return
        if not sign.method and name.partition(".")[0] in self._own:
            return
        if sign.value is not None and not sign.value.search(text_at(self._context, place)):
            return
        self._keep(sign.technique, place, f"{name.removeprefix('.')}")

    def _match(self, where: str, texts: Sequence[tuple[str, Place]]) -> None:
        """Look for patterns; the words that a match has to hold tell fast that there is none."""
        everything = "\n".join(text for text, _ in texts).lower()
        for sign in self._lexicon.patterns.get(where, ()):
            if sign.technique in self.found or not any(word in everything for word in sign.words):
                continue
            if sign.beside and sign.beside.isdisjoint(self._roots):
                continue
            for text, place in texts:
                if sign.pattern.search(text):
                    self._keep(sign.technique, place, _shown(where, text))
                    break

    def _keep(self, name: str, place: Place, note: str) -> None:
        technique = self._lexicon.techniques[name]
        self.found[name] = Use(
            technique=name,
            words=technique.words,
            place=place,
            note=f"{technique.words}: {note}",
            routine=technique.routine,
        )


def _shown(where: str, text: str) -> str:
    if where == "path":
        return "this file"
    short = " ".join(text.split())
    return short if len(short) <= 60 else f"{short[:59]}…"  # noqa: PLR2004


def _own_modules(units: Iterable[UnitFacts]) -> frozenset[str]:
    """Names of the repository's own modules and packages, which a library's name may equal."""
    return frozenset(_modules(units))


def _modules(units: Iterable[UnitFacts]) -> Iterator[str]:
    for unit in units:
        folder, _, name = unit.path.rpartition("/")
        if name == "__init__.py":
            yield folder.rpartition("/")[2]
        elif name.endswith(".py"):
            yield name.removesuffix(".py")
