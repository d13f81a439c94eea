"""Is time, memory or energy measured?"""

from __future__ import annotations

from heuristics.techniques import judge
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Weight,
)


class Profiling(Heuristic):
    """Profilers, benchmarks, counts of operations, emissions."""

    id = "efficiency.profiling"
    question = "Is time, memory or energy measured?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    interview = "What did the measurement show that you had not expected?"
    would_change = "A measurement of time, memory or energy in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Measures its cost with",
            missing="A measurement of cost was not found in the code read.",
            strict=True,
            applies=context.verdict("ml").verdict == "yes",
        )
