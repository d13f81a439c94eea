"""Do guards stand between the user, the language model and its answer?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

_GUARD = re.compile(
    r"^_*(?:(?:check|apply|run|validate|verify|detect|filter|block|is|has|contains|scan|redact|mask|"
    r"anonymi[sz]e|remove|sanitize|guard|moderate|prevent)_(?:\w+_)?"
    r"(?:guard(?:rail)?s?|injection|jailbreak|toxic(?:ity)?|pii|harmful|moderation|hallucinations?|"
    r"unsafe|safety|prompt_safety)(?:_\w+)?|"
    r"(?:\w+_)?guard(?:rail)?s?(?:_(?:input|output|prompt|response|answer|check))?|"
    r"moderate(?:_\w+)?|hallucination_(?:guard|check|filter)|safety_(?:check|filter))$"
)
_TALK = frozenset({"print", "info", "debug", "warning", "error", "log", "sleep"})


class Guards(Heuristic):
    """Guard libraries, and functions named as guards that can stop or change a text."""

    id = "llm.guards"
    question = "Do guards stand between the user, the language model and its answer?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "Which input got past this guard, and how would you find the next one?"
    would_change = "A check that is called and that can refuse, change or mark a text."

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """Functions that are named as guards and have something in them that can guard."""
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
                if fact is not None and _decides(function.body):
                    yield Observation(rule=self.id, kind="guard", place=fact.place, value=fact.name)

    def judge(self, context: RepositoryContext) -> Judgement:
        """Guards of libraries, then those of the candidate's own that are called."""
        if not uses_language_models(context):
            return not_asked(self)
        return answer(
            self,
            context,
            found="Guards its model with",
            missing="No guard around the model was found in the code read.",
            more=written_guards(context),
        )


def written_guards(context: RepositoryContext) -> Iterator[Use]:
    """Guards of the candidate's own that are called and can do more than hand their input back."""
    called = functions_of(context).called
    found = [
        one
        for one in context.observations
        if one.rule == Guards.id and one.value.rpartition(".")[2] in called
    ]
    if found:
        words = "a guard of its own" if len(found) == 1 else "guards of its own"
        note = f"{words}: {found[0].value}"
        yield Use(technique="guard_written", words=words, place=found[0].place, note=note)


def _decides(body: cst.BaseSuite) -> bool:
    """Whether anything in a function compares, calls, branches or raises; talk does not count.

    Without that, it can only hand back what it is given, or the same answer to everything.
    """
    import libcst as cst  # noqa: PLC0415 - where nothing is observed it need not be loaded

    waiting: list[cst.CSTNode] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (cst.Comparison, cst.Raise, cst.If, cst.IfExp)):
            return True
        if isinstance(node, cst.Call):
            if not _is_talk(node):
                return True
        else:
            waiting.extend(node.children)
    return False


def _is_talk(call: cst.Call) -> bool:
    import libcst as cst  # noqa: PLC0415

    called = call.func
    name = called.attr if isinstance(called, cst.Attribute) else called
    return isinstance(name, cst.Name) and name.value in _TALK
