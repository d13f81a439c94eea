"""Which metrics are computed?"""

from __future__ import annotations

from heuristics.evaluation.metric_names import metric_name, metric_words
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Named,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

_ENOUGH = 12


class Metrics(Heuristic):
    """Lists what the code computes about its models, by library or by hand."""

    id = "evaluation.metrics"
    question = "Which metrics are computed?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "Why this metric for this problem, and what would it hide?"
    would_change = "Other metrics computed on the model's predictions."

    def judge(self, context: RepositoryContext) -> Judgement:
        """One entry per metric, with the first place of each."""
        found: dict[str, Named] = {}
        for pairing in context.trace.pairings:
            name = metric_name(pairing.score)
            if name and name not in found and len(found) < _ENOUGH:
                note = f"computed here: {metric_words(name)}"
                evidence = context.evidence(pairing.score.place, note)
                found[name] = Named(name=name, evidence=(evidence,))
        metrics = tuple(found.values())
        if not metrics:
            return Judgement()
        words = ", ".join(metric_words(m.name) for m in metrics)
        finding = self.finding(
            Outcome.PRESENT,
            f"Computes {words}.",
            confidence=0.9,
            evidence=[m.evidence[0] for m in metrics[:3]],
        )
        return Judgement(findings=(finding,), metrics=metrics)
