"""Did information about the scored rows reach the training?"""

from __future__ import annotations

from heuristics.notes import chain
from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Leak,
    LeakSite,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

_WORDS = {
    "preprocessing": "Statistics used in training were computed on rows that hold the scored ones",
    "overlap": "Scored rows were also trained on",
    "multi_test": "The test score chose the model that it is then quoted for",
}
_SCORED = 0.7
"""Leaks below it are of predictions that nobody scores: a competition's test file."""
_UNSCORED = "Statistics of training rows and of the rows to be predicted were taken together"
_QUESTIONS = {
    "preprocessing": "What does this step see that it would not see for a new customer's row?",
    "overlap": "How many of the scored rows had the model already been fitted on?",
    "multi_test": "Which data, if any, had no part in choosing this model?",
}


class Leakage(Heuristic):
    """Reads the leaks that the flow engine's pairs bear out."""

    id = "evaluation.leakage"
    question = "Did information about the scored rows reach the training?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    would_change = "Fitting every statistic on the training rows alone, after the split."

    def judge(self, context: RepositoryContext) -> Judgement:
        """One leak per place; one finding per kind."""
        leaks: list[Leak] = []
        findings = []
        for kind, words in _WORDS.items():
            sites = [s for s in context.trace.leaks if s.kind == kind]
            leaks += [_leak(context, site) for site in sites]
            if sites:
                first = leaks[-len(sites)]
                findings.append(
                    self.finding(
                        Outcome.PRESENT,
                        f"{words if first.confidence >= _SCORED else _UNSCORED}.",
                        confidence=first.confidence,
                        evidence=first.evidence,
                        question=_QUESTIONS[kind],
                    )
                )
        if not findings and context.trace.pairings:
            findings.append(
                self.finding(
                    Outcome.ABSENT,
                    "No leak was found in the pairs that could be followed.",
                    confidence=0.6,
                )
            )
        return Judgement(findings=tuple(findings), leakage=tuple(leaks))


def _leak(context: RepositoryContext, site: LeakSite) -> Leak:
    words = _WORDS[site.kind] if site.confidence >= _SCORED else _UNSCORED
    crossing = any(step.place == site.place and not step.loads for step in site.chain)
    note = "" if crossing and site.kind == "preprocessing" else words.lower()
    evidence = chain(context, site.chain, site.place, note)
    return Leak(kind=site.kind, confidence=site.confidence, evidence=tuple(evidence))
