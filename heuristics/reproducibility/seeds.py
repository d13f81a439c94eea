"""Is randomness held still?"""

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


class Seeds(Heuristic):
    """Seeds of generators, splits and models, deterministic algorithms."""

    id = "reproducibility.seeds"
    question = "Is randomness held still?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "How much does the score move when the seed changes?"
    would_change = "A seed where rows are divided and models are fitted."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Randomness is held still by",
            missing="A seed was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
