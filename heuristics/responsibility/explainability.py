"""Are predictions explained?"""

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


class Explainability(Heuristic):
    """Attributions, importances and models that can be read."""

    id = "responsibility.explainability"
    question = "Are predictions explained?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "Did an explanation ever show that the model had learnt the wrong thing?"
    would_change = "An explanation of predictions or of what the model relies on."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Explains predictions with",
            missing="Explanations of predictions were not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
