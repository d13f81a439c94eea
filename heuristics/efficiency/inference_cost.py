"""Is the cost of using the model attended to?"""

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


class InferenceCost(Heuristic):
    """Quantisation, pruning, distillation, export, batching, caching."""

    id = "efficiency.inference-cost"
    question = "Is the cost of using the model attended to?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    interview = "What did the faster version cost in quality, and where did you measure it?"
    would_change = "A technique that makes the model smaller or its answers faster or cheaper."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Attends to the cost of use with",
            missing="Work on the cost of using the model was not found in the code read.",
            strict=True,
            applies=context.verdict("ml").verdict == "yes",
        )
