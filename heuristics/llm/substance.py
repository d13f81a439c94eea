"""What stands around the call of the language model?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heuristics.llm.guards import written_guards
from heuristics.llm.use import first_use, not_asked, uses_language_models
from heuristics.signs import signs
from heuristics.unread import unreadable
from portfolio_scan.api import (
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heuristics.techniques import Use

_PARTS = {
    "llm.fine-tuning": "fine-tuning",
    "llm.output-evaluation": "evaluation of answers",
    "llm.retrieval-evaluation": "evaluation of the retrieval",
    "llm.retrieval": "retrieval",
    "llm.agents": "tools and agents",
    "llm.grounding": "answers tied to sources",
    "llm.guards": "guards",
    "llm.cost-control": "control of cost and limits",
    "llm.prompt-versioning": "prompts kept apart from code",
    "llm.structured": "structured outputs",
}
_TELLING = frozenset({"llm.fine-tuning", "llm.output-evaluation", "llm.retrieval-evaluation"})
"""Parts of which one shows substance: they take work that no library does alone."""
_SEVERAL = 3
"""Of the other parts, so many show it together; retrieval by a framework is a few lines."""


class Substance(Heuristic):
    """Wrapper or substance, with the list of what was found around the call."""

    id = "llm.substance"
    question = "Is there work of its own around the calls of the language model?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = "If the model behind this were replaced tomorrow, which part of your work stays?"
    would_change = (
        "Retrieval, evaluation, guards, tools, cost control or fine-tuning around the call."
    )

    def judge(self, context: RepositoryContext) -> Judgement:
        """Count the parts of the work that were found; few of them leave the answer open."""
        if not uses_language_models(context):
            return not_asked(self)
        found = {rule: signs(context, rule) for rule in _PARTS}
        found["llm.guards"].extend(written_guards(context))
        parts = [rule for rule in _PARTS if any(not use.routine for use in found[rule])]
        evidence = [context.evidence(found[rule][0].place, found[rule][0].note) for rule in parts]
        names = _listed([_PARTS[rule] for rule in parts])
        if _TELLING.intersection(parts) or len(parts) >= _SEVERAL:
            finding = self.finding(
                Outcome.PRESENT,
                f"Around the language model there is {names}.",
                confidence=0.85,
                evidence=evidence,
            )
            return Judgement(findings=(finding,))
        return Judgement(findings=(self._thin(context, parts, names, found),))

    def _thin(
        self,
        context: RepositoryContext,
        parts: Sequence[str],
        names: str,
        found: dict[str, list[Use]],
    ) -> Finding:
        reason = unreadable(context)
        if reason:
            return self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        use = first_use(context)
        call = [context.evidence(use[0], f"calls {use[1]}")] if use else []
        if parts:
            first = found[parts[0]][0]
            return self.finding(
                Outcome.UNCLEAR,
                f"Beside the call of the language model there is {names}; whether that is more "
                "than a few calls into a framework could not be told.",
                confidence=0.5,
                evidence=[context.evidence(first.place, first.note), *call],
            )
        return self.finding(
            Outcome.ABSENT,
            "A thin layer around a model: it is called, and no retrieval, evaluation, guards, "
            "tools, cost control or fine-tuning was found in the code read.",
            confidence=0.8,
            evidence=call,
        )


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:  # noqa: PLR2004 - one word, or none
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
