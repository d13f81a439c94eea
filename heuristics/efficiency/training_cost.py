"""Is the cost of training attended to?"""

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


class TrainingCost(Heuristic):
    """Mixed precision, accumulation, adapters, distribution, fast input."""

    id = "efficiency.training-cost"
    question = "Is the cost of training attended to?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "What limited the speed of training, and how did you find out?"
    would_change = "A technique that makes training cheaper or larger models possible."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Attends to the cost of training with",
            missing="Work on the cost of training was not found in the code read.",
            strict=True,
            applies=context.verdict("trains").verdict == "yes",
        )
