"""Which interfaces in the code have been superseded, and since when?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from heuristics.unread import unreadable
from portfolio_scan.api import (
    Audience,
    CallFact,
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
    UnitStatus,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN = 6
_FALL_BACK = 3
"""Lines above an import in which a `try` or `except` is looked for."""
_TRY = re.compile(r"\s*(try|except\b.*):")
_ENDINGS = re.compile(r"\.py$|\.ipynb$")


@dataclass(frozen=True, slots=True)
class _Old:
    words: str
    since: int
    place: Place


class DeprecatedApis(Heuristic):
    """Names of older generations of libraries, with the year in which another took their place."""

    id = "engineering.deprecated-apis"
    question = "Which interfaces in the code have been superseded, and since when?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "What would change in this code with the current version of its libraries?"
    would_change = "The interfaces that took the place of these."

    def judge(self, context: RepositoryContext) -> Judgement:
        """List what was superseded, the oldest first; code may be older than what supersedes it."""
        found: dict[str, _Old] = {}
        index = _Index(context)
        for unit in context.units:
            for old in index.of(unit):
                found.setdefault(old.words, old)
        return Judgement(findings=(self._finding(context, list(found.values())),))

    def _finding(self, context: RepositoryContext, found: list[_Old]) -> Finding:
        if found:
            found.sort(key=lambda one: (one.since, one.words))
            named = ", ".join(f"{one.words} ({one.since})" for one in found[:_SHOWN])
            rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            return self.finding(
                Outcome.PRESENT,
                f"Uses interfaces that were superseded: {named}{rest}. The code may be older than "
                "that.",
                confidence=0.9,
                evidence=[
                    context.evidence(one.place, f"{one.words}, superseded in {one.since}")
                    for one in found[:_SHOWN]
                ],
            )
        if not context.units:
            return self.finding(Outcome.NOT_APPLICABLE, "No own code was found.", confidence=0.9)
        reason = unreadable(context)
        if reason:
            return self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        message = "No superseded interface was found in the code read."
        return self.finding(Outcome.ABSENT, message, confidence=0.7)


class _Index:
    """The table `superseded`, by full names and by methods of unknown objects."""

    def __init__(self, context: RepositoryContext) -> None:
        self._names: dict[str, Mapping[str, Any]] = {}
        self._methods: dict[str, Mapping[str, Any]] = {}
        self._context = context
        self._own = {
            part for unit in context.units for part in _ENDINGS.sub("", unit.path).split("/")
        }
        for name, fields in context.catalogue.table("superseded").items():
            table = self._methods if name.startswith(".") else self._names
            table[name] = fields

    def of(self, unit: UnitFacts) -> Iterator[_Old]:
        """What one file uses: calls, base classes and imports."""
        if unit.status is UnitStatus.PYTHON2:
            yield _Old("Python 2", 2020, Place(path=unit.path))
            return
        both = set[str]()
        for one in unit.imports:
            name = f"{one.module}.{one.name}" if one.name else one.module
            for old in self._look_up(name, one.place):
                if self._falls_back(one.place):
                    both.add(name)
                else:
                    yield old
        for call in unit.calls:
            if call.name.startswith("."):
                yield from self._method(call, unit)
            elif not any(call.name.startswith(name) for name in both):
                yield from self._look_up(call.name, call.place)

    def _falls_back(self, place: Place) -> bool:
        """Whether an import stands in a `try` or its `except`, which serves old versions too."""
        first = max(1, place.line - _FALL_BACK)
        lines = [
            self._context.evidence(replace(place, line=n, end_line=n)).snippet
            for n in range(first, place.line + 1)
        ]
        return lines[-1][:1].isspace() and any(_TRY.match(line) for line in lines)

    def _look_up(self, name: str, place: Place) -> Iterator[_Old]:
        root = name.partition(".")[0]
        if not root or root in self._own:
            return
        prefix = name
        while prefix:
            fields = self._names.get(prefix)
            if fields is not None:
                if "whole" not in fields or prefix == name:
                    yield _old(fields, prefix, place)
                return
            prefix = prefix.rpartition(".")[0]

    def _method(self, call: CallFact, unit: UnitFacts) -> Iterator[_Old]:
        fields = self._methods.get(call.name)
        if fields is None:
            return
        keyword, beside = fields.get("keyword"), fields.get("beside")
        if keyword is not None and keyword not in call.keywords:
            return
        roots = {one.module.partition(".")[0] for one in unit.imports}
        if beside is not None and roots.isdisjoint(beside):
            return
        yield _old(fields, call.name, call.place)


def _old(fields: Mapping[str, Any], name: str, place: Place) -> _Old:
    return _Old(str(fields.get("words", name)), int(str(fields["since"])), place)
