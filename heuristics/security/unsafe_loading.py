"""Does the code load or run what others made without care?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from heuristics.techniques import is_test, text_at
from heuristics.unread import unreadable
from portfolio_scan.api import (
    CallFact,
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Sort:
    """One line of the table `unsafe`."""

    words: str
    names: tuple[str, ...]
    keywords: frozenset[str]
    text: re.Pattern[str]
    flag: bool

    def may_be(self, call: CallFact) -> bool:
        """Whether name and keywords fit, so that the source is worth reading."""
        if self.keywords and self.keywords.isdisjoint(call.keywords):
            return False
        name = call.name
        return not self.names or any(
            name == one or name.startswith(f"{one}.") for one in self.names
        )


@dataclass(frozen=True, slots=True)
class _Found:
    sort: _Sort
    place: Place


class UnsafeLoading(Heuristic):
    """Calls that let others' files or texts run code; only what is certain is a flag."""

    id = "security.unsafe-loading"
    question = "Does the code load or run what others made without care?"
    polarity = Polarity.FLAG
    weight = Weight.MEDIUM
    interview = "Who could put something into what is loaded here, and what would it do then?"
    would_change = "Formats that hold data alone, safe loaders, and certificates that are checked."

    def judge(self, context: RepositoryContext) -> Judgement:
        """What is certain and harmful is a flag; what may be sound in its place is a note."""
        found = list(_found(context))
        certain = [one for one in found if one.sort.flag]
        if found:
            shown = [*certain, *(one for one in found if not one.sort.flag)]
            words = list(dict.fromkeys(one.sort.words for one in shown))
            finding = self.finding(
                Outcome.PRESENT,
                f"Loads or runs what may come from others: {', '.join(words[:_SHOWN])}.",
                confidence=0.95 if certain else 0.85,
                evidence=[context.evidence(one.place, one.sort.words) for one in shown[:_SHOWN]],
                polarity=None if certain else Polarity.NOTE,
            )
            return Judgement(findings=(finding,))
        return Judgement(findings=(self._none(context),))

    def _none(self, context: RepositoryContext) -> Finding:
        reason = unreadable(context)
        if reason:
            return self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        message = "Unguarded loading or running of what others made was not found in the code read."
        return self.finding(Outcome.ABSENT, message, confidence=0.7)


def _found(context: RepositoryContext) -> Iterator[_Found]:
    table = context.catalogue.table("unsafe")
    sorts = [_sort(name, tuple(sorted(_hashable(fields)))) for name, fields in table.items()]
    by_root: dict[str, list[_Sort]] = {}
    by_keyword: dict[str, list[_Sort]] = {}
    for one in sorts:
        for root in {name.partition(".")[0] for name in one.names}:
            by_root.setdefault(root, []).append(one)
        for keyword in () if one.names else one.keywords:
            by_keyword.setdefault(keyword, []).append(one)
    for unit in context.units:
        if is_test(unit.path):
            continue
        for call in unit.calls:
            fitting = [
                *by_root.get(call.name.partition(".")[0], ()),
                *(sort for keyword in call.keywords for sort in by_keyword.get(keyword, ())),
            ]
            for one in fitting:
                if one.may_be(call) and one.text.search(text_at(context, call.place)):
                    yield _Found(one, call.place)


def _hashable(fields: Any) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        yield name, tuple(value) if isinstance(value, list) else value


@cache
def _sort(name: str, fields: tuple[tuple[str, Any], ...]) -> _Sort:
    del name
    given = dict(fields)
    return _Sort(
        words=given["words"],
        names=given.get("names", ()),
        keywords=frozenset(given.get("keywords", ())),
        text=re.compile(given.get("text", "")),
        flag=given.get("flag", False),
    )
