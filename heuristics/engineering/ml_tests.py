"""Do tests touch the candidate's own data and model code?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from heuristics.techniques import is_machine_learning, text_at
from portfolio_scan.api import (
    CallFact,
    DefinitionFact,
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TEST_FILE = re.compile(r"(?i)(^|/)(test_[^/]+|[^/]+_test|tests)\.py$")
_CHECK = re.compile(
    r"\bassert\s+(?!True\s*(#|$)|1\s*(#|$))\S|\.assert\w+\(|\bassert_\w+\(|pytest\.(raises|approx|warns)\b",
    re.MULTILINE,
)
_SHOWN = 4
_LOOKED_AT = 200
"""Test functions of which the text is read."""


@dataclass(frozen=True, slots=True)
class _Test:
    place: Place
    name: str
    calls: tuple[str, ...]
    """Names from own modules with data or model code that it calls."""


class MlTests(Heuristic):
    """Test functions that call own data or model code and check something."""

    id = "engineering.ml-tests"
    question = "Do tests touch the candidate's own data and model code?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    needs = ("profile.machine-learning",)
    interview = "Which mistake in the data or the features would these tests catch, and which not?"
    would_change = (
        "A test that calls own feature, training or evaluation code and checks the result."
    )

    def judge(self, context: RepositoryContext) -> Judgement:
        """Tests that call own machine-learning modules and hold an assertion."""
        units = [unit for unit in context.units if _TEST_FILE.search(unit.path)]
        tests = [one for unit in units for one in _functions(unit)]
        if not tests:
            return Judgement(findings=(self._without(context),))
        own = _Modules(context)
        touching = [one for unit in units for one in _touching(unit, own)][:_LOOKED_AT]
        checking = [one for one in touching if _CHECK.search(text_at(context, one.place))]
        return Judgement(findings=(self._finding(context, tests, touching, checking),))

    def _finding(
        self,
        context: RepositoryContext,
        tests: list[tuple[DefinitionFact, Place]],
        touching: list[_Test],
        checking: list[_Test],
    ) -> Finding:
        if checking:
            names = sorted({name for one in checking for name in one.calls})
            shown = ", ".join(names[:_SHOWN])
            return self.finding(
                Outcome.PRESENT,
                f"Of {_counted(tests)}, {len(checking)} call own data or model code "
                f"and check the result ({shown}).",
                confidence=0.9,
                evidence=[
                    context.evidence(one.place, f"calls {one.calls[0]}")
                    for one in checking[:_SHOWN]
                ],
            )
        if not is_machine_learning(context):
            return self._does_not_apply()
        what = (
            "call own data or model code; what they check was not found in them"
            if touching
            else "were found; which own data or model code they touch could not be told"
        )
        return self.finding(
            Outcome.UNCLEAR,
            f"{_counted(touching or tests)} {what}.",
            confidence=0.4,
            evidence=[context.evidence(place) for _, place in tests[:_SHOWN]],
        )

    def _without(self, context: RepositoryContext) -> Finding:
        if not is_machine_learning(context):
            return self._does_not_apply()
        return self.finding(Outcome.ABSENT, "No tests were found in the code read.", confidence=0.8)

    def _does_not_apply(self) -> Finding:
        message = "No machine-learning work was found that tests could touch."
        return self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.5)


def _counted(tests: Sequence[object]) -> str:
    return "1 test function" if len(tests) == 1 else f"{len(tests)} test functions"


class _Modules:
    """Own modules with data or model code: by dotted names, and the names that they define."""

    def __init__(self, context: RepositoryContext) -> None:
        roots = frozenset(context.catalogue.table("modules"))
        self.defined: set[str] = set()
        self.known: set[str] = set()
        for unit in context.units:
            if _TEST_FILE.search(unit.path) or not unit.path.endswith(".py"):
                continue
            if not any(_is_of(one.module, roots) for one in unit.imports):
                continue
            names = unit.path.removesuffix(".py").removesuffix("/__init__").split("/")
            self.known.update(".".join(names[start:]) for start in range(len(names)))
            self.defined.update(
                one.name.rpartition(".")[2] for one in unit.definitions if one.name[:1] != "_"
            )
        self.tops = {name.partition(".")[0] for name in self.known}

    def name_in(self, call: CallFact) -> str:
        """What of these modules a call leads to; empty: it does not lead into them."""
        parts = call.name.lstrip(".").split(".")
        if call.name.startswith(".") or len(parts) == 1:
            return ""
        leads = parts[0] in self.tops or any(
            ".".join(parts[start:stop]) in self.known
            for start in range(min(2, len(parts)))
            for stop in range(start + 1, len(parts))
        )
        return next((part for part in reversed(parts) if part in self.defined), "") * leads


def _is_of(module: str, roots: frozenset[str]) -> bool:
    return module.partition(".")[0] in roots


def _functions(unit: UnitFacts) -> Iterator[tuple[DefinitionFact, Place]]:
    """Test functions with their stretch: up to the next definition of the file."""
    here = sorted(unit.definitions, key=lambda one: one.place.line)
    for one, following in zip_longest(here, here[1:]):
        if one.kind == "class" or not one.name.rpartition(".")[2].startswith("test"):
            continue
        last = following.place.line - 1 if following else one.place.line + 60
        place = Place(path=unit.path, line=one.place.line, end_line=max(one.place.line, last))
        yield one, place


def _touching(unit: UnitFacts, own: _Modules) -> Iterator[_Test]:
    made = [name for call in unit.calls if (name := own.name_in(call))]
    for fact, place in _functions(unit):
        here = [one for one in unit.calls if place.line < one.place.line <= place.end_line]
        names = [name for call in here if (name := own.name_in(call))]
        # What a fixture of the file makes is used by each of its tests.
        if not names and any(one.name[:1] == "." and one.name[1:] in own.defined for one in here):
            names = made
        if names:
            yield _Test(place=place, name=fact.name, calls=tuple(dict.fromkeys(names)))
