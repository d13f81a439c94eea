"""Does something look like a result while no model and no data stand behind it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.claims.certainty import read_in_full
from heuristics.claims.facade_signs import may_hold_signs, signs
from heuristics.claims.statements import readme_paths
from heuristics.training.trains_models import own_fits, short_name
from portfolio_scan.api import (
    CodeUnit,
    EventKind,
    Heuristic,
    Judgement,
    Observation,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = {
    "loop": "the loop reports metrics of a training and calls nothing that trains",
    "score": "{name} returns metrics that are written in the code",
    "guard": "{name} lets everything through unchanged",
    "constant_prediction": "{name} returns the same answer whatever it is given",
    "random_prediction": "{name} answers by chance",
    "random_fallback": "on one way {name} answers by chance",
    "random_rows": "{name} is fitted on random numbers, and on nothing else",
}
_CERTAIN = frozenset(_WORDS) - {"random_fallback"}
_TESTS = re.compile(
    r"(?i)(^|/)(tests?|examples?|docs?|mocks?|stubs?|fixtures|benchmarks?|templates?)/|(^|"
    r"/)(test_|conftest|mock_|fake_|"
    r"stub|dummy)|_test\.py$|(mock|fake|stub|dummy|simulat\w*|synthetic|demo)\w*\.(py|ipynb)$"
)
_DECLARED = re.compile(
    r"(?i)\b(mock(ed|s)?|placeholders?|stubs?|stubbed|dummy|fake|simulat\w+|synthetic|"
    r"randomly generated|"
    r"random data|toy (data|example)|made[- ]up|not (yet )?implemented|work in progress|wip|"
    r"skeleton|"
    r"scaffold\w*|boilerplate|proof of concept|demo(nstration)? (mode|data|only|purposes)|"
    r"template)\b"
)
_PROMISE = re.compile(
    r"(?i)\b(accurac\w+|f1|auc|state[- ]of[- ]the[- ]art|production|deployed|trained|"
    r"fine[- ]?tuned|"
    r"predict\w*|classif\w*|detect\w*|forecast\w*|diagnos\w*|recogni\w*)\b"
)
_DRAWS = re.compile(
    r"^(numpy\.random|random|torch)\.(?:.*\.)?(rand|randn|randint|random|uniform|normal|choice|"
    r"random_sample|integers)$"
)
_PIECES = 5


class Facade(Heuristic):
    """Loops that print made-up numbers, checks that check nothing, predictions by chance."""

    id = "claims.facade"
    question = "Does something look like a result while no model and no data stand behind it?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    needs = ("training.trains-models",)
    interview = "What does this part do today, and what would it take to make it do what it says?"
    would_change = "A model that is asked, a check that can refuse, a metric that is computed."

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """Signs in one file; only files whose names or texts promise one are looked at."""
        if _TESTS.search(unit.path) or not may_hold_signs(unit.facts):
            return
        for (cell, _), source in zip(unit.modules, unit.sources, strict=True):
            for sign in signs(source):
                place = Place(path=unit.path, cell=cell, line=sign.line, end_line=sign.end)
                kind = f"{sign.kind} declared" if sign.honest else sign.kind
                yield Observation(rule=self.id, kind=kind, place=place, value=sign.name)

    def judge(self, context: RepositoryContext) -> Judgement:
        """Present: signs that are certain. What is declared to be a placeholder is a note."""
        seen = [one for one in context.observations if one.rule == self.id]
        found = [*seen, *_random_rows(context, self.id)]
        if not found:
            message = "Nothing was found that looks like a result and is made up."
            return Judgement(
                findings=(self.finding(Outcome.ABSENT, message, confidence=0.7),)
                if context.units
                else ()
            )
        certain = [one for one in found if one.kind in _CERTAIN and _is_called(one, context)]
        declared = _declared(context)
        flagged = bool(certain) and not declared
        shown = sorted(certain or found, key=lambda one: (_order(one), one.place))
        evidence = [context.evidence(one.place, _note(one)) for one in _spread(shown)[:_PIECES]]
        if not certain:
            message = "Parts are placeholders, by their own words or on one of their ways: "
            finding = self.finding(
                Outcome.UNCLEAR,
                f"{message}{_note(shown[0])}.",
                confidence=0.5,
                evidence=evidence,
                question=self.interview,
            )
            return Judgement(findings=(finding,))
        first = {one.kind: _note(one) for one in reversed(shown)}
        text = "; ".join(first[kind] for kind in _WORDS if kind in first)
        message = f"Made up in the code read: {text}."
        if declared:
            message += " The README says that parts are made up or unfinished."
        finding = self.finding(
            Outcome.PRESENT,
            message,
            confidence=0.9,
            evidence=evidence,
            polarity=Polarity.FLAG if flagged else Polarity.NOTE,
        )
        return Judgement(findings=(finding,))


def _spread(shown: list[Observation]) -> list[Observation]:
    """One of each kind first."""
    by_kind = {one.kind: one for one in reversed(shown)}
    first = [one for one in shown if by_kind[one.kind] is one]
    return [*first, *(one for one in shown if one not in first)]


def _order(one: Observation) -> int:
    return list(_WORDS).index(one.kind.partition(" ")[0])


def _note(one: Observation) -> str:
    return _WORDS[one.kind.partition(" ")[0]].format(name=one.value)


def _is_called(one: Observation, context: RepositoryContext) -> bool:
    """A function counts where something calls it, or a web address leads to it."""
    if one.kind in {"loop", "random_rows"}:
        return True
    last = one.value.rpartition(".")[2]
    for unit in context.units:
        if any(call.name.rpartition(".")[2] == last for call in unit.calls):
            return True
        for definition in unit.definitions:
            if definition.name == one.value and definition.decorators:
                return True
    return False


def _declared(context: RepositoryContext) -> bool:
    """Whether a README says that something is made up or unfinished."""
    return any(_DECLARED.search(context.texts[path]) for path in readme_paths(context))


def _random_rows(context: RepositoryContext, rule: str) -> Iterator[Observation]:
    """Fits on random numbers, where the README promises something and the code reads no data."""
    fits = own_fits(context)
    if not fits or not all(fit.toy for fit in fits) or not read_in_full(context):
        return
    loads = [e for e in context.trace.events if e.kind in {EventKind.LOAD, EventKind.RESTORE}]
    if loads or any(fit.family in {"clustering", "statistics"} for fit in fits):
        return
    promised = any(_PROMISE.search(context.texts[path]) for path in readme_paths(context))
    drawing = {
        unit.path for unit in context.units if any(_DRAWS.match(call.name) for call in unit.calls)
    }
    for fit in fits:
        if promised and fit.place.path in drawing and not _TESTS.search(fit.place.path):
            name = short_name(fit.name)
            yield Observation(rule=rule, kind="random_rows", place=fit.place, value=name)
            return
