"""Do guards stand between the user, the language model and its answer?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from heuristics.functions import functions_of
from heuristics.llm.use import not_asked, uses_language_models
from heuristics.signs import answer
from heuristics.statements import functions_in
from heuristics.techniques import Use, is_test
from portfolio_scan.api import (
    CodeUnit,
    Heuristic,
    Judgement,
    Observation,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GUARD = re.compile(
    r"^_*(?:(?:check|apply|run|validate|verify|detect|filter|block|is|has|contains|scan|redact|mask|"
    r"anonymi[sz]e|remove|sanitize|guard|moderate|prevent)_(?:\w+_)?"
    r"(?:guard(?:rail)?s?|injection|jailbreak|toxic(?:ity)?|pii|harmful|moderation|hallucinations?|"
    r"unsafe|safety|prompt_safety)(?:_\w+)?|"
    r"(?:\w+_)?guard(?:rail)?s?(?:_(?:input|output|prompt|response|answer|check))?|"
    r"moderate(?:_\w+)?|hallucination_(?:guard|check|filter)|safety_(?:check|filter))$"
)
_WORKS, _FACADE = "works", "facade"
_TALK = frozenset({"print", "info", "debug", "warning", "log", "sleep"})


class Guards(Heuristic):
    """Guard libraries and guards written out; one that hands its input back guards nothing."""

    id = "llm.guards"
    question = "Do guards stand between the user, the language model and its answer?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "Which input got past this guard, and how would you find the next one?"
    would_change = "A check that is called and that can refuse, change or mark a text."

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """Functions that are named as guards, by whether anything in them can refuse or change."""
        named = {
            one.name.rpartition(".")[2]: one
            for one in unit.facts.definitions
            if one.kind != "class" and _GUARD.search(one.name.rpartition(".")[2])
        }
        if not named or is_test(unit.path):
            return
        for _, module in unit.modules:
            for function in functions_in(module):
                fact = named.get(function.name.value)
                if fact is not None:
                    kind = _FACADE if _hands_back(function) else _WORKS
                    yield Observation(rule=self.id, kind=kind, place=fact.place, value=fact.name)

    def judge(self, context: RepositoryContext) -> Judgement:
        """Guards of libraries and called ones; then those that only hand their input back."""
        if not uses_language_models(context):
            return not_asked(self)
        seen = _called_guards(context)
        judgement = answer(
            self,
            context,
            found="Guards its model with",
            missing="No guard around the model was found in the code read.",
            more=written_guards(context),
        )
        facades = [one for one in seen if one.kind == _FACADE]
        if judgement.findings[0].outcome is Outcome.PRESENT or not facades:
            return judgement
        name = facades[0].value
        finding = self.finding(
            Outcome.ABSENT,
            f"{name} is named as a guard and hands back what it is given: nothing is refused, "
            "changed or marked in it. No other guard was found in the code read.",
            confidence=0.9,
            evidence=[
                context.evidence(one.place, "hands back what it is given") for one in facades[:3]
            ],
            question=f"What was {name} meant to catch, and what does it let through today?",
        )
        return Judgement(findings=(finding,))


def _called_guards(context: RepositoryContext) -> list[Observation]:
    called = functions_of(context).called
    return [
        one
        for one in context.observations
        if one.rule == Guards.id and one.value.rpartition(".")[2] in called
    ]


def written_guards(context: RepositoryContext) -> Iterator[Use]:
    """Guards of the candidate's own that are called and do more than hand their input back."""
    works = [one for one in _called_guards(context) if one.kind == _WORKS]
    if works:
        words = "a guard of its own" if len(works) == 1 else "guards of its own"
        note = f"{words}: {works[0].value}"
        yield Use(technique="guard_written", words=words, place=works[0].place, note=note)


def _hands_back(function: cst.FunctionDef) -> bool:
    """Whether a function does nothing but talk and return a parameter or a constant as it is."""
    parameters = function.params
    names = {one.name.value for one in (*parameters.params, *parameters.kwonly_params)} - {
        "self",
        "cls",
    }
    lines: list[cst.BaseSmallStatement] = []
    for statement in function.body.body:
        if isinstance(statement, cst.BaseSmallStatement):
            lines.append(statement)
        elif isinstance(statement, cst.SimpleStatementLine):
            lines.extend(statement.body)
        else:
            return False
    returned = [one for one in lines if isinstance(one, cst.Return)]
    rest = [one for one in lines if not isinstance(one, cst.Return)]
    return (
        len(returned) == 1
        and _as_it_is(returned[0].value, names)
        and all(_is_talk(one) for one in rest)
    )


def _as_it_is(value: cst.BaseExpression | None, names: set[str]) -> bool:
    if isinstance(value, cst.Tuple):
        return all(_as_it_is(one.value, names) for one in value.elements)
    if isinstance(value, cst.Name):
        return value.value in names or value.value in {"True", "False", "None"}
    return isinstance(value, (cst.SimpleString, cst.Integer, cst.Float))


def _is_talk(line: cst.BaseSmallStatement) -> bool:
    if isinstance(line, cst.Pass):
        return True
    if not isinstance(line, cst.Expr):
        return False
    value = line.value
    if isinstance(value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)):
        return True
    if not isinstance(value, cst.Call):
        return False
    called = value.func
    name = called.attr if isinstance(called, cst.Attribute) else called
    return isinstance(name, cst.Name) and name.value in _TALK
